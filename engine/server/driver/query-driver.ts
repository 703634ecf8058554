import { MissingSchemaError } from '../../formats/contracts';
import type { ProcessingLogger, Task } from '../../runtime/contracts';
import type { Topology } from '../../runtime/topology';
import type { Broker, NewTopic } from '../broker/broker';
import { isRetriable } from '../kafka/protocol-error';
import type { StateDiskOpener } from '../state/state-disk';
import { Committer } from './committer';
import { internalTopicNames } from './internal-topics';
import { PartitionWatch } from './partition-watch';
import { queryFailure } from './query-failure';
import type { QueryFailure } from './query-failure';
import { newSlot, unsubscribe } from './query-slot';
import type { QueryState, Slot } from './query-slot';
import { QueryStarter } from './query-starter';
import { Relay } from './relay';
import type { QuerySpec, RunningQuery } from './running-query';
import { Spiller } from './spiller';
import { Turn, TURN_MS, yieldToEventLoop } from './turn';

/** What a query gets at least before it is the next one's turn. */
const MIN_SLICE_MS = 2;
/**
 * Commits are at most this far apart. What a table's row goes through between two of them is written once, so that a server that cannot
 * follow gets faster by committing less often; one that can commits at once.
 */
const MAX_COMMIT_INTERVAL_MS = 1000;
/** Times the duration of the last commit: how long the next one waits, so that commits take a fraction of the time. */
const COMMIT_SPACING = 2;
/** More than this waiting for a commit stops processing until it is through. */
const MAX_UNCOMMITTED_BYTES = 24 * 1024 * 1024;
const PUNCTUATE_EVERY_MS = 1000;
/** So long records wait for a statement that is being carried out; a statement that takes longer waits for someone else. */
const GIVE_WAY_MS = 250;
/** The next statement of a script comes right after the answer to the last one. */
const GIVE_WAY_AFTER_MS = 20;
const RECOVERY_PAUSE_MS = 200;
const RECOVERY_PAUSE_MAX_MS = 5000;

export interface DriverDeps {
  readonly broker: Broker;
  readonly transactionalId: string;
  readonly logger: ProcessingLogger;
  readonly clock: () => number;
  readonly internalReplicas: number;
  /** Absent: all state stays in memory. */
  readonly disk?: StateDiskOpener;
  /** What the stores may take in memory before the largest go to disk. */
  readonly stateMemoryBytes: number;
  /** One line about what happened and what is done about it. */
  readonly log: (message: string) => void;
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
  private readonly relay: Relay;
  private readonly spiller: Spiller;
  private readonly starter: QueryStarter;
  private readonly committer: Committer;
  private readonly partitionWatch: PartitionWatch;
  private committing: Promise<boolean> | undefined;
  private lastCommitEnd = 0;
  private lastCommitMs = 0;
  private lastPunctuation = 0;
  private commitTimer: NodeJS.Timeout | undefined;
  private needsRecovery = false;
  /** Commits that failed since the last one that did not. */
  private failedCommits = 0;
  private stopped = false;
  private loop: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  private signalled = false;
  /** Until then records wait. */
  private givesWayUntil = 0;
  private giveWayTimer: NodeJS.Timeout | undefined;
  /** Records taken from topics since the start. */
  processedRecords = 0;
  commits = 0;

  constructor(private readonly deps: DriverDeps) {
    const writer = deps.broker.openWriter(deps.transactionalId);
    const relay = (this.relay = new Relay(writer.markerOffsets));
    const spiller = (this.spiller = new Spiller({
      ...deps,
      budgetBytes: deps.stateMemoryBytes,
      committed: () => this.untilCommitted(),
    }));
    const fail = (slot: Slot, error: unknown) => this.fail(slot, error);
    this.starter = new QueryStarter({
      ...deps,
      relay,
      spiller,
      fail,
      write: (slot, record) => this.committer.write(slot, record),
      signal: () => this.signal(),
    });
    this.committer = new Committer({
      writer,
      relay,
      spiller,
      fail,
      slots: () => this.slots.values(),
      partitionsOf: (topic) => this.starter.partitionCounts.get(topic) ?? 1,
      processRelayed: () => this.processRelayed(),
      needsRecovery: () => this.needsRecovery,
      onFlushed: () => this.signal(),
    });
    this.partitionWatch = new PartitionWatch({
      broker: deps.broker,
      known: this.starter.partitionCounts,
      onMore: (topics) => this.startAnew(topics),
    });
  }

  /** Takes over the transactional id and starts the loop. */
  async start(): Promise<void> {
    await this.committer.reset();
    this.loop = this.run();
  }

