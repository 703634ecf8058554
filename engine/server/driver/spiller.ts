import type { Task } from '../../runtime/contracts';
import type { Spillable } from '../../runtime/stores/spill';
import type { Broker, TopicPartition } from '../broker/broker';
import { partitionKey } from '../broker/broker';
import type { AreaUpdate, Checkpoint, StateDisk, StateDiskOpener } from '../state/state-disk';
import type { RunningQuery } from './running-query';

/** A store on disk keeps at most this share of the budget in memory. */
const SHARE_IN_MEMORY = 1 / 16;
/** Looking at the size of all stores more often would cost more than it is worth. */
const BALANCE_EVERY_MS = 200;
/** Committed changes are gathered this long before they go to disk, unless they are many. */
const WRITE_EVERY_MS = 500;
const MANY_CHANGES = 20_000;
/** Above this processing waits for the disk. */
const TOO_MANY_CHANGES = 80_000;
/**
 * Kafka forgets deletions after a day (`delete.retention.ms`): state that is older may hold what was deleted since then, and is read
 * from the changelog as a whole.
 */
const CHECKPOINT_LIFE_MS = 12 * 3_600_000;

export interface SpillerDeps {
  readonly broker: Broker;
  /** Absent: everything stays in memory. */
  readonly disk?: StateDiskOpener;
  /** What all stores together may take in memory before the largest go to disk. */
  readonly budgetBytes: number;
  readonly clock: () => number;
  readonly log: (message: string) => void;
  /** Resolves when no commit is under way; rejects when it failed. */
  readonly committed: () => Promise<void>;
}

/** A store of one task that may go to disk. */
export interface SpillableStore extends TopicPartition {
  /** Of its area. */
  readonly name: string;
  readonly store: Spillable;
}

export function spillableStores(
  tasks: readonly { readonly task: Task; readonly partition: number }[],
): SpillableStore[] {
  return tasks.flatMap(({ task, partition }) =>
    [...(task.spillable?.() ?? [])].map(([topic, store]) => ({
      topic,
      partition,
      store,
      name: partitionKey(topic, partition),
    })),
  );
}

/**
 * Moves the largest stores to disk when all together outgrow their budget, and carries committed changes there. The disk never
 * knows more than what is committed; it may know less, which is read from the changelog from the checkpoint on.
 */
export class Spiller {
  private readonly stores = new Map<string, readonly SpillableStore[]>();
  private disk: StateDisk | undefined;
  private opening = false;
  private balancedAt = 0;
  private writtenAt = 0;
  private writing: Promise<void> | undefined;
  /** The disk took no more: what is there stays readable, and everything new stays in memory. */
  private isBroken = false;

  constructor(private readonly deps: SpillerDeps) {}

  // ---- a query comes and goes -----------------------------------------------------------------------------------

  /** Takes a query's fresh stores in. Gives from where each must be restored, where that is not the beginning. */
  async adopt(query: RunningQuery, ends: Ends): Promise<Map<string, number>> {
    await this.writing;
    const stores = spillableStores(query.tasks);
    this.stores.set(query.spec.id, stores);
    if (!this.disk && this.deps.disk?.hasState()) this.disk = await this.deps.disk.open();
    const from = new Map<string, number>();
    if (this.disk) for (const store of stores) await this.adoptOne(this.disk, store, ends, from);
    return from;
  }

  private async adoptOne(
    disk: StateDisk,
    { name, store }: SpillableStore,
    ends: Ends,
    from: Map<string, number>,
  ) {
    const checkpoint = disk.checkpoint(name);
    if (!checkpoint) return;
    if (!this.isTrusted(checkpoint, store, ends.from.get(name) ?? 0, ends.to.get(name) ?? 0))
      return disk.drop(name);
    await store.resume(disk.area(name), this.limit, checkpoint.facts);
    from.set(name, checkpoint.offset);
  }

  /** Whether what the disk holds is the changelog up to the checkpoint, and the rest can be read from there. */
  private isTrusted(checkpoint: Checkpoint, store: Spillable, first: number, end: number): boolean {
    const { offset, fingerprint, savedAt } = checkpoint;
    if (fingerprint !== store.fingerprint || offset < first || offset > end) return false;
    return offset === end || this.deps.clock() - savedAt < CHECKPOINT_LIFE_MS;
  }

  release(queryId: string): void {
    this.stores.delete(queryId);
  }

  /** Removes what a query has on disk. */
  async remove(queryId: string): Promise<void> {
    const stores = this.stores.get(queryId) ?? [];
    this.stores.delete(queryId);
    await this.writing;
    for (const { name } of stores) await this.disk?.drop(name);
  }

  async close(): Promise<void> {
    await this.writing;
    await this.disk?.close();
  }

  // ---- in step with the transactions ----------------------------------------------------------------------------

