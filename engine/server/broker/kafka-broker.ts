import type { OutputRecord } from '../../runtime/contracts';
import { KafkaCluster } from '../kafka/cluster';
import type { ConnectionSettings } from '../kafka/connection';
import { EARLIEST, LATEST, requestOffsets } from '../kafka/log-api';
import { hasCode } from '../kafka/protocol-error';
import { requestCreateTopics, requestDeleteTopics, requestTopicConfigs } from '../kafka/topic-api';
import { requestCommittedOffsets, requestDeleteGroup } from '../kafka/transaction-api';
import type {
  Broker,
  NewTopic,
  PartitionListener,
  Subscription,
  TopicDescription,
  TopicOffset,
  TopicPartition,
  TransactionalWriter,
} from './broker';
import { partitionKey } from './broker';
import { FetchLanes } from './fetch-lanes';
import { KafkaOutputBatch } from './kafka-output-batch';
import { KafkaTransactionalWriter, produceBatches } from './kafka-writer';
import { partitionOf } from '../kafka/murmur2';

const TOPIC_VISIBLE_LIMIT_MS = 15_000;

export class KafkaBroker implements Broker {
  private readonly lanes: FetchLanes;

  private constructor(
    private readonly cluster: KafkaCluster,
    readonly clusterId: string,
    readonly size: number,
  ) {
    this.lanes = new FetchLanes(cluster);
  }

  /** Connects to the first bootstrap server that answers; waits up to `limitMs` for one. */
  static async connect(
    bootstrap: readonly { readonly host: string; readonly port: number }[],
    settings: ConnectionSettings,
    limitMs = 30_000,
  ): Promise<KafkaBroker> {
    const cluster = new KafkaCluster(bootstrap, settings);
    try {
      const { clusterId, brokers } = await cluster.retrying(() => cluster.metadata([]), limitMs);
      return new KafkaBroker(cluster, clusterId, brokers.length);
    } catch (error) {
      cluster.close();
      throw error;
    }
  }