  /** Stops after the transaction that is under way. */
  async stop(): Promise<void> {
    this.stopped = this.starter.stopped = true;
    this.goOn();
    await this.loop;
    for (const slot of this.slots.values()) unsubscribe(slot);
    await this.spiller.close();
  }

  /** Makes what a query will write to, its new sink with it: what cannot be made must not be recorded as a statement. */
  prepare(topology: Topology, sink: NewTopic | undefined): Promise<void> {
    return this.starter.prepare(topology, sink);
  }

  /** Starts a query: makes its internal topics, restores its stores, reads on from its committed offsets. */
  async add(spec: QuerySpec, paused = false): Promise<void> {
    const slot = newSlot(spec, paused);
    this.slots.set(spec.id, slot);
    try {
      await this.starter.start(slot);
    } catch (error) {
      this.slots.delete(spec.id);
      throw error;
    }
  }

  /** Knows a query that could not be started at all, so that it is shown as failed. */
  addFailed(id: string, error: unknown): void {
    this.failedStarts.set(id, queryFailure(error, this.deps.clock()));
  }

  /** Puts another topology in a query's place; stores and offsets go over to it. */
  async replace(spec: QuerySpec): Promise<void> {
    const slot = this.slots.get(spec.id);
    if (!slot) return this.add(spec);
    await this.settle(slot);
    slot.spec = spec;
    await this.starter.start(slot);
  }

