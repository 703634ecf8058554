import type { KafkaCluster } from '../kafka/cluster';
import { requestProduce } from '../kafka/log-api';
import type { EncodedBatch } from '../kafka/log-api';
import type { KafkaConnection } from '../kafka/connection';
import { hasCode, protocolError } from '../kafka/protocol-error';
import type { KafkaProtocolError } from '../kafka/protocol-error';
import type { ProducerIdentity } from '../kafka/record-batch';
import {
  requestAddOffsets,
  requestAddPartitions,
  requestEndTransaction,
  requestOffsetCommit,
  requestProducerId,
} from '../kafka/transaction-api';
import type { GroupOffsets, OutputBatch, TopicPartition, TransactionalWriter } from './broker';
import { partitionKey } from './broker';
import { KafkaOutputBatch } from './kafka-output-batch';

/** How long the coordinator waits before it aborts what this process left open. */
const TRANSACTION_TIMEOUT_MS = 60_000;
/** Refusals that pass while a transaction stays open: the request is made again as it was. */
const PASSING = ['CONCURRENT_TRANSACTIONS', 'COORDINATOR_LOAD_IN_PROGRESS', 'UNKNOWN_TOPIC_OR_PARTITION'];
const PASSING_PAUSE_MS = 2;
const NOT_LEADER = 6;
const DUPLICATE_SEQUENCE_NUMBER = 46;
const PASSING_LIMIT_MS = 15_000;