  /** More waits for the disk than should. */
  get isBehind(): boolean {
    return this.writing !== undefined && !this.isBroken && this.settledCount() > TOO_MANY_CHANGES;
  }

  /** All caches are flushed, and what they gave goes into the transaction in hand. */
  onFlushed(): void {
    this.balance();
    for (const { store } of this.all()) store.seal();
  }

  /** The transaction is committed. */
  onCommitted(): void {
    for (const { store } of this.all()) store.settle();
    const waiting = this.settledCount();
    if (waiting === 0 || this.writing) return;
    const now = this.deps.clock();
    if (waiting < MANY_CHANGES && now - this.writtenAt < WRITE_EVERY_MS) return;
    this.writing = this.write()
      .catch((error: unknown) => this.deps.log(`state could not be written to disk: ${messageOf(error)}`))
      .finally(() => {
        this.writing = undefined;
        this.writtenAt = this.deps.clock();
      });
  }

  /**
   * A checkpoint may say less than what the disk holds, never more: the end of the changelogs is asked for first, and what is
   * written afterwards has at least all commits up to there.
   */
  private async write(): Promise<void> {
    const { disk } = this;
    if (!disk || this.isBroken) return;
    const stores = [...this.all()].filter(({ store }) => store.isSpilled);
    const ends = await this.deps.broker.offsets(stores, 'LATEST');
    await this.deps.committed();
    const current = new Set([...this.all()].map(({ store }) => store));
    const live = stores.filter(({ store }) => current.has(store));
    for (const store of live) {
      const offset = ends.get(store.name);
      if (offset !== undefined) await this.writeStore(disk, store, offset);
    }
  }

  private async writeStore(disk: StateDisk, { name, store }: SpillableStore, offset: number): Promise<void> {
    const { changes, facts, expiredBelow } = store.takeSettled();
    const checkpoint = { offset, facts, fingerprint: store.fingerprint, savedAt: this.deps.clock() };
    const update: AreaUpdate = { name, changes, checkpoint, expiredBelow };
    try {
      await disk.write([update]);
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
    store.written(changes);
  }

  // ---- while a store is restored --------------------------------------------------------------------------------

  /** What was restored so far goes to disk if it is too much for memory; `offset` is where restoring goes on. */
  async onRestored(stored: SpillableStore, offset: number, isDone: boolean): Promise<void> {
    const { store, name } = stored;
    if (!store.isSpilled) {
      if (!this.deps.disk || this.memoryBytes() <= this.deps.budgetBytes || !this.isLargest(store)) return;
      this.disk ??= await this.deps.disk.open();
      if (!this.disk) return;
      this.deps.log(`the state of ${name} goes to disk`);
      store.spillTo(this.disk.area(name), this.limit);
      store.seal();
      store.settle();
    }
    if (
      this.disk &&
      !this.isBroken &&
      (store.settledCount > MANY_CHANGES || (isDone && store.settledCount > 0))
    )
      await this.writeStore(this.disk, stored, offset);
  }

  private isLargest(store: Spillable): boolean {
    const others = [...this.all()].filter((other) => !other.store.isSpilled && other.store !== store);
    return others.every((other) => other.store.memoryBytes <= store.memoryBytes * 2);
  }

  // ---- memory ---------------------------------------------------------------------------------------------------

  /** To be called between a flush and its transaction: what a store holds then belongs to that transaction or is committed. */
  private balance(): void {
    const now = this.deps.clock();
    if (!this.deps.disk || now - this.balancedAt < BALANCE_EVERY_MS) return;
    this.balancedAt = now;
    let excess = this.memoryBytes() - this.deps.budgetBytes;
    if (excess <= 0) return;
    if (!this.disk) return void this.openDisk(this.deps.disk);
    const inMemory = [...this.all()].filter(({ store }) => !store.isSpilled);
    inMemory.sort((a, b) => b.store.memoryBytes - a.store.memoryBytes);
    for (const { store, name } of inMemory) {
      if (excess <= 0) return;
      excess -= store.memoryBytes - this.limit;
      this.deps.log(`the state of ${name} goes to disk`);
      store.spillTo(this.disk.area(name), this.limit);
    }
  }

  private async openDisk(opener: StateDiskOpener): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    this.disk = await opener.open();
  }

  private get limit(): number {
    return this.deps.budgetBytes * SHARE_IN_MEMORY;
  }
  private memoryBytes(): number {
    let sum = 0;
    for (const { store } of this.all()) sum += store.memoryBytes;
    return sum;
  }
  private settledCount(): number {
    let sum = 0;
    for (const { store } of this.all()) sum += store.settledCount;
    return sum;
  }
  private *all(): Iterable<SpillableStore> {
    for (const stores of this.stores.values()) yield* stores;
  }
}

/** First and last offsets of changelogs, by {@link partitionKey}. */
export interface Ends {
  readonly from: ReadonlyMap<string, number>;
  readonly to: ReadonlyMap<string, number>;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
