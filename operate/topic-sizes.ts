import type { KafkaAdmin, KafkaSession } from '../resources/kafka/kafka-admin';

/** What a topic holds. */
export interface TopicSize {
  readonly partitions: number;
  /** Offsets held: records, and the markers of transactions among them. */
  readonly records: number;
  /** Offsets that retention or compaction has already taken away from the start. */
  readonly gone: number;
}

const EARLIEST = -2n;
const LATEST = -1n;

/** First offset that a partition holds and the one after its last, by topic, a partition each. */
export type HeldOffsets = ReadonlyMap<string, readonly { readonly first: bigint; readonly end: bigint }[]>;

/** Offsets of the topics among `names` that exist. */
export function heldOffsets(kafka: KafkaAdmin, names: readonly string[]): Promise<HeldOffsets> {
  return kafka.run('reading offsets', async (session) => {
    const existing = new Set(await session.admin.listTopics({ includeInternals: true }));
    const topics = [...new Set(names)].filter((name) => existing.has(name));
    if (topics.length === 0) return new Map();
    const partitions = await partitionCounts(session, topics);
    const [first, end] = await Promise.all([
      offsets(session, partitions, EARLIEST),
      offsets(session, partitions, LATEST),
    ]);
    return new Map(
      topics.map((name) => {
        const starts = first.get(name)!;
        return [
          name,
          [...starts.keys()].map((at) => ({ first: starts.get(at)!, end: end.get(name)!.get(at)! })),
        ];
      }),
    );
  });
}

/** Sizes of the topics among `names` that exist. */
export async function topicSizes(
  kafka: KafkaAdmin,
  names: readonly string[],
): Promise<Map<string, TopicSize>> {
  const held = await heldOffsets(kafka, names);
  return new Map([...held].map(([name, partitions]) => [name, sizeOf(partitions)]));
}

function sizeOf(partitions: readonly { readonly first: bigint; readonly end: bigint }[]): TopicSize {
  const gone = Number(sum(partitions.map(({ first }) => first)));
  const end = Number(sum(partitions.map((one) => one.end)));
  return { partitions: partitions.length, gone, records: end - gone };
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

async function partitionCounts({ admin }: KafkaSession, topics: string[]): Promise<Map<string, number>> {
  const metadata = await admin.metadata({ topics, forceUpdate: true });
  return new Map([...metadata.topics].map(([name, { partitionsCount }]) => [name, partitionsCount]));
}

async function offsets(
  { admin }: KafkaSession,
  partitions: ReadonlyMap<string, number>,
  timestamp: bigint,
): Promise<Map<string, ReadonlyMap<number, bigint>>> {
  const topics = [...partitions].map(([name, count]) => ({
    name,
    partitions: Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp })),
  }));
  const listed = await admin.listOffsets({ topics });
  return new Map(
    listed.map(({ name, partitions: found }) => {
      const sorted = [...found].sort((a, b) => a.partitionIndex - b.partitionIndex);
      return [name, new Map(sorted.map(({ partitionIndex, offset }) => [partitionIndex, offset]))];
    }),
  );
}

/** Bytes on one broker's disk by topic: the leader's and the followers' copies are alike, so one copy is counted. */
export function topicBytes(kafka: KafkaAdmin, names: readonly string[]): Promise<Map<string, number>> {
  return kafka.run('reading log sizes', async (session) => {
    const existing = new Set(await session.admin.listTopics({ includeInternals: true }));
    const topics = [...new Set(names)].filter((name) => existing.has(name));
    if (topics.length === 0) return new Map<string, number>();
    const partitions = await partitionCounts(session, topics);
    const request = [...partitions].map(([name, count]) => ({
      name,
      partitions: Array.from({ length: count }, (_, index) => index),
    }));
    const brokers = await session.admin.describeLogDirs({ topics: request });
    return largestCopies(brokers.flatMap(({ results }) => results));
  });
}

interface LogDir {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly partitionSize: bigint }[];
  }[];
}

function largestCopies(logDirs: readonly LogDir[]): Map<string, number> {
  const largest = new Map<string, Map<number, number>>();
  for (const { name, partitions } of logDirs.flatMap(({ topics }) => topics)) {
    const sizes = largest.get(name) ?? new Map<number, number>();
    for (const { partitionIndex, partitionSize } of partitions)
      sizes.set(partitionIndex, Math.max(sizes.get(partitionIndex) ?? 0, Number(partitionSize)));
    largest.set(name, sizes);
  }
  return new Map([...largest].map(([name, sizes]) => [name, [...sizes.values()].reduce((a, b) => a + b, 0)]));
}
