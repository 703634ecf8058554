import { MissingSchemaError } from '../../formats/contracts';
import type { OutputRecord, ProcessingLogger, Task } from '../../runtime/contracts';
import type {
  Broker,
  GroupOffsets,
  OutputBatch,
  PartitionListener,
  Subscription,
  TopicOffset,
  TransactionalWriter,
} from '../broker/broker';
import { partitionKey } from '../broker/broker';
import type { InputQueue } from './input-queue';
import { ensureInternalTopics, internalTopicNames } from './internal-topics';
import { restoreStores } from './restore';
import { Relay } from './relay';
import type { Relayed } from './relay';
import { RunningQuery } from './running-query';
import type { QuerySpec } from './running-query';

/** Processing hands the event loop back after this long, so that questions are answered while a backlog is worked off. */
const SLICE_MS = 8;
/** A busy loop commits at most this often; an idle one at once. */
const BUSY_COMMIT_INTERVAL_MS = 100;
/** Times the duration of the last commit: how long the next one waits, so that commits take a fraction of the time. */
const COMMIT_SPACING = 2;
/** More than this waiting for a commit stops processing until it is through. */
const MAX_UNCOMMITTED_BYTES = 24 * 1024 * 1024;
const PUNCTUATE_EVERY_MS = 1000;
/**
 * A transaction takes in what follows from its own records, link by link of a chain of queries; at most so many times and for
 * so long, as readers outside this process see nothing before its end.
 */
const MAX_ROUNDS = 24;
const MAX_TRANSACTION_MS = 200;
const RECOVERY_PAUSE_MS = 200;
const RECOVERY_PAUSE_MAX_MS = 5000;

export type QueryState = 'RUNNING' | 'PAUSED' | 'ERROR' | 'REBALANCING';

export interface QueryFailure {
  readonly timestamp: number;
  readonly message: string;
}

export interface DriverDeps {
  readonly broker: Broker;
  readonly transactionalId: string;
  readonly logger: ProcessingLogger;
  readonly clock: () => number;
  readonly internalReplicas: number;
  /** One line about what happened and what is done about it. */
  readonly log: (message: string) => void;
}

interface Slot {
  spec: QuerySpec;
  query: RunningQuery | undefined;
  state: QueryState;
  failure: QueryFailure | undefined;
  inputs: Input[];
  /** Counts (re)starts: what belongs to an older one is ignored. */
  generation: number;
}

/** One partition that a query reads: by fetching, or (no subscription) handed over by the relay. */
interface Input {
  subscription: Subscription | undefined;
  readonly leaveRelay: () => void;
}

/** What is to be written next: records, and how far the inputs behind them were read. */
interface Output {
  readonly batch: OutputBatch;
  readonly relayed: Relayed;
  readonly progress: readonly GroupOffsets[];
}

/**
 * Runs all persistent queries in one loop: records in, tasks, and everything that came of them (sink records, changelogs and
 * the inputs' offsets) out in one Kafka transaction at a time. While one transaction is being committed the next batch is
 * already processed. Whatever fails, the answer is the same: take the transactional id anew (which fences and aborts), build
 * the tasks anew from what is committed, go on. See docs/adr for why.
 */
export class QueryDriver {
  private readonly slots = new Map<string, Slot>();
  private readonly failedStarts = new Map<string, QueryFailure>();
  private readonly writer: TransactionalWriter;
  private readonly partitionCounts = new Map<string, number>();
  private readonly relay: Relay;
  private batch: OutputBatch;
  private committing: Promise<void> | undefined;
  private lastCommitEnd = 0;
  private lastCommitMs = 0;
  private lastPunctuation = 0;
  private commitTimer: NodeJS.Timeout | undefined;
  private needsRecovery = false;
  private stopped = false;
  private loop: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  private signalled = false;
  /** Records taken from topics since the start. */
  processedRecords = 0;
  commits = 0;

  constructor(private readonly deps: DriverDeps) {
    this.writer = deps.broker.openWriter(deps.transactionalId);
    this.batch = this.writer.newBatch();
    this.relay = new Relay(this.writer.markerOffsets);
  }

  /** Takes over the transactional id and starts the loop. */
  async start(): Promise<void> {
    await this.writer.open();
    this.loop = this.run();
  }

  /** Stops after the transaction that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.signal();
    await this.loop;
    for (const slot of this.slots.values()) unsubscribe(slot);
  }

  /** Starts a query: makes its internal topics, restores its stores, reads on from its committed offsets. */
  async add(spec: QuerySpec, paused = false): Promise<void> {
    const slot: Slot = {
      spec,
      query: undefined,
      state: paused ? 'PAUSED' : 'REBALANCING',
      failure: undefined,
      inputs: [],
      generation: 0,
    };
    this.slots.set(spec.id, slot);
    try {
      await this.startSlot(slot);
    } catch (error) {
      this.slots.delete(spec.id);
      throw error;
    }
  }

