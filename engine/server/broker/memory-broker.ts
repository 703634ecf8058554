import type { OutputRecord, TopicRecord } from '../../runtime/contracts';
import { partitionOf } from '../kafka/murmur2';
import type {
  Broker,
  GroupOffsets,
  NewTopic,
  OutputBatch,
  PartitionListener,
  Subscription,
  TopicDescription,
  TopicOffset,
  TopicPartition,
  TransactionalWriter,
} from './broker';
import { partitionKey } from './broker';

interface MemoryTopic {
  readonly description: TopicDescription;
  readonly configs: ReadonlyMap<string, string>;
  readonly partitions: TopicRecord[][];
}
interface MemorySubscription {
  readonly key: string;
  readonly topic: string;
  readonly partition: number;
  position: number;
  readonly listener: PartitionListener;
}

/** Topics in this process's memory: the same behaviour as the cluster's, nothing survives. */
export class MemoryBroker implements Broker {
  readonly clusterId = 'memory';
  readonly size = 1;
  private readonly logs = new Map<string, MemoryTopic>();
  private readonly groups = new Map<string, Map<string, number>>();
  private readonly subscriptions = new Set<MemorySubscription>();
  private deliveryScheduled = false;
  private unkeyed = 0;

  topics(): Promise<readonly TopicDescription[]> {
    return Promise.resolve(
      [...this.logs.values()]
        .map(({ description }) => description)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }
  topic(name: string): Promise<TopicDescription | undefined> {
    return Promise.resolve(this.logs.get(name)?.description);
  }
  topicConfig(name: string): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(this.logs.get(name)?.configs ?? new Map<string, string>());
  }

  createTopics(topics: readonly NewTopic[]): Promise<void> {
    return Promise.all(topics.map((topic) => this.createTopic(topic))).then(() => undefined);
  }

  private createTopic({ name, partitions, replicas, configs }: NewTopic): Promise<void> {
    if (this.logs.has(name)) return Promise.reject(new Error(`Topic '${name}' already exists.`));
    const count = Math.max(1, partitions);
    this.logs.set(name, {
      description: { name, partitions: count, replicas: Math.max(1, replicas) },
      configs: new Map(Object.entries(configs)),
      partitions: Array.from({ length: count }, () => []),
    });
    return Promise.resolve();
  }

  deleteTopics(names: readonly string[]): Promise<void> {
    for (const name of names) this.logs.delete(name);
    return Promise.resolve();
  }

  offsets(
    partitions: readonly TopicPartition[],
    at: 'EARLIEST' | 'LATEST' | { readonly timestamp: number },
  ): Promise<ReadonlyMap<string, number>> {
    const found = partitions.map(({ topic, partition }): [string, number] => {
      const log = this.logs.get(topic)?.partitions[partition] ?? [];
      const offset =
        at === 'EARLIEST'
          ? 0
          : at === 'LATEST'
            ? log.length
            : log.findIndex((record) => record.timestamp >= at.timestamp);
      return [partitionKey(topic, partition), offset];
    });
    return Promise.resolve(new Map(found));
  }

  append(records: readonly OutputRecord[]): Promise<readonly number[]> {
    try {
      return Promise.resolve(records.map((record) => this.store(record)));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Appends one record now; gives its offset. */
  store(record: OutputRecord): number {
    const topic = this.logs.get(record.topic);
    if (!topic) throw new Error(`Topic '${record.topic}' does not exist.`);
    const partition = record.partition ?? this.choosePartition(record.key, topic.partitions.length);
    const log = topic.partitions[partition]!;
    log.push({ ...record, partition, offset: log.length, headers: record.headers ?? [] });
    this.scheduleDelivery();
    return log.length - 1;
  }

  /** All records of a topic, partition by partition. */
  records(topic: string): readonly TopicRecord[] {
    return this.logs.get(topic)?.partitions.flat() ?? [];
  }

  subscribe(position: TopicOffset, listener: PartitionListener): Subscription {
    const subscription: MemorySubscription = {
      key: partitionKey(position.topic, position.partition),
      topic: position.topic,
      partition: position.partition,
      position: position.offset,
      listener,
    };
    this.subscriptions.add(subscription);
    this.scheduleDelivery();
    return { resume: () => this.scheduleDelivery(), close: () => this.subscriptions.delete(subscription) };
  }

  openWriter(): TransactionalWriter {
    return {
      open: () => Promise.resolve(),
      newBatch: () => new MemoryOutputBatch(),
      markerOffsets: 0,
      write: (batch) => {
        for (const record of (batch as MemoryOutputBatch).records) this.store(record);
        return Promise.resolve(new Map());
      },
      commit: (batch, progress) => {
        for (const record of (batch as MemoryOutputBatch).records) this.store(record);
        for (const group of progress) this.commitGroup(group);
        return Promise.resolve();
      },
    };
  }

  committedOffsets(group: string): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(this.groups.get(group) ?? new Map<string, number>());
  }
  deleteGroup(group: string): Promise<void> {
    this.groups.delete(group);
    return Promise.resolve();
  }
  isHealthy(): Promise<boolean> {
    return Promise.resolve(true);
  }
  close(): Promise<void> {
    this.subscriptions.clear();
    return Promise.resolve();
  }

  private commitGroup({ group, offsets }: GroupOffsets): void {
    const committed = this.groups.get(group) ?? new Map<string, number>();
    for (const { topic, partition, offset } of offsets) committed.set(partitionKey(topic, partition), offset);
    this.groups.set(group, committed);
  }

  private choosePartition(key: Buffer | null, partitions: number): number {
    return key === null ? this.unkeyed++ % partitions : partitionOf(key, partitions);
  }

  private scheduleDelivery(): void {
    if (this.deliveryScheduled) return;
    this.deliveryScheduled = true;
    setImmediate(() => {
      this.deliveryScheduled = false;
      for (const subscription of [...this.subscriptions]) this.deliver(subscription);
    });
  }

  private deliver(subscription: MemorySubscription): void {
    if (!this.subscriptions.has(subscription) || !subscription.listener.wantsMore()) return;
    const log = this.logs.get(subscription.topic)?.partitions[subscription.partition];
    if (!log) {
      this.subscriptions.delete(subscription);
      return subscription.listener.onFailure(new Error(`Topic '${subscription.topic}' does not exist.`));
    }
    const records = log.slice(subscription.position);
    subscription.position = log.length;
    subscription.listener.onRecords(records, log.length, log.length);
  }
}

class MemoryOutputBatch implements OutputBatch {
  readonly records: OutputRecord[] = [];
  sizeInBytes = 0;
  get isEmpty(): boolean {
    return this.records.length === 0;
  }
  add(record: OutputRecord): undefined {
    this.records.push(record);
    this.sizeInBytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
  }
}
