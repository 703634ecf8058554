import type { Api, KafkaConnection } from './connection';
import { check } from './protocol-error';
import { Encoder } from './wire';

/**
 * Versions below are the last ones without the "flexible" encoding: every broker from 2.1 to 4.x speaks them.
 */
const METADATA: Api = { key: 3, version: 5, name: 'Metadata' };
const FIND_COORDINATOR: Api = { key: 10, version: 2, name: 'FindCoordinator' };

export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}
export interface PartitionMetadata {
  readonly partition: number;
  /** -1: none now. */
  readonly leader: number;
  readonly replicas: number;
}
export interface TopicMetadata {
  readonly name: string;
  readonly errorCode: number;
  readonly isInternal: boolean;
  readonly partitions: readonly PartitionMetadata[];
}
export interface ClusterMetadata {
  readonly clusterId: string;
  readonly controllerId: number;
  readonly brokers: readonly BrokerAddress[];
  readonly topics: readonly TopicMetadata[];
}

/** `topics` null: all that the user may see. */
export async function requestMetadata(
  connection: KafkaConnection,
  topics: readonly string[] | null,
): Promise<ClusterMetadata> {
  const body = new Encoder();
  body.array(topics, (name) => body.string(name)).boolean(false);
  const answer = await connection.request(METADATA, body.finish());
  answer.int32();
  const brokers = answer.array(() => {
    const broker = { nodeId: answer.int32(), host: answer.string(), port: answer.int32() };
    answer.nullableString();
    return broker;
  });
  const clusterId = answer.nullableString() ?? '';
  const controllerId = answer.int32();
  const found = answer.array(() => ({
    errorCode: answer.int16(),
    name: answer.string(),
    isInternal: answer.boolean(),
    partitions: answer
      .array(() => {
        answer.int16();
        const partition = {
          partition: answer.int32(),
          leader: answer.int32(),
          replicas: answer.array(() => answer.int32()).length,
        };
        answer.array(() => answer.int32());
        answer.array(() => answer.int32());
        return partition;
      })
      .sort((a, b) => a.partition - b.partition),
  }));
  return { clusterId, controllerId, brokers, topics: found };
}

/** Where a consumer group's or a transactional id's coordinator is. */
export async function requestCoordinator(
  connection: KafkaConnection,
  kind: 'GROUP' | 'TRANSACTION',
  key: string,
): Promise<BrokerAddress> {
  const body = new Encoder().string(key).int8(kind === 'GROUP' ? 0 : 1);
  const answer = await connection.request(FIND_COORDINATOR, body.finish());
  answer.int32();
  check(
    answer.int16(),
    `find the coordinator of ${kind === 'GROUP' ? 'group' : 'transactional id'} "${key}"`,
    answer.nullableString(),
  );
  return { nodeId: answer.int32(), host: answer.string(), port: answer.int32() };
}
