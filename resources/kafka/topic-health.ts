import type { KafkaAdmin, KafkaSession } from './kafka-admin';

/** How the copies of one topic are. */
export interface TopicHealth {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly minInsync: number;
  /** Partitions of which a copy is behind or away. */
  readonly underReplicated: number;
  /** Partitions that take no write with acks=all, as fewer copies than min.insync.replicas are in sync. */
  readonly notWritable: number;
  /** Partitions that nobody leads. */
  readonly leaderless: number;
}

/** What the cluster says of one partition. */
export interface PartitionCopies {
  /** -1: nobody. */
  readonly leaderId: number;
  readonly replicaNodes: readonly number[];
  readonly isrNodes: readonly number[];
}

interface Answer {
  readonly topics: readonly {
    readonly name?: string | null;
    readonly partitions: readonly PartitionCopies[];
  }[];
}

const SETTING = 'min.insync.replicas';

/** Every topic of the cluster, sorted by name. */
export function readTopicHealth(admin: KafkaAdmin): Promise<TopicHealth[]> {
  return admin.run('reading topics', async (session) => {
    const { topics } = await metadata(session);
    const minimum = await minInsync(
      session,
      topics.flatMap(({ name }) => name ?? []),
    );
    return topics
      .map(({ name, partitions }) => topicHealth(name ?? '', partitions, minimum.get(name ?? '') ?? 1))
      .sort((a, b) => (a.topic < b.topic ? -1 : 1));
  });
}

/** One topic from what the cluster says of its partitions. */
export function topicHealth(
  topic: string,
  partitions: readonly PartitionCopies[],
  minInsync: number,
): TopicHealth {
  const count = (is: (it: PartitionCopies) => boolean): number => partitions.filter(is).length;
  return {
    topic,
    partitions: partitions.length,
    replicas: partitions[0]?.replicaNodes.length ?? 0,
    minInsync,
    underReplicated: count(({ isrNodes, replicaNodes }) => isrNodes.length < replicaNodes.length),
    notWritable: count(({ isrNodes, leaderId }) => leaderId < 0 || isrNodes.length < minInsync),
    leaderless: count(({ leaderId }) => leaderId < 0),
  };
}

/** The clients' own calls throw as soon as one partition has no leader: here that is an answer. */
async function metadata({ kafka, connection }: KafkaSession): Promise<Answer> {
  try {
    return await kafka.metadataV12.api.async(connection, null, false, false);
  } catch (error) {
    const { response } = error as { readonly response?: Answer };
    if (response) return response;
    throw error;
  }
}

async function minInsync(
  { kafka, connection }: KafkaSession,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map();
  const resourceType = kafka.ConfigResourceTypes.TOPIC;
  const resources = names.map((resourceName) => ({
    resourceType,
    resourceName,
    configurationKeys: [SETTING],
  }));
  const { results } = await kafka.describeConfigsV4.api.async(connection, resources, false, false);
  return new Map(
    results.map(({ resourceName, configs }) => [
      resourceName,
      Number(configs.find(({ name }) => name === SETTING)?.value ?? 1),
    ]),
  );
}
