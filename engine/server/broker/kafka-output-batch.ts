import type { OutputRecord } from '../../runtime/contracts';
import { partitionOf } from '../kafka/murmur2';
import { RecordBatchBuilder } from '../kafka/record-batch';
import type { ProducerIdentity } from '../kafka/record-batch';
import type { EncodedBatch } from '../kafka/log-api';
import type { OutputBatch, TopicPartition } from './broker';
import { partitionKey } from './broker';

/** Kafka's default max.message.bytes is 1,048,588; a batch stays below it unless one record alone is larger. */
const BATCH_LIMIT_BYTES = 1_000_000;
/** Records without a key stay with one partition for this many, as Kafka's sticky partitioner does per batch. */
const STICKY_RECORDS = 100;

interface PartitionOutput extends TopicPartition {
  readonly batches: RecordBatchBuilder[];
}

const NO_LIMITS: ReadonlyMap<string, number> = new Map();

export class KafkaOutputBatch implements OutputBatch {
  private readonly outputs = new Map<string, (PartitionOutput | undefined)[]>();
  private unkeyed = 0;
  sizeInBytes = 0;
  recordCount = 0;

  /** `limits`: topics that take smaller batches than others. */
  constructor(private readonly limits: ReadonlyMap<string, number> = NO_LIMITS) {}

  get isEmpty(): boolean {
    return this.recordCount === 0;
  }

  add(record: OutputRecord, partitionCount: number): number {
    const partition =
      record.partition ??
      (record.key === null ? this.nextUnkeyed(partitionCount) : partitionOf(record.key, partitionCount));
    const builder = this.builder(record.topic, partition, sizeBound(record));
    const before = builder.sizeInBytes;
    builder.append(record.timestamp, record.key, record.value, record.headers);
    this.sizeInBytes += builder.sizeInBytes - before;
    this.recordCount++;
    return partition;
  }

  partitions(): TopicPartition[] {
    return [...this.all()].map(({ topic, partition }) => ({ topic, partition }));
  }

  /**
   * The batches in rounds, as a produce request takes one a partition. `sequences` counts what the producer has written to
   * each partition in its present epoch and is moved on.
   */
  rounds(producer?: ProducerIdentity, sequences?: Map<string, number>): EncodedBatch[][] {
    const rounds: EncodedBatch[][] = [];
    for (const { topic, partition, batches } of this.all()) {
      const key = partitionKey(topic, partition);
      batches.forEach((builder, round) => {
        const sequence = sequences?.get(key) ?? 0;
        sequences?.set(key, (sequence + builder.count) % 0x8000_0000);
        (rounds[round] ??= []).push({
          topic,
          partition,
          recordCount: builder.count,
          batch: builder.finish(producer, sequence),
        });
      });
    }
    return rounds;
  }

  private *all(): Iterable<PartitionOutput> {
    for (const partitions of this.outputs.values()) for (const output of partitions) if (output) yield output;
  }

  private nextUnkeyed(partitionCount: number): number {
    return Math.floor(this.unkeyed++ / STICKY_RECORDS) % partitionCount;
  }

  /** The batch that takes a record of at most so many bytes: the last one, while it stays below the limit with it. */
  private builder(topic: string, partition: number, recordBytes: number): RecordBatchBuilder {
    let partitions = this.outputs.get(topic);
    if (!partitions) this.outputs.set(topic, (partitions = []));
    const output = (partitions[partition] ??= { topic, partition, batches: [] });
    const last = output.batches.at(-1);
    const limit = this.limits.get(topic) ?? BATCH_LIMIT_BYTES;
    if (last && last.sizeInBytes + recordBytes < limit) return last;
    const builder = new RecordBatchBuilder();
    output.batches.push(builder);
    return builder;
  }
}

/** Not less than what a record takes in a batch: its parts and their lengths, each a varint of at most 5 bytes (a time: 10). */
function sizeBound({ key, value, headers = [] }: OutputRecord): number {
  const framing = 40;
  const inHeaders = headers.reduce(
    (sum, header) => sum + 10 + 3 * header.key.length + (header.value?.length ?? 0),
    0,
  );
  return framing + (key?.length ?? 0) + (value?.length ?? 0) + inHeaders;
}
