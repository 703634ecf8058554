import type { StoreSpec, Topology } from '../../runtime/topology';
import { externalTopics, repartitionTopicPartitions } from '../../runtime/topology';
import type { Broker, NewTopic } from '../broker/broker';
import { MissingTopicError } from './query-failure';

/**
 * A store's row may hold a value several times (the source's columns, and what an aggregate keeps of them), so that a record of
 * a size that any topic takes would outgrow the broker's default of 1 MiB here.
 */
const MAX_MESSAGE_BYTES = String(16 * 1024 * 1024);

export interface TopicCounts {
  /** Partitions of each repartition topic. */
  readonly repartition: ReadonlyMap<string, number>;
  /** Partitions of every topic that the query reads or writes. */
  readonly all: ReadonlyMap<string, number>;
}

/**
 * Makes a query's changelog and repartition topics with the names and configurations that Kafka Streams gives them, unless they
 * exist, and says how many partitions every topic of the query has.
 */
export async function ensureInternalTopics(
  broker: Broker,
  topology: Topology,
  replicas: number,
): Promise<TopicCounts> {
  const counts = new Map<string, number>();
  const external = new Set([topology.sinkTopic, ...topology.subTopologies.flatMap(externalTopics)]);
  external.delete('');
  for (const name of external) counts.set(name, await requirePartitions(broker, name));
  const repartition = repartitionTopicPartitions(topology, (topic) => counts.get(topic) ?? 1);
  for (const [name, partitions] of repartition)
    await ensure(broker, counts, repartitionTopic(name, partitions, replicas));
  for (const sub of topology.subTopologies) {
    const tasks = Math.max(1, ...sub.sourceTopics.map((topic) => counts.get(topic) ?? 1));
    for (const store of sub.stores) await ensure(broker, counts, changelogTopic(store, tasks, replicas));
  }
  return { repartition, all: counts };
}

async function requirePartitions(broker: Broker, name: string): Promise<number> {
  const topic = await broker.topic(name);
  if (!topic) throw new MissingTopicError(name);
  return topic.partitions;
}

async function ensure(broker: Broker, counts: Map<string, number>, wanted: NewTopic): Promise<void> {
  const existing = await broker.topic(wanted.name);
  if (existing && existing.partitions < wanted.partitions) {
    throw new Error(
      `Internal topic '${wanted.name}' has ${existing.partitions} partitions, ${wanted.partitions} are needed: drop the query and create it anew.`,
    );
  }
  if (!existing) await broker.createTopic(wanted);
  counts.set(wanted.name, existing?.partitions ?? wanted.partitions);
}

function repartitionTopic(name: string, partitions: number, replicas: number): NewTopic {
  return {
    name,
    partitions,
    replicas,
    configs: {
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'message.timestamp.type': 'CreateTime',
      'max.message.bytes': MAX_MESSAGE_BYTES,
    },
  };
}

function changelogTopic(store: StoreSpec, partitions: number, replicas: number): NewTopic {
  const retention: Record<string, string> =
    store.changelogRetentionMs === undefined || store.cleanupPolicy === 'compact'
      ? {}
      : { 'retention.ms': String(store.changelogRetentionMs) };
  return {
    name: store.changelogTopic,
    partitions,
    replicas,
    configs: {
      'cleanup.policy': store.cleanupPolicy,
      'message.timestamp.type': 'CreateTime',
      'max.message.bytes': MAX_MESSAGE_BYTES,
      ...retention,
    },
  };
}

/** Names of a query's own topics: they go when it goes. */
export function internalTopicNames(topology: Topology): readonly string[] {
  return [
    ...topology.repartitionTopics.map(({ name }) => name),
    ...topology.subTopologies.flatMap(({ stores }) => stores.map((s) => s.changelogTopic)),
  ];
}