  /** Knows a query that could not be started at all, so that it is shown as failed. */
  addFailed(id: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.failedStarts.set(id, { timestamp: this.deps.clock(), message });
  }

  /** Puts another topology in a query's place; stores and offsets go over to it. */
  async replace(spec: QuerySpec): Promise<void> {
    const slot = this.slots.get(spec.id);
    if (!slot) return this.add(spec);
    await this.settle(slot);
    slot.spec = spec;
    await this.startSlot(slot);
  }

  /** Ends a query; `cleanUp` removes its internal topics and its group. */
  async remove(id: string, cleanUp = true): Promise<void> {
    this.failedStarts.delete(id);
    const slot = this.slots.get(id);
    if (!slot) return;
    await this.settle(slot);
    this.slots.delete(id);
    if (!cleanUp) return;
    await this.deps.broker.deleteTopics(internalTopicNames(slot.spec.topology));
    await this.deps.broker.deleteGroup(slot.spec.group);
  }

  pause(id: string): void {
    const slot = this.slots.get(id);
    if (!slot || slot.state === 'ERROR') return;
    slot.state = 'PAUSED';
    unsubscribe(slot);
  }

  resume(id: string): void {
    const slot = this.slots.get(id);
    if (slot?.state !== 'PAUSED') return;
    slot.state = 'RUNNING';
    if (slot.query) this.subscribe(slot, slot.query);
  }

  state(id: string): QueryState | undefined {
    return this.slots.get(id)?.state ?? (this.failedStarts.has(id) ? 'ERROR' : undefined);
  }
  failure(id: string): QueryFailure | undefined {
    return this.slots.get(id)?.failure ?? this.failedStarts.get(id);
  }
  query(id: string): RunningQuery | undefined {
    return this.slots.get(id)?.query;
  }
  tasks(
    id: string,
  ): readonly { readonly subTopology: number; readonly partition: number; readonly task: Task }[] {
    return this.slots.get(id)?.query?.tasks ?? [];
  }