/** Kafka's transactions: one at a time, under one transactional id. */
export class KafkaTransactionalWriter implements TransactionalWriter {
  private producer: ProducerIdentity | undefined;
  private sequences = new Map<string, number>();
  /** Partitions that take part in the open transaction. */
  private enlisted = new Set<string>();
  /** Topics that refused a batch for its size: what the next ones stay below. */
  private readonly batchLimits = new Map<string, number>();
  /** A commit marker is a record of its own. */
  readonly markerOffsets = 1;

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly transactionalId: string,
  ) {}

  async open(): Promise<void> {
    this.producer = undefined;
    this.producer = await this.cluster.retrying(
      async () => requestProducerId(await this.coordinator(), this.transactionalId, TRANSACTION_TIMEOUT_MS),
      90_000,
    );
    this.sequences = new Map();
    this.enlisted = new Set();
  }

  newBatch(): OutputBatch {
    return new KafkaOutputBatch(this.batchLimits);
  }

  async write(batch: OutputBatch): Promise<ReadonlyMap<string, number>> {
    const { producer, output } = this.opened(batch);
    if (output.isEmpty) return new Map();
    await this.enlist(producer, output, []);
    return this.produce(output.rounds(producer, this.sequences));
  }

  async commit(batch: OutputBatch, progress: readonly GroupOffsets[]): Promise<void> {
    const { producer, output } = this.opened(batch);
    if (output.isEmpty && progress.length === 0 && this.enlisted.size === 0) return;
    await this.enlist(producer, output, progress);
    await Promise.all([
      this.produce(output.rounds(producer, this.sequences)),
      ...progress.map((group) => this.commitOffsets(producer, group)),
    ]);
    await requestEndTransaction(await this.coordinator(), this.transactionalId, producer, true);
    this.enlisted = new Set();
  }

  private opened(batch: OutputBatch): {
    readonly producer: ProducerIdentity;
    readonly output: KafkaOutputBatch;
  } {
    if (!this.producer || !(batch instanceof KafkaOutputBatch))
      throw new Error('the transactional writer is not open');
    return { producer: this.producer, output: batch };
  }

  /** Tells the coordinator which partitions and groups take part. The transaction before may still be completing. */
  private async enlist(
    producer: ProducerIdentity,
    batch: KafkaOutputBatch,
    progress: readonly GroupOffsets[],
  ): Promise<void> {
    const coordinator = await this.coordinator();
    const requests: (() => Promise<void>)[] = progress.map(
      ({ group }) =>
        () =>
          requestAddOffsets(coordinator, this.transactionalId, producer, group),
    );
    const partitions = batch
      .partitions()
      .filter(({ topic, partition }) => !this.enlisted.has(partitionKey(topic, partition)));
    if (partitions.length > 0)
      requests.unshift(() => requestAddPartitions(coordinator, this.transactionalId, producer, partitions));
    const [first, ...rest] = requests;
    if (!first) return;
    await untilAccepted(first);
    await Promise.all(rest.map(untilAccepted));
    for (const { topic, partition } of partitions) this.enlisted.add(partitionKey(topic, partition));
  }

  /**
   * Round by round, so that a batch which is sent again never overtakes the one before it. Gives the first offsets of the
   * partitions that had one batch only.
   */
  private async produce(rounds: readonly (readonly EncodedBatch[])[]): Promise<Map<string, number>> {
    const bases = new Map<string, number>();
    for (const [index, round] of rounds.entries()) {
      const offsets = await produceBatches(this.cluster, round, this.transactionalId).catch(
        (error: unknown) => this.onRefused(error, round),
      );
      for (const [key, offset] of offsets) {
        if (index === 0 && offset >= 0) bases.set(key, offset);
        else bases.delete(key);
      }
    }
    return bases;
  }

  /** A topic may take less than other topics do; only a record that is too large alone can never be written. */
  private onRefused(error: unknown, round: readonly EncodedBatch[]): never {
    if (!hasCode(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE')) throw error;
    const { topic } = (error as KafkaProtocolError).place;
    const several = round.filter((batch) => batch.topic === topic && batch.recordCount > 1);
    if (topic === undefined || several.length === 0) throw error;
    const limit = Math.floor(Math.max(...several.map(({ batch }) => batch.length)) / 2);
    this.batchLimits.set(topic, limit);
    throw new Error(
      `topic "${topic}" refuses batches of that size: from now on they stay below ${limit} bytes`,
    );
  }

  private async commitOffsets(producer: ProducerIdentity, { group, offsets }: GroupOffsets): Promise<void> {
    const connection = await this.cluster.coordinator('GROUP', group, 'transaction');
    await untilAccepted(() =>
      requestOffsetCommit(connection, this.transactionalId, producer, group, offsets),
    );
  }

  private coordinator() {
    return this.cluster.coordinator('TRANSACTION', this.transactionalId, 'transaction');
  }
}

/**
 * Writes one batch a partition and gives the first offset of each. What is refused for a passing reason is sent again: its
 * sequence numbers let the broker drop what it has already (batches without them may then be there twice).
 */
export async function produceBatches(
  cluster: KafkaCluster,
  batches: readonly EncodedBatch[],
  transactionalId: string | null,
): Promise<Map<string, number>> {
  const offsets = new Map<string, number>();
  const deadline = Date.now() + PASSING_LIMIT_MS;
  for (let left = batches; ;) {
    const refused = await produceOnce(cluster, left, transactionalId, offsets);
    if (refused.length === 0) return offsets;
    const fatal = refused.find(({ error }) => !error.retriable);
    if (fatal || Date.now() > deadline) throw (fatal ?? refused[0]!).error;
    left = left.filter(({ topic, partition }) =>
      refused.some((r) => r.topic === topic && r.partition === partition),
    );
    await new Promise((resolve) => setTimeout(resolve, PASSING_PAUSE_MS));
  }
}

async function produceOnce(
  cluster: KafkaCluster,
  batches: readonly EncodedBatch[],
  transactionalId: string | null,
  offsets: Map<string, number>,
) {
  const groups = await byLeader(cluster, batches);
  const answers = await Promise.all(
    groups.map((group) => requestProduce(group.connection, group.batches, transactionalId)),
  );
  const refused: (TopicPartition & { error: KafkaProtocolError })[] = [];
  for (const { topic, partition, errorCode, baseOffset } of answers.flat()) {
    if (errorCode === 0 || errorCode === DUPLICATE_SEQUENCE_NUMBER)
      offsets.set(partitionKey(topic, partition), baseOffset);
    else
      refused.push({
        topic,
        partition,
        error: protocolError(errorCode, `write to topic "${topic}", partition ${partition}`, null, { topic }),
      });
    if (errorCode === NOT_LEADER) cluster.forget(topic);
  }
  return refused;
}

async function byLeader(cluster: KafkaCluster, batches: readonly EncodedBatch[]) {
  const leaders = new Map<number, { connection: KafkaConnection; batches: EncodedBatch[] }>();
  for (const batch of batches) {
    const address = await cluster.leaderOf(batch.topic, batch.partition);
    const known = leaders.get(address.nodeId);
    if (known) known.batches.push(batch);
    else
      leaders.set(address.nodeId, {
        connection: await cluster.connectionTo(address, 'produce'),
        batches: [batch],
      });
  }
  return [...leaders.values()];
}

async function untilAccepted(request: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + PASSING_LIMIT_MS;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!hasCode(error, ...PASSING) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, PASSING_PAUSE_MS));
    }
  }
}
