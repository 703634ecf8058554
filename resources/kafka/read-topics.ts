import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import './codecs';
import type { Batch, Consumer, IHeaders } from 'kafkajs';
import type { PlatformEndpoints } from '../endpoints';
import type { KafkaLogin } from './kafka-admin';
import { ReadingProgress } from './reading-progress';

/** Offsets of one partition: from `from` up to, and without, `to`. */
export interface OffsetRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** Ranges to read, by topic and partition. */
export type TopicRanges = ReadonlyMap<string, ReadonlyMap<number, OffsetRange>>;

/** A committed record as a reader sees it. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Of the record, ms since the epoch. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

/** So long a broker waits for a record before it answers a fetch. */
const FETCH_WAIT_MS = 100;
const MAX_BYTES = 8 * 1024 * 1024;

/** A kafkajs client for `login` on the listener with SCRAM-SHA-512. */
export function kafkaClient(
  { bootstrap, caFile }: Pick<PlatformEndpoints['kafka'], 'bootstrap' | 'caFile'>,
  login: KafkaLogin,
): Kafka {
  return new Kafka({
    clientId: 'naap',
    brokers: [...bootstrap],
    logLevel: logLevel.NOTHING,
    sasl: { mechanism: 'scram-sha-512', username: login.username, password: login.password },
    ...(caFile ? { ssl: { ca: readFileSync(caFile, 'utf8') } } : {}),
  });
}

/** What each topic holds now, by partition; partitions that hold nothing are left out. Throws for an unknown topic. */
export async function heldRanges(
  kafka: Kafka,
  topics: readonly string[],
): Promise<Map<string, Map<number, OffsetRange>>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const held = new Map<string, Map<number, OffsetRange>>();
    for (const topic of topics) {
      const partitions = await admin.fetchTopicOffsets(topic);
      const ranges = partitions.map(
        ({ partition, low, high }) => [partition, { from: BigInt(low), to: BigInt(high) }] as const,
      );
      held.set(topic, new Map(ranges.filter(([, { from, to }]) => to > from)));
    }
    return held;
  } finally {
    await admin.disconnect();
  }
}

/**
 * Hands over every committed record that lies in `ranges`, in order within each partition. Offsets alone would say
 * nothing: they count the markers of transactions and what compaction has removed.
 * @throws when a partition cannot be read to its end because it has no leader
 */
export async function readTopics(
  kafka: Kafka,
  ranges: TopicRanges,
  onRecord: (record: TopicRecord) => void,
): Promise<void> {
  const progress = new ReadingProgress(ranges);
  if (progress.isThrough) return;
  const groupId = `naap-read-${process.pid}-${Date.now()}`;
  const consumer = kafka.consumer({
    groupId,
    maxBytesPerPartition: MAX_BYTES,
    maxWaitTimeInMs: FETCH_WAIT_MS,
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...ranges.keys()], fromBeginning: true });
    await readAll(consumer, ranges, progress, onRecord);
    if (!progress.isThrough) await refuseLeaderless(kafka, [...ranges.keys()], progress.open);
  } finally {
    await consumer.disconnect();
    await forgetGroup(kafka, groupId);
  }
}

function readAll(
  consumer: Consumer,
  ranges: TopicRanges,
  progress: ReadingProgress,
  onRecord: (record: TopicRecord) => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const { CRASH, END_BATCH_PROCESS, FETCH, FETCH_START } = consumer.events;
    consumer.on(CRASH, ({ payload }) => reject(payload.error));
    // Said of batches that hold nothing but markers and aborted records, too: `eachBatch` never sees those.
    consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
      progress.passed(topic, partition, lastOffset);
      if (progress.isThrough) resolve();
    });
    // Its `numberOfBatches` is always 0 (kafkajs 2.2.4).
    consumer.on(FETCH, ({ payload }) => progress.answered(payload.nodeId, payload.duration));
    consumer.on(FETCH_START, ({ payload }) => {
      progress.asked(payload.nodeId);
      if (progress.isIdle) resolve();
    });
    const running = consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      eachBatch: ({ batch }) => {
        handOver(batch, ranges.get(batch.topic)?.get(batch.partition), onRecord);
        return Promise.resolve();
      },
    });
    running.then(() => seekStarts(consumer, ranges)).catch(reject);
  });
}

function handOver(
  { topic, partition, messages }: Batch,
  range: OffsetRange | undefined,
  onRecord: (record: TopicRecord) => void,
): void {
  if (!range) return;
  for (const { offset: text, timestamp, key, value, headers } of messages) {
    const offset = BigInt(text);
    if (offset < range.from || offset >= range.to) continue;
    onRecord({
      topic,
      partition,
      offset,
      timestamp: Number(timestamp),
      key,
      value,
      headers: headers ?? {},
    });
  }
}

/** What no leader hands out is not read, and looks as if it were not there. */
async function refuseLeaderless(
  kafka: Kafka,
  topics: readonly string[],
  open: readonly string[],
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    const leaderless = metadata.topics
      .flatMap(({ name, partitions }) =>
        partitions.filter(({ leader }) => leader < 0).map(({ partitionId }) => `${name}/${partitionId}`),
      )
      .filter((place) => open.includes(place));
    if (leaderless.length > 0)
      throw new Error(
        `not read to its end, as it has no leader: ${leaderless.join(', ')}; start its brokers, then try again`,
      );
  } finally {
    await admin.disconnect();
  }
}

/** Only saves reading: what lies before a range is passed over anyway. */
function seekStarts(consumer: Consumer, ranges: TopicRanges): void {
  for (const [topic, partitions] of ranges) {
    for (const [partition, { from }] of partitions) {
      if (from > 0n) consumer.seek({ topic, partition, offset: String(from) });
    }
  }
}

async function forgetGroup(kafka: Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteGroups([groupId]);
  } catch {
    // Nothing was read, so there is no such group.
  } finally {
    await admin.disconnect();
  }
}
