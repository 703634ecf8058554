import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import './codecs';
import type { Consumer, IHeaders } from 'kafkajs';
import type { PlatformEndpoints } from '../endpoints';
import type { KafkaLogin } from './kafka-admin';

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

/** So many fetches in a row without a record, 100 ms each, mean that there is nothing left to read. */
const IDLE_FETCHES = 20;
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
 */
export async function readTopics(
  kafka: Kafka,
  ranges: TopicRanges,
  onRecord: (record: TopicRecord) => void,
): Promise<void> {
  const open = new Set(
    [...ranges].flatMap(([topic, partitions]) => [...partitions.keys()].map((it) => `${topic}/${it}`)),
  );
  if (open.size === 0) return;
  const groupId = `naap-read-${process.pid}-${Date.now()}`;
  const consumer = kafka.consumer({ groupId, maxBytesPerPartition: MAX_BYTES, maxWaitTimeInMs: 100 });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...ranges.keys()], fromBeginning: true });
    await readAll(consumer, ranges, open, onRecord);
  } finally {
    await consumer.disconnect();
    await forgetGroup(kafka, groupId);
  }
}

function readAll(
  consumer: Consumer,
  ranges: TopicRanges,
  open: Set<string>,
  onRecord: (record: TopicRecord) => void,
): Promise<void> {
  let emptyFetches = 0;
  return new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    // A partition that ends with a transaction's marker in a batch of its own never hands over its last offset.
    consumer.on(consumer.events.FETCH, ({ payload }) => {
      emptyFetches = payload.numberOfBatches === 0 ? emptyFetches + 1 : 0;
      if (emptyFetches >= IDLE_FETCHES) resolve();
    });
    const running = consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      eachBatch: ({ batch }) => {
        const { topic, partition } = batch;
        const range = ranges.get(topic)?.get(partition);
        for (const { offset: text, timestamp, key, value, headers } of range ? batch.messages : []) {
          const offset = BigInt(text);
          if (offset < range!.from || offset >= range!.to) continue;
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
        // A batch of nothing but markers is empty and still says how far it reaches.
        if (!range || BigInt(batch.lastOffset()) + 1n >= range.to) open.delete(`${topic}/${partition}`);
        if (open.size === 0) resolve();
        return Promise.resolve();
      },
    });
    running.then(() => seekStarts(consumer, ranges)).catch(reject);
  });
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
