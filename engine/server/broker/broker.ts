import type { OutputRecord, TopicRecord } from '../../runtime/contracts';

/** What the engine needs of a log of topics: a Kafka cluster in service, memory in tests. */
export interface Broker {
  readonly clusterId: string;
  /** How many brokers the cluster has: bounds replication factors. */
  readonly size: number;
  topics(): Promise<readonly TopicDescription[]>;
  /** Undefined: there is no such topic (or the user may not see it). */
  topic(name: string): Promise<TopicDescription | undefined>;
  topicConfig(name: string): Promise<ReadonlyMap<string, string>>;
  /** Resolves once the topics can be written to. A topic that exists already is an error. */
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  /** Topics that do not exist are no error. */
  deleteTopics(names: readonly string[]): Promise<void>;
  /** First, next or time-indexed offsets, keyed by {@link partitionKey}. `LATEST` is the end of what is committed. */
  offsets(
    partitions: readonly TopicPartition[],
    at: 'EARLIEST' | 'LATEST' | { readonly timestamp: number },
  ): Promise<ReadonlyMap<string, number>>;
  /** Writes outside of any transaction; resolves with the records' offsets once all replicas have them. */
  append(records: readonly OutputRecord[]): Promise<readonly number[]>;
  /**
   * Delivers committed records from `offset` on, in order. Subscriptions at the same place share one read;
   * `isolated` ones have a connection of their own and never wait for others.
   */
  subscribe(
    position: TopicOffset,
    listener: PartitionListener,
    options?: { readonly isolated?: boolean },
  ): Subscription;
  /** The one transactional writer of this process: opening it fences whoever held the id before. */
  openWriter(transactionalId: string): TransactionalWriter;
  committedOffsets(group: string): Promise<ReadonlyMap<string, number>>;
  /** A group that does not exist is no error. */
  deleteGroup(group: string): Promise<void>;
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}
export interface TopicOffset extends TopicPartition {
  readonly offset: number;
}
export interface TopicDescription {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
}
export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly configs: Readonly<Record<string, string>>;
}

export interface PartitionListener {
  /** `nextOffset`: where reading goes on; `endOffset`: up to where the partition was committed at that time. */
  onRecords(records: readonly TopicRecord[], nextOffset: number, endOffset: number): void;
  /** False: hold back for now ({@link Subscription.resume} ends that). */
  wantsMore(): boolean;
  /** The partition cannot be read on (deleted, not allowed): no more calls follow. */
  onFailure(error: Error): void;
}
export interface Subscription {
  resume(): void;
  close(): void;
}

/** Records that go out together. Encoded as they come, so that none is kept as an object. */
export interface OutputBatch {
  readonly sizeInBytes: number;
  readonly isEmpty: boolean;
  /** The topic must exist: its partitions are looked up by the driver before. Gives the partition, where it is known already. */
  add(record: OutputRecord, partitionCount: number): number | undefined;
}
export interface GroupOffsets {
  readonly group: string;
  readonly offsets: readonly TopicOffset[];
}
export interface TransactionalWriter {
  /** Takes over the transactional id: whatever was left open is aborted before this resolves. */
  open(): Promise<void>;
  newBatch(): OutputBatch;
  /** How many offsets the end of a transaction takes in each partition that took part. */
  readonly markerOffsets: number;
  /**
   * Writes a batch into the transaction, which stays open: nobody else sees it before {@link commit}. Gives the offset of the
   * first record of each partition ({@link partitionKey}) whose records went out in one piece. After an error: `open` again.
   */
  write(batch: OutputBatch): Promise<ReadonlyMap<string, number>>;
  /**
   * Writes the batch and the consumers' progress, all or nothing. After an error it is unknown which: `open` again, then
   * believe only what the topics and the groups' offsets say.
   */
  commit(batch: OutputBatch, progress: readonly GroupOffsets[]): Promise<void>;
}

export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/**
 * All records of a partition from `from` up to (not including) `to`, in chunks as they come; `nextOffset` is where the next chunk
 * begins. While `onRecords` works on one chunk, at most one more is fetched.
 */
export function readRange(
  broker: Broker,
  partition: TopicPartition,
  range: { readonly from: number; readonly to: number },
  onRecords: (records: readonly TopicRecord[], nextOffset: number) => void | Promise<void>,
): Promise<void> {
  if (range.from >= range.to) return Promise.resolve();
  return new Promise((resolve, reject) => {
    let working: Promise<void> | undefined;
    const fail = (error: unknown) => {
      subscription.close();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const take = async (records: readonly TopicRecord[], nextOffset: number) => {
      await working;
      const inRange = nextOffset > range.to ? records.filter(({ offset }) => offset < range.to) : records;
      await onRecords(inRange, Math.min(nextOffset, range.to));
      if (nextOffset >= range.to) {
        subscription.close();
        resolve();
      }
    };
    const subscription = broker.subscribe(
      { ...partition, offset: range.from },
      {
        wantsMore: () => working === undefined,
        onFailure: reject,
        onRecords(records, nextOffset) {
          const taking = (working = take(records, nextOffset));
          taking.then(() => {
            if (working !== taking) return;
            working = undefined;
            subscription.resume();
          }, fail);
        },
      },
      { isolated: true },
    );
  });
}