  /** Resolves when everything that is committed to the inputs of all running queries is processed and committed. */
  async drained(limitMs = 30_000): Promise<void> {
    const deadline = Date.now() + limitMs;
    const isBusy = (slot: Slot) =>
      slot.state === 'RUNNING' && !slot.query?.inputQueues.every((queue) => queue.isCaughtUp);
    while (
      [...this.slots.values()].some((slot) => isBusy(slot) || slot.query?.isDirty) ||
      this.committing ||
      !this.batch.isEmpty
    ) {
      if (Date.now() > deadline) throw new Error(`the queries did not come to rest within ${limitMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  // ---- starting and stopping one query ------------------------------------------------------------------------

  private async startSlot(slot: Slot): Promise<void> {
    const { broker, logger, clock } = this.deps;
    const generation = ++slot.generation;
    const { spec } = slot;
    await spec.topology.prepare();
    const counts = await ensureInternalTopics(broker, spec.topology, this.deps.internalReplicas);
    for (const [topic, partitions] of counts.all) this.partitionCounts.set(topic, partitions);
    const query = new RunningQuery(spec, {
      logger,
      clock,
      write: (record) => this.write(record),
      partitionsOf: (topic) => counts.all.get(topic) ?? 1,
      repartitionPartitions: counts.repartition,
    });
    await restoreStores(broker, query);
    await this.seekToStart(query);
    if (slot.generation !== generation || this.stopped) return;
    slot.query = query;
    slot.failure = undefined;
    if (slot.state === 'PAUSED') return;
    slot.state = 'RUNNING';
    this.subscribe(slot, query);
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

  private subscribe(slot: Slot, query: RunningQuery): void {
    unsubscribe(slot);
    slot.inputs = query.inputQueues.map((queue) => this.openInput(slot, query, queue));
  }

  private openInput(slot: Slot, query: RunningQuery, queue: InputQueue): Input {
    const listener: PartitionListener = {
      wantsMore: () => queue.hasRoom,
      onRecords: (records, nextOffset, endOffset) => {
        const { position } = queue;
        queue.push(records, nextOffset, endOffset);
        // Moved without a record: past the end of a transaction.
        if (queue.position !== position) query.moved(queue);
        if (queue.size > 0 || query.isDirty) this.signal();
      },
      onFailure: (error) => this.fail(slot, error),
    };
    const fetch = () => this.deps.broker.subscribe({ ...queue.place, offset: queue.readFrom }, listener);
    const input: Input = {
      subscription: fetch(),
      leaveRelay: this.relay.add({
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

  /** Lets what the query has done so far be committed, then takes it out of the loop. */
  private async settle(slot: Slot): Promise<void> {
    unsubscribe(slot);
    slot.generation++;
    slot.state = slot.state === 'PAUSED' ? 'PAUSED' : 'REBALANCING';
    const { query } = slot;
    while (query?.isDirty && !this.needsRecovery && !this.stopped) await this.commitNow();
    slot.query = undefined;
    await this.committing?.catch(() => undefined);
  }

  private fail(slot: Slot, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.deps.log(
      `query ${slot.spec.id} stopped: ${error instanceof Error ? (error.stack ?? message) : message}`,
    );
    slot.failure = { timestamp: this.deps.clock(), message };
    slot.state = 'ERROR';
    unsubscribe(slot);
    // What it did since the last commit is half of something: nothing of it may be committed.
    if (slot.query?.isDirty) this.needsRecovery = true;
    slot.query = undefined;
    this.signal();
  }

  // ---- the loop -----------------------------------------------------------------------------------------------

  private async run(): Promise<void> {
    while (!this.stopped) {
      if (this.needsRecovery) await this.recover();
      const processed = await this.processSlice();
      this.commitWhenDue();
      if (processed > 0) await yieldToEventLoop();
      else await this.sleep();
    }
    if (!this.needsRecovery) await this.commitNow();
    await this.committing?.catch(() => undefined);
  }

  private async processSlice(): Promise<number> {
    if (this.batch.sizeInBytes > MAX_UNCOMMITTED_BYTES) return 0;
    const now = performance.now();
    let processed = 0;
    for (const slot of this.slots.values()) {
      if (slot.state === 'RUNNING' && slot.query)
        processed += await this.processSlot(slot, slot.query, now + SLICE_MS);
    }
    this.punctuateWhenDue();
    this.processedRecords += processed;
    return processed;
  }

  private async processSlot(slot: Slot, query: RunningQuery, deadline: number): Promise<number> {
    try {
      const processed = query.process(deadline, () => performance.now());
      if (processed > 0) for (const { subscription } of slot.inputs) subscription?.resume();
      return processed;
    } catch (error) {
      if (error instanceof MissingSchemaError) await this.loadSchema(slot, error);
      else this.fail(slot, error);
      return 1;
    }
  }

  /** The registry may be away for a while: the query waits for it, the others go on meanwhile. */
  private async loadSchema(slot: Slot, missing: MissingSchemaError): Promise<void> {
    try {
      await missing.load();
    } catch (error) {
      this.deps.log(
        `query ${slot.spec.id} waits for schema ${missing.schemaId}: ${error instanceof Error ? error.message : String(error)}`,
      );
      const { query } = slot;
      if (slot.state !== 'RUNNING' || !query) return;
      slot.state = 'REBALANCING';
      setTimeout(() => {
        if (slot.query === query && slot.state === 'REBALANCING') slot.state = 'RUNNING';
        this.signal();
      }, RECOVERY_PAUSE_MS);
    }
  }

  private punctuateWhenDue(): void {
    const now = this.deps.clock();
    if (now - this.lastPunctuation < PUNCTUATE_EVERY_MS) return;
    this.lastPunctuation = now;
    this.relay.detachIdle();
    for (const slot of this.slots.values()) {
      try {
        if (slot.state === 'RUNNING') slot.query?.punctuate(now);
      } catch (error) {
        this.fail(slot, error);
      }
    }
  }

  private write(record: OutputRecord): void {
    const partition = this.batch.add(record, this.partitionCounts.get(record.topic) ?? 1);
    if (partition !== undefined) this.relay.note(record, partition);
  }

  // ---- committing ---------------------------------------------------------------------------------------------

  private get hasWork(): boolean {
    return !this.batch.isEmpty || [...this.slots.values()].some(({ query }) => query?.isDirty);
  }

  private commitWhenDue(): void {
    if (this.committing || this.needsRecovery || !this.hasWork) return;
    const since = performance.now() - this.lastCommitEnd;
    const spacing = Math.min(this.lastCommitMs * COMMIT_SPACING, BUSY_COMMIT_INTERVAL_MS);
    if (since >= spacing || this.batch.sizeInBytes > MAX_UNCOMMITTED_BYTES) void this.commitNow();
    else this.commitTimer ??= setTimeout(() => this.onCommitTimer(), spacing - since);
  }

  private onCommitTimer(): void {
    this.commitTimer = undefined;
    this.signal();
  }

  /** Flushes all caches and commits what there is; resolves when it is through. A failure leads to recovery. */
  private async commitNow(): Promise<void> {
    if (this.committing) return this.committing.catch(() => undefined);
    const output = this.takeOutput();
    if (this.needsRecovery) return;
    if (output.batch.isEmpty && output.progress.length === 0) return;
    const started = performance.now();
    this.committing = this.transaction(output);
    try {
      await this.committing;
      this.commits++;
    } catch (error) {
      this.needsRecovery = true;
      this.deps.log(
        `a transaction failed, going back to what is committed: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      this.committing = undefined;
      this.lastCommitEnd = performance.now();
      this.lastCommitMs = this.lastCommitEnd - started;
      this.signal();
    }
  }

  /** One transaction: the output, and link by link what the queries here make of it. */
  private async transaction(first: Output): Promise<void> {
    const end = performance.now() + MAX_TRANSACTION_MS;
    const progress = new Map<string, Map<string, TopicOffset>>();
    let output = first;
    for (let round = 1; ; round++) {
      mergeProgress(progress, output.progress);
      if (output.relayed.size === 0) break;
      const bases = await this.writer.write(output.batch);
      const taken = this.relay.handOver(output.relayed, bases);
      output = { batch: this.writer.newBatch(), relayed: new Map(), progress: [] };
      // What is handed over and not worked on by then is the next transaction's.
      if (!taken || round === MAX_ROUNDS || performance.now() > end) break;
      this.processRelayed();
      output = this.takeOutput();
      if (this.needsRecovery) throw new Error('a query failed within the transaction');
    }
    await this.writer.commit(output.batch, groupOffsets(progress));
  }

  /** Lets every query work on what waits for it, so that its output can still join the open transaction. */
  private processRelayed(): void {
    const deadline = performance.now() + SLICE_MS;
    for (const slot of this.slots.values()) {
      if (slot.state !== 'RUNNING' || !slot.query) continue;
      try {
        this.processedRecords += slot.query.process(deadline, () => performance.now());
      } catch (error) {
        // The loop meets a missing schema again, and loads it.
        if (!(error instanceof MissingSchemaError)) this.fail(slot, error);
      }
    }
  }

  /** Flushes all caches and closes the batch. */
  private takeOutput(): Output {
    const progress = this.flushAll();
    const output = { batch: this.batch, relayed: this.relay.take(), progress };
    this.batch = this.writer.newBatch();
    return output;
  }

  private flushAll(): GroupOffsets[] {
    const progress: GroupOffsets[] = [];
    for (const slot of this.slots.values()) {
      if (!slot.query?.isDirty) continue;
      try {
        slot.query.flush();
        const moved = slot.query.takeProgress();
        if (moved) progress.push(moved);
      } catch (error) {
        this.fail(slot, error);
        this.needsRecovery = true;
      }
    }
    return progress;
  }

  // ---- recovery -----------------------------------------------------------------------------------------------

  /** Back to what is committed. Queries that are in ERROR stay so; a query that cannot be started anew goes there. */
  private async recover(): Promise<void> {
    await this.committing?.catch(() => undefined);
    for (let pause = RECOVERY_PAUSE_MS; !this.stopped; pause = Math.min(pause * 2, RECOVERY_PAUSE_MAX_MS)) {
      try {
        this.batch = this.writer.newBatch();
        this.relay.reset();
        for (const slot of this.slots.values()) unsubscribe(slot);
        await this.writer.open();
        for (const slot of this.slots.values()) await this.restart(slot);
        this.needsRecovery = false;
        return;
      } catch (error) {
        this.deps.log(
          `recovery failed, next try in ${pause} ms: ${error instanceof Error ? error.message : String(error)}`,
        );
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  private async restart(slot: Slot): Promise<void> {
    if (slot.state === 'ERROR' || !slot.query) return;
    if (slot.state !== 'PAUSED') slot.state = 'REBALANCING';
    await this.startSlot(slot);
  }

  // ---- sleeping -----------------------------------------------------------------------------------------------

  private signal(): void {
    this.signalled = true;
    this.wake?.();
  }

  private async sleep(): Promise<void> {
    if (!this.signalled) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PUNCTUATE_EVERY_MS);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = undefined;
    }
    this.signalled = false;
  }
}

function unsubscribe(slot: Slot): void {
  for (const { subscription, leaveRelay } of slot.inputs) {
    subscription?.close();
    leaveRelay();
  }
  slot.inputs = [];
}

/** The furthest place of each input, over the rounds of a transaction. */
function mergeProgress(into: Map<string, Map<string, TopicOffset>>, progress: readonly GroupOffsets[]): void {
  for (const { group, offsets } of progress) {
    const known = into.get(group) ?? new Map<string, TopicOffset>();
    for (const place of offsets) known.set(partitionKey(place.topic, place.partition), place);
    into.set(group, known);
  }
}

function groupOffsets(progress: ReadonlyMap<string, ReadonlyMap<string, TopicOffset>>): GroupOffsets[] {
  return [...progress].map(([group, offsets]) => ({ group, offsets: [...offsets.values()] }));
}

function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