  async topics(): Promise<readonly TopicDescription[]> {
    const { topics } = await this.cluster.retrying(() => this.cluster.metadata(null));
    return topics
      .filter(({ errorCode, isInternal }) => errorCode === 0 && !isInternal)
      .map(describe)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async topic(name: string): Promise<TopicDescription | undefined> {
    const metadata = await this.cluster.retrying(() => this.cluster.topic(name));
    return metadata && describe(metadata);
  }

  async topicConfig(name: string): Promise<ReadonlyMap<string, string>> {
    const configs = await this.cluster.retrying(async () =>
      requestTopicConfigs(await this.cluster.controller(), [name]),
    );
    return configs.get(name) ?? new Map<string, string>();
  }

  async createTopics(topics: readonly NewTopic[]): Promise<void> {
    if (topics.length === 0) return;
    await this.cluster.retrying(async () => requestCreateTopics(await this.cluster.controller(), topics));
    await Promise.all(topics.map(({ name }) => this.untilVisible(name)));
  }

  async deleteTopics(names: readonly string[]): Promise<void> {
    for (const name of names) {
      try {
        await this.cluster.retrying(
          async () => requestDeleteTopics(await this.cluster.controller(), [name]),
          5000,
        );
      } catch (error) {
        if (!hasCode(error, 'UNKNOWN_TOPIC_OR_PARTITION')) throw error;
      }
      this.cluster.forget(name);
    }
  }

  async offsets(
    partitions: readonly TopicPartition[],
    at: 'EARLIEST' | 'LATEST' | { readonly timestamp: number },
  ): Promise<ReadonlyMap<string, number>> {
    const timestamp = at === 'EARLIEST' ? EARLIEST : at === 'LATEST' ? LATEST : at.timestamp;
    return this.cluster.retrying(async () => {
      const found = new Map<string, number>();
      for (const { connection, items } of await this.groupByLeader(partitions)) {
        const asked = items.map(({ topic, partition }) => ({ topic, partition, timestamp }));
        for (const [key, offset] of await requestOffsets(connection, asked)) found.set(key, offset);
      }
      return found;
    });
  }

  async append(records: readonly OutputRecord[]): Promise<readonly number[]> {
    const batch = new KafkaOutputBatch();
    const places: { key: string; index: number }[] = [];
    const counts = new Map<string, number>();
    for (const record of records) {
      const partitions = (await this.topic(record.topic))?.partitions;
      if (partitions === undefined) throw new Error(`Topic '${record.topic}' does not exist.`);
      const partition =
        record.partition ??
        (record.key === null ? Math.floor(Math.random() * partitions) : partitionOf(record.key, partitions));
      const key = partitionKey(record.topic, partition);
      const index = counts.get(key) ?? 0;
      counts.set(key, index + 1);
      places.push({ key, index });
      batch.add({ ...record, partition }, partitions);
    }
    const bases = await this.write(batch);
    return places.map(({ key, index }) => (bases.get(key) ?? 0) + index);
  }

  /** First offsets by partition. */
  private async write(batch: KafkaOutputBatch): Promise<Map<string, number>> {
    const bases = new Map<string, number>();
    for (const round of batch.rounds()) {
      const offsets = await this.cluster.retrying(() => produceBatches(this.cluster, round, null));
      for (const [key, offset] of offsets) if (!bases.has(key)) bases.set(key, offset);
    }
    return bases;
  }

  subscribe(
    position: TopicOffset,
    listener: PartitionListener,
    options: { readonly isolated?: boolean } = {},
  ): Subscription {
    return this.lanes.subscribe(position, listener, options.isolated ?? false);
  }

  openWriter(transactionalId: string): TransactionalWriter {
    return new KafkaTransactionalWriter(this.cluster, transactionalId);
  }

  committedOffsets(group: string): Promise<ReadonlyMap<string, number>> {
    return this.cluster.retrying(async () =>
      requestCommittedOffsets(await this.cluster.coordinator('GROUP', group, 'control'), group),
    );
  }

  deleteGroup(group: string): Promise<void> {
    return this.cluster.retrying(
      async () => requestDeleteGroup(await this.cluster.coordinator('GROUP', group, 'control'), group),
      5000,
    );
  }

  async isHealthy(): Promise<boolean> {
    try {
      await this.cluster.metadata([]);
      return true;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    this.lanes.close();
    this.cluster.close();
    return Promise.resolve();
  }

  private async groupByLeader(partitions: readonly TopicPartition[]) {
    const groups = new Map<
      number,
      { connection: Awaited<ReturnType<KafkaCluster['connectionTo']>>; items: TopicPartition[] }
    >();
    for (const item of partitions) {
      const address = await this.cluster.leaderOf(item.topic, item.partition);
      const group = groups.get(address.nodeId);
      if (group) group.items.push(item);
      else
        groups.set(address.nodeId, {
          connection: await this.cluster.connectionTo(address, 'control'),
          items: [item],
        });
    }
    return [...groups.values()];
  }

  /** A new topic is known to the controller first, to the brokers a moment later. */
  private async untilVisible(name: string): Promise<void> {
    const deadline = Date.now() + TOPIC_VISIBLE_LIMIT_MS;
    for (;;) {
      const metadata = await this.cluster.topic(name);
      if (metadata?.partitions.length && metadata.partitions.every(({ leader }) => leader >= 0)) return;
      if (Date.now() > deadline)
        throw new Error(`topic "${name}" was created but has no leader after ${TOPIC_VISIBLE_LIMIT_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  }
}

function describe(topic: {
  readonly name: string;
  readonly partitions: readonly { readonly replicas: number }[];
}): TopicDescription {
  return {
    name: topic.name,
    partitions: topic.partitions.length,
    replicas: topic.partitions[0]?.replicas ?? 1,
  };
}
