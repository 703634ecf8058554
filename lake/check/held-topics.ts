import type { Kafka } from 'kafkajs';
import { heldRanges } from '../../resources/kafka/read-topics';
import type { OffsetRange } from '../../resources/kafka/read-topics';
import type { LakeTable } from '../access';

/** Offsets, by `topic/partition`. */
export type TopicEnds = ReadonlyMap<string, bigint>;

/** Where the tables' topics end now, by `topic/partition`. */
export async function topicEnds(kafka: Kafka, tables: readonly LakeTable[]): Promise<TopicEnds> {
  const topics = [...new Set(tables.flatMap((table) => table.topics))];
  const held = await heldTopics(kafka, topics);
  return new Map(
    [...held].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, { to }]) => [keyOf({ topic, partition }), to] as const),
    ),
  );
}

/** What each of these topics holds now, by partition; those that are not there yet are left out. */
export async function heldTopics(
  kafka: Kafka,
  topics: readonly string[],
): Promise<Map<string, Map<number, OffsetRange>>> {
  return heldRanges(kafka, await existing(kafka, topics));
}

/** Topics that are there: what ksqlDB makes may come after its table was declared. */
export async function existing(kafka: Kafka, topics: readonly string[]): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const all = new Set(await admin.listTopics());
    return topics.filter((topic) => all.has(topic));
  } finally {
    await admin.disconnect();
  }
}

/** One word for a partition. */
export function keyOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}
