/** The Kafka client is published as an ES module only, so it is loaded when it is first needed. */
export function loadKafka(): Promise<KafkaModule> {
  return (loaded ??= importKafka());
}

let loaded: Promise<KafkaModule> | undefined;
const importKafka = () => import('@platformatic/kafka');

export type KafkaModule = Awaited<ReturnType<typeof importKafka>>;
export type KafkaConnection = InstanceType<KafkaModule['Connection']>;
export type KafkaAdminClient = InstanceType<KafkaModule['Admin']>;
