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

/** Sizes of the topics among `names` that exist. */
export function topicSizes(kafka: KafkaAdmin, names: readonly string[]): Promise<Map<string, TopicSize>> {
  return kafka.run('reading offsets', async (session) => {
    const existing = new Set(await session.admin.listTopics({ includeInternals: true }));
    const topics = [...new Set(names)].filter((name) => existing.has(name));
    if (topics.length === 0) return new Map<string, TopicSize>();
    const partitions = await partitionCounts(session, topics);
    const [first, last] = await Promise.all([
      offsets(session, partitions, EARLIEST),
      offsets(session, partitions, LATEST),
    ]);
    return new Map(topics.map((name) => [name, sizeOf(first.get(name)!, last.get(name)!)]));
  });
}

function sizeOf(first: readonly bigint[], last: readonly bigint[]): TopicSize {
  const gone = Number(sum(first));
  return { partitions: first.length, gone, records: Number(sum(last)) - gone };
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
): Promise<Map<string, bigint[]>> {
  const topics = [...partitions].map(([name, count]) => ({
    name,
    partitions: Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp })),
  }));
  const listed = await admin.listOffsets({ topics });
  return new Map(listed.map(({ name, partitions: found }) => [name, found.map(({ offset }) => offset)]));
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
