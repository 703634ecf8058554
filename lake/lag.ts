import type { Kafka } from 'kafkajs';
import { readTopics } from '../resources/kafka/read-topics';
import type { OffsetRange, TopicRecord } from '../resources/kafka/read-topics';
import { connectorGroup } from '../stacks/names';
import type { LakeTable } from './access';
import { deadLetterOrigins, originKey } from './check/dead-letters';
import { coveringRanges } from './covering-ranges';
import type { OpenPartition } from './covering-ranges';
import { behindBy, isNear } from './lag-count';

/**
 * Records that lie in a table's topics beyond what its sink has committed; null where a topic is not there yet. Markers of transactions and
 * dead letters are none.
 */
export async function sinkLag(
  kafka: Kafka,
  tables: readonly LakeTable[],
): Promise<Map<string, number | null>> {
  const open = await openPartitions(kafka, tables);
  const near = [...open.values()].flatMap((partitions) => (partitions ?? []).filter(isNear));
  const records: TopicRecord[] = [];
  await readTopics(kafka, coveringRanges(near), (record) => void records.push(record));
  const waiting = new Set(records.map(({ topic }) => topic));
  const lags = new Map<string, number | null>();
  for (const { name, topics, deadLetterTopic } of tables) {
    const partitions = open.get(name);
    // Who waits for nothing needs no dead letters to be read.
    const dead = topics.some((topic) => waiting.has(topic))
      ? await newestDeadLetters(kafka, deadLetterTopic)
      : new Set<string>();
    const counted = records.filter((record) => !dead.has(originKey(record)));
    lags.set(name, partitions ? behindBy(partitions, counted) : null);
  }
  return lags;
}

/** So many dead letters of a partition are looked through: those of the records at a topic's end are among them. */
const NEWEST_DEAD_LETTERS = 2_000n;

function newestDeadLetters(kafka: Kafka, topic: string): Promise<Set<string>> {
  return deadLetterOrigins(kafka, topic, ({ from, to }) => {
    const start = to - NEWEST_DEAD_LETTERS;
    return { from: start > from ? start : from, to };
  });
}

/** By table what its sink has not committed; null where a topic is not there yet. */
async function openPartitions(
  kafka: Kafka,
  tables: readonly LakeTable[],
): Promise<Map<string, readonly OpenPartition[] | null>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const known = new Set(await admin.listTopics());
    const found = new Map<string, readonly OpenPartition[] | null>();
    for (const { name, topics, connector } of tables) {
      const groupId = connectorGroup({ name: connector });
      const isThere = topics.every((topic) => known.has(topic));
      found.set(name, isThere ? await openOf(admin, groupId, topics) : null);
    }
    return found;
  } finally {
    await admin.disconnect();
  }
}

async function openOf(
  admin: ReturnType<Kafka['admin']>,
  groupId: string,
  topics: readonly string[],
): Promise<OpenPartition[]> {
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
  const open: OpenPartition[] = [];
  for (const { topic, partitions } of committed) {
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      const done = BigInt(partitions.find((it) => it.partition === partition)?.offset ?? -1);
      // Nothing committed: everything that is held.
      const range: OffsetRange = { from: done > BigInt(low) ? done : BigInt(low), to: BigInt(high) };
      if (range.to > range.from) open.push({ topic, partition, ...range });
    }
  }
  return open;
}