  /** Ends a query; `cleanUp` removes its internal topics, its state on disk and its group. */
  async remove(id: string, cleanUp = true): Promise<void> {
    this.failedStarts.delete(id);
    const slot = this.slots.get(id);
    if (!slot) return;
    await this.settle(slot);
    this.slots.delete(id);
    if (!cleanUp) return this.spiller.release(id);
    await this.spiller.remove(id);
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
    if (slot.query) this.starter.subscribe(slot, slot.query);
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
    this.goOn();
    const deadline = Date.now() + limitMs;
    // What was written a moment ago is on its way to its readers for one round of the event loop.
    while (!this.isAtRest() || (await yieldToEventLoop(), !this.isAtRest())) {
      if (Date.now() > deadline) throw new Error(`the queries did not come to rest within ${limitMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  private isAtRest(): boolean {
    const isBusy = (slot: Slot) =>
      slot.state === 'RUNNING' && !slot.query?.inputQueues.every((queue) => queue.isCaughtUp);
    return (
      !this.committing &&
      this.committer.isEmpty &&
      ![...this.slots.values()].some((slot) => isBusy(slot) || slot.query?.isDirty)
    );
  }

  // ---- one query comes to rest ---------------------------------------------------------------------------------

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
    slot.failure = queryFailure(error, this.deps.clock());
    slot.state = 'ERROR';
    unsubscribe(slot);
    // What it did since the last commit is half of something: nothing of it may be committed.
    if (slot.query?.isDirty) this.needsRecovery = true;
    slot.query = undefined;
    this.spiller.release(slot.spec.id);
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

  /**
   * Lets a statement go first: it is a chain of short waits for broker and registry, and a backlog that is being worked off would come in
   * between each time.
   */
  async givingWay<T>(action: () => Promise<T>): Promise<T> {
    this.giveWay(GIVE_WAY_MS);
    try {
      return await action();
    } finally {
      this.giveWay(GIVE_WAY_AFTER_MS);
    }
  }

  private giveWay(ms: number): void {
    clearTimeout(this.giveWayTimer);
    this.givesWayUntil = performance.now() + ms;
    this.giveWayTimer = setTimeout(() => this.goOn(), ms);
  }

  /** Records wait no longer: whoever comes now wants what they make. */
  goOn(): void {
    clearTimeout(this.giveWayTimer);
    this.givesWayUntil = 0;
    this.signal();
  }

  private async processSlice(): Promise<number> {
    if (performance.now() < this.givesWayUntil) return 0;
    if (this.committer.sizeInBytes > MAX_UNCOMMITTED_BYTES || this.spiller.isBehind) return 0;
    const turn = new Turn();
    const share = this.share();
    let processed = 0;
    for (const slot of this.slots.values()) {
      // A commit may have begun while this was waiting.
      if (this.committer.isFlushing) return processed;
      if (slot.state === 'RUNNING' && slot.query)
        processed += await this.processSlot(slot, slot.query, share);
      if (turn.isOver) await turn.pass();
    }
    if (!this.committer.isFlushing) this.punctuateWhenDue();
    return processed;
  }

  /** How long each query that has records waiting may work at a time, in ms. */
  private share(): number {
    let busy = 0;
    for (const { query } of this.slots.values()) if (query?.hasWaiting) busy++;
    return Math.max(MIN_SLICE_MS, TURN_MS / Math.max(1, busy));
  }

  private async processSlot(slot: Slot, query: RunningQuery, share: number): Promise<number> {
    try {
      const processed = query.process(performance.now() + share, () => performance.now());
      this.processedRecords += processed;
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
    void this.partitionWatch.lookWhenDue(now);
    this.relay.detachIdle();
    for (const slot of this.slots.values()) {
      try {
        if (slot.state === 'RUNNING') slot.query?.punctuate(now);
      } catch (error) {
        this.fail(slot, error);
      }
    }
  }

  /** Tasks are made when a query starts: for partitions that were added, queries go back to what is committed and start with all. */
  private startAnew(topics: readonly string[]): void {
    if (this.stopped) return;
    this.deps.log(`${topics.join(', ')}: partitions were added, queries start anew`);
    this.needsRecovery = true;
    this.signal();
  }

  /** Lets every query work on what waits for it, so that its output can still join the open transaction. */
  private async processRelayed(): Promise<void> {
    const turn = new Turn();
    const share = this.share();
    for (const slot of this.slots.values()) {
      if (slot.state !== 'RUNNING' || !slot.query) continue;
      try {
        this.processedRecords += slot.query.process(performance.now() + share, () => performance.now());
        if (turn.isOver) await turn.pass();
      } catch (error) {
        // The loop meets a missing schema again, and loads it.
        if (!(error instanceof MissingSchemaError)) this.fail(slot, error);
      }
    }
  }

  // ---- committing ---------------------------------------------------------------------------------------------

  private get hasWork(): boolean {
    return !this.committer.isEmpty || [...this.slots.values()].some(({ query }) => query?.isDirty);
  }

  private commitWhenDue(): void {
    if (this.committing || this.needsRecovery || !this.hasWork) return;
    const since = performance.now() - this.lastCommitEnd;
    const spacing = Math.min(this.lastCommitMs * COMMIT_SPACING, MAX_COMMIT_INTERVAL_MS);
    if (since >= spacing || this.committer.sizeInBytes > MAX_UNCOMMITTED_BYTES) void this.commitNow();
    else this.commitTimer ??= setTimeout(() => this.onCommitTimer(), spacing - since);
  }

  private onCommitTimer(): void {
    this.commitTimer = undefined;
    this.signal();
  }

  /** Flushes all caches and commits what there is; resolves when it is through. A failure leads to recovery. */
  private async commitNow(): Promise<void> {
    if (this.committing) return void (await this.committing.catch(() => undefined));
    const started = performance.now();
    this.committing = this.committer.commit();
    try {
      if (!(await this.committing)) return;
      this.commits++;
      this.failedCommits = 0;
    } catch (error) {
      this.needsRecovery = true;
      this.failedCommits++;
      this.deps.log(`a transaction failed, going back to what is committed: ${messageOf(error)}`);
    } finally {
      this.committing = undefined;
      this.lastCommitEnd = performance.now();
      this.lastCommitMs = this.lastCommitEnd - started;
      this.signal();
    }
  }

  private async untilCommitted(): Promise<void> {
    await this.committing;
    if (this.needsRecovery) throw new Error('what is committed is being found out');
  }

  // ---- recovery -----------------------------------------------------------------------------------------------

  /** Back to what is committed, with growing pauses while that fails. Queries that are in ERROR stay so. */
  private async recover(): Promise<void> {
    await this.committing?.catch(() => undefined);
    if (this.failedCommits > 1) await sleepMs(backOff(this.failedCommits - 1));
    for (let attempt = 1; !this.stopped; attempt++) {
      try {
        for (const slot of this.slots.values()) unsubscribe(slot);
        await this.committer.reset();
        const restarts = await Promise.allSettled([...this.slots.values()].map((slot) => this.restart(slot)));
        const failed = restarts.find((result) => result.status === 'rejected');
        if (failed) throw failed.reason;
        this.needsRecovery = false;
        return;
      } catch (error) {
        this.deps.log(`recovery failed, next try in ${backOff(attempt)} ms: ${messageOf(error)}`);
        await sleepMs(backOff(attempt));
      }
    }
  }

  /** A query that cannot be started anew for a reason that does not pass goes into ERROR; the others go on. */
  private async restart(slot: Slot): Promise<void> {
    if (slot.state === 'ERROR' || !slot.query) return;
    if (slot.state !== 'PAUSED') slot.state = 'REBALANCING';
    try {
      await this.starter.start(slot);
    } catch (error) {
      if (isRetriable(error)) throw error;
      this.fail(slot, error);
    }
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

function backOff(attempt: number): number {
  return Math.min(RECOVERY_PAUSE_MS * 2 ** (attempt - 1), RECOVERY_PAUSE_MAX_MS);
}

function sleepMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
