import type { OutputRecord, ProcessingLogger } from '../../runtime/contracts';
import type { Topology } from '../../runtime/topology';
import type { Broker, NewTopic, PartitionListener } from '../broker/broker';
import type { InputQueue } from './input-queue';
import { ensureInternalTopics, internalTopicNames } from './internal-topics';
import { unsubscribe } from './query-slot';
import type { Input, Slot } from './query-slot';
import type { Relay } from './relay';
import { restoreStores } from './restore';
import { RunningQuery } from './running-query';
import type { Spiller } from './spiller';

export interface StarterDeps {
  readonly broker: Broker;
  readonly logger: ProcessingLogger;
  readonly clock: () => number;
  readonly internalReplicas: number;
  readonly relay: Relay;
  readonly spiller: Spiller;
  readonly write: (slot: Slot, record: OutputRecord) => void;
  /** Records came in, or an input moved. */
  readonly signal: () => void;
  readonly fail: (slot: Slot, error: unknown) => void;
}

/** Brings queries to where they are committed, and opens their inputs. */
export class QueryStarter {
  readonly partitionCounts = new Map<string, number>();
  stopped = false;
  /** Internal topics that were made and that no query has started on yet. */
  private readonly fresh = new Set<string>();

  constructor(private readonly deps: StarterDeps) {}

  /** Makes what a query writes to, before it is known: its new sink, and its internal topics. */
  async prepare(topology: Topology, sink: NewTopic | undefined): Promise<void> {
    const { broker, internalReplicas } = this.deps;
    const { made } = await ensureInternalTopics(broker, topology, internalReplicas, sink);
    for (const name of made) this.fresh.add(name);
  }

  /** Makes a query's internal topics, restores its stores, reads on from its committed offsets. */
  async start(slot: Slot): Promise<void> {
    const { broker, logger, clock, internalReplicas, spiller } = this.deps;
    const generation = ++slot.generation;
    const { spec } = slot;
    const [counts] = await Promise.all([
      ensureInternalTopics(broker, spec.topology, internalReplicas),
      spec.topology.prepare(),
    ]);
    for (const name of counts.made) this.fresh.add(name);
    for (const [topic, partitions] of counts.all) this.partitionCounts.set(topic, partitions);
    const query = new RunningQuery(spec, {
      logger,
      clock,
      write: (record) => this.deps.write(slot, record),
      partitionsOf: (topic) => counts.all.get(topic) ?? 1,
      repartitionPartitions: counts.repartition,
    });
    const isFresh = this.takeFresh(internalTopicNames(spec.topology));
    await Promise.all([restoreStores(broker, query, spiller, isFresh), this.seekToStart(query)]);
    if (slot.generation !== generation || this.stopped) return;
    slot.query = query;
    slot.failure = undefined;
    if (slot.state === 'PAUSED') return;
    slot.state = 'RUNNING';
    this.subscribe(slot, query);
  }

  /** From now on something may lie in them. */
  private takeFresh(names: readonly string[]): (topic: string) => boolean {
    const taken = new Set(names.filter((name) => this.fresh.delete(name)));
    return (topic) => taken.has(topic);
  }

  /**
   * Goes on at the committed offsets; partitions without one start at the end or the beginning, as `auto.offset.reset` says,
   * and that place is committed, so that a restart before the first record does not choose again.
   */
  private async seekToStart(query: RunningQuery): Promise<void> {
    const places = query.inputQueues.map(({ place }) => place);
    const [committed, defaults] = await Promise.all([
      this.deps.broker.committedOffsets(query.spec.group),
      this.deps.broker.offsets(places, query.spec.offsetReset === 'earliest' ? 'EARLIEST' : 'LATEST'),
    ]);
    query.seek(new Map([...defaults, ...committed]), (key) => !committed.has(key));
  }

  subscribe(slot: Slot, query: RunningQuery): void {
    unsubscribe(slot);
    slot.inputs = query.inputQueues.map((queue) => this.openInput(slot, query, queue));
  }

  private openInput(slot: Slot, query: RunningQuery, queue: InputQueue): Input {
    const { broker, relay, signal, fail } = this.deps;
    const listener: PartitionListener = {
      wantsMore: () => queue.hasRoom,
      onRecords: (records, nextOffset, endOffset) => {
        const { position } = queue;
        queue.push(records, nextOffset, endOffset);
        // Moved without a record: past the end of a transaction.
        if (queue.position !== position) query.moved(queue);
        if (queue.size > 0 || query.isDirty) signal();
      },
      onFailure: (error) => fail(slot, error),
    };
    const fetch = () => broker.subscribe({ ...queue.place, offset: queue.readFrom }, listener);
    const input: Input = {
      subscription: fetch(),
      leaveRelay: relay.add({
        queue,
        attach: () => {
          input.subscription?.close();
          input.subscription = undefined;
        },
        detach: () => (input.subscription ??= fetch()),
      }),
    };
    return input;
  }
}
