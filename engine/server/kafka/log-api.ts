import type { TopicRecord } from '../../runtime/contracts';
import type { Api, KafkaConnection } from './connection';
import { check } from './protocol-error';
import { decodeRecords } from './record-batch';
import { byTopic, readPartitions } from './topic-items';
import type { TopicPartition } from './topic-items';
import { Encoder } from './wire';

const PRODUCE: Api = { key: 0, version: 7, name: 'Produce' };
const FETCH: Api = { key: 1, version: 11, name: 'Fetch' };
const LIST_OFFSETS: Api = { key: 2, version: 3, name: 'ListOffsets' };
const PRODUCE_TIMEOUT_MS = 30_000;
const READ_COMMITTED = 1;

export interface EncodedBatch extends TopicPartition {
  readonly batch: Buffer;
  readonly recordCount: number;
}

export interface ProducedBatch extends TopicPartition {
  readonly errorCode: number;
  /** Offset of the batch's first record. */
  readonly baseOffset: number;
}

/** Writes at most one batch a partition, acknowledged by all in-sync replicas. Each partition succeeds or fails by itself. */
export async function requestProduce(
  connection: KafkaConnection,
  batches: readonly EncodedBatch[],
  transactionalId: string | null,
): Promise<ProducedBatch[]> {
  const size = batches.reduce((sum, { batch }) => sum + batch.length + 64, 128);
  const body = new Encoder(size).string(transactionalId).int16(-1).int32(PRODUCE_TIMEOUT_MS);
  body.array(byTopic(batches), ([topic, parts]) => {
    body.string(topic).array(parts, ({ partition, batch }) => body.int32(partition).bytes(batch));
  });
  const answer = await connection.request(PRODUCE, body.finish(), PRODUCE_TIMEOUT_MS);
  return readPartitions(answer, (place) => {
    const produced = { ...place, errorCode: answer.int16(), baseOffset: answer.int64() };
    answer.int64();
    answer.int64();
    return produced;
  });
}

export interface FetchPosition extends TopicPartition {
  readonly offset: number;
}
export interface FetchedPartition extends TopicPartition {
  readonly errorCode: number;
  /** Up to where a read_committed consumer may read now. */
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly records: TopicRecord[];
  readonly nextOffset: number;
}
export interface FetchLimits {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly partitionMaxBytes: number;
}

/** Committed records at or after each position; waits up to `maxWaitMs` when there are none. */
export async function requestFetch(
  connection: KafkaConnection,
  positions: readonly FetchPosition[],
  limits: FetchLimits,
): Promise<FetchedPartition[]> {
  const body = new Encoder(1024)
    .int32(-1)
    .int32(limits.maxWaitMs)
    .int32(1)
    .int32(limits.maxBytes)
    .int8(READ_COMMITTED)
    .int32(0)
    .int32(-1);
  body.array(byTopic(positions), ([topic, parts]) => {
    body
      .string(topic)
      .array(parts, ({ partition, offset }) =>
        body.int32(partition).int32(-1).int64(offset).int64(-1).int32(limits.partitionMaxBytes),
      );
  });
  body.int32(0).string('');
  const answer = await connection.request(FETCH, body.finish(), limits.maxWaitMs);
  answer.int32();
  check(answer.int16(), 'fetch');
  answer.int32();
  const asked = new Map(
    positions.map((position) => [`${position.topic}/${position.partition}`, position.offset]),
  );
  return readPartitions(answer, ({ topic, partition }) => {
    const errorCode = answer.int16();
    answer.int64();
    const lastStableOffset = answer.int64();
    const logStartOffset = answer.int64();
    const aborted = answer.array(() => ({ producerId: answer.bigint64(), firstOffset: answer.int64() }));
    answer.int32();
    const data = answer.nullableBytes();
    const from = asked.get(`${topic}/${partition}`) ?? 0;
    const decoded =
      data && errorCode === 0
        ? decodeRecords(data, topic, partition, from, aborted)
        : { records: [], nextOffset: from };
    return { topic, partition, errorCode, lastStableOffset, logStartOffset, ...decoded };
  });
}

export const EARLIEST = -2;
export const LATEST = -1;

/**
 * Offsets at a time (milliseconds since the epoch, {@link EARLIEST} or {@link LATEST}, the latter the last stable
 * offset), keyed `topic/partition`; -1 when no record is that young.
 */
export async function requestOffsets(
  connection: KafkaConnection,
  partitions: readonly { readonly topic: string; readonly partition: number; readonly timestamp: number }[],
): Promise<Map<string, number>> {
  const body = new Encoder().int32(-1).int8(READ_COMMITTED);
  body.array(byTopic(partitions), ([topic, parts]) => {
    body.string(topic).array(parts, ({ partition, timestamp }) => body.int32(partition).int64(timestamp));
  });
  const answer = await connection.request(LIST_OFFSETS, body.finish());
  answer.int32();
  const offsets = new Map<string, number>();
  readPartitions(answer, ({ topic, partition }) => {
    check(answer.int16(), `look up offsets of topic "${topic}", partition ${partition}`);
    answer.int64();
    offsets.set(`${topic}/${partition}`, answer.int64());
  });
  return offsets;
}
