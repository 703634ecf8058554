import { Kafka, logLevel } from 'kafkajs';
import type { Consumer } from 'kafkajs';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { readPassword } from '../secrets';

/** What lies in one topic. */
export interface TopicRecords {
  /** Records that a reader sees: committed ones, without the markers of transactions. */
  readonly records: number;
  /** Records whose value is not null. */
  readonly values: number;
  /** Different keys; a record without a key counts as one of its own. */
  readonly keys: number;
}

type Offsets = ReadonlyMap<number, bigint>;

/** So many fetches in a row without a record, 100 ms each, mean that there is nothing left to read. */
const IDLE_FETCHES = 20;
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Counts the committed records of topics by reading them up to where they end now. Offsets alone would count the
 * markers of transactions too.
 */
export async function countRecords(
  endpoints: PlatformEndpoints,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicRecords>> {
  const kafka = adminClient(endpoints);
  const ends = await endOffsets(kafka, topics);
  const groupId = `naap-lab-count-${process.pid}-${Date.now()}`;
  const consumer = kafka.consumer({
    groupId,
    maxBytesPerPartition: MAX_BYTES,
    maxWaitTimeInMs: 100,
  });
  try {
    return await readAll(consumer, ends);
  } finally {
    await consumer.disconnect();
    await forgetGroup(kafka, groupId);
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

function adminClient({ kafka }: PlatformEndpoints): Kafka {
  const { username } = kafka.admin;
  return new Kafka({
    clientId: 'naap-lab',
    brokers: [...kafka.bootstrap],
    logLevel: logLevel.NOTHING,
    sasl: { mechanism: 'scram-sha-512', username, password: readPassword(kafka.admin) },
  });
}

/** Where each partition ends; partitions that hold nothing are left out. */
async function endOffsets(kafka: Kafka, topics: readonly string[]): Promise<Map<string, Offsets>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = new Map<string, Offsets>();
    for (const topic of topics) {
      const partitions = await admin.fetchTopicOffsets(topic);
      const filled = partitions.filter(({ low, high }) => BigInt(high) > BigInt(low));
      ends.set(topic, new Map(filled.map(({ partition, high }) => [partition, BigInt(high)])));
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}

async function readAll(
  consumer: Consumer,
  ends: ReadonlyMap<string, Offsets>,
): Promise<Map<string, TopicRecords>> {
  const counts = new Map([...ends.keys()].map((topic) => [topic, { records: 0, values: 0, keys: 0 }]));
  const seen = new Map([...ends.keys()].map((topic) => [topic, new Set<string>()]));
  const open = new Set(
    [...ends].flatMap(([topic, offsets]) => [...offsets.keys()].map((it) => `${topic}/${it}`)),
  );
  if (open.size === 0) return counts;
  await consumer.connect();
  await consumer.subscribe({ topics: [...ends.keys()], fromBeginning: true });
  let emptyFetches = 0;
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    // A partition that ends with a transaction's marker in a batch of its own never hands over its last offset.
    consumer.on(consumer.events.FETCH, ({ payload }) => {
      emptyFetches = payload.numberOfBatches === 0 ? emptyFetches + 1 : 0;
      if (emptyFetches >= IDLE_FETCHES) resolve();
    });
    consumer
      .run({
        autoCommit: false,
        eachBatchAutoResolve: true,
        eachBatch: ({ batch }) => {
          const end = ends.get(batch.topic)?.get(batch.partition) ?? 0n;
          const count = counts.get(batch.topic)!;
          for (const message of batch.messages) {
            if (BigInt(message.offset) >= end) continue;
            count.records++;
            if (message.value !== null) count.values++;
            if (isNew(seen.get(batch.topic)!, message.key)) count.keys++;
          }
          // A batch of nothing but markers is empty and still says how far it reaches.
          if (BigInt(batch.lastOffset()) + 1n >= end) open.delete(`${batch.topic}/${batch.partition}`);
          if (open.size === 0) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  return counts;
}

function isNew(seen: Set<string>, key: Buffer | null): boolean {
  if (key === null) return true;
  const text = key.toString('latin1');
  if (seen.has(text)) return false;
  seen.add(text);
  return true;
}
