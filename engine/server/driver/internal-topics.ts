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
  /** Internal topics that were made now: nothing can lie in them. */
  readonly made: readonly string[];
}

/**
 * Makes a query's changelog and repartition topics with the names and configurations that Kafka Streams gives them, unless they
 * exist, and says how many partitions every topic of the query has. `sink` is made with them where it is new: a controller takes as
 * long for one topic as for all.
 */
export async function ensureInternalTopics(
  broker: Broker,
  topology: Topology,
  replicas: number,
  sink?: NewTopic,
): Promise<TopicCounts> {
  const external = new Set([topology.sinkTopic, ...topology.subTopologies.flatMap(externalTopics)]);
  external.delete('');
  if (sink) external.delete(sink.name);
  const counts = new Map(
    await Promise.all(
      [...external].map(async (name) => [name, await requirePartitions(broker, name)] as const),
    ),
  );
  if (sink) counts.set(sink.name, sink.partitions);
  const repartition = repartitionTopicPartitions(topology, (topic) => counts.get(topic) ?? 1);
  const wanted = [...repartition].map(([name, partitions]) => repartitionTopic(name, partitions, replicas));
  for (const sub of topology.subTopologies) {
    const partitionsOf = (topic: string) => repartition.get(topic) ?? counts.get(topic) ?? 1;
    const tasks = Math.max(1, ...sub.sourceTopics.map(partitionsOf));
    wanted.push(...sub.stores.map((store) => changelogTopic(store, tasks, replicas)));
  }
  const { partitions, made } = await ensure(broker, wanted, sink);
  for (const [name, count] of partitions) counts.set(name, count);
  return { repartition, all: counts, made };
}

async function requirePartitions(broker: Broker, name: string): Promise<number> {
  const topic = await broker.topic(name);
  if (!topic) throw new MissingTopicError(name);
  return topic.partitions;
}

/** Makes the topics that are missing, all at once. Gives the partitions of each wanted one, and which were made. */
async function ensure(
  broker: Broker,
  wanted: readonly NewTopic[],
  sink: NewTopic | undefined,
): Promise<{ readonly partitions: ReadonlyMap<string, number>; readonly made: readonly string[] }> {
  const found = await Promise.all(wanted.map(({ name }) => broker.topic(name)));
  wanted.forEach(({ name, partitions }, i) => {
    const existing = found[i];
    if (existing && existing.partitions < partitions)
      throw new Error(
        `Internal topic '${name}' has ${existing.partitions} partitions, ${partitions} are needed: drop the query and create it anew.`,
      );
  });
  const missing = wanted.filter((_, i) => !found[i]);
  await broker.createTopics(sink ? [sink, ...missing] : missing);
  return {
    partitions: new Map(wanted.map(({ name, partitions }, i) => [name, found[i]?.partitions ?? partitions])),
    made: missing.map(({ name }) => name),
  };
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
