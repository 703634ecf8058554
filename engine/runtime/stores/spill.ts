import type { Entry } from './state-store';

/** Where one store of one task keeps on disk what memory has no room for. Read by the store, written by the driver. */
export interface StateArea {
  get(key: Buffer): Buffer | undefined;
  /** Entries with `from` <= key < `to` as they are at the time of the call, in the order of their keys. */
  entries(from: Buffer, to: Buffer | undefined): AsyncIterable<readonly [key: Buffer, value: Buffer]>;
}

/** One entry on its way to disk; `value` null deletes. */
export interface SpillChange {
  readonly key: Buffer;
  readonly value: Buffer | null;
  /** What memory held when the value was encoded: as long as it still does, it need not. */
  readonly held: HeldEntry;
}
export interface HeldEntry {
  readonly start: number;
  readonly id: unknown;
  readonly entry: Entry;
}

/** What is committed and may go to disk. */
export interface Settled {
  readonly changes: readonly SpillChange[];
  /** Facts of the store beside its entries, as of the last change. */
  readonly facts: StoreFacts;
  /** Keys below are expired: they may be deleted. */
  readonly expiredBelow: Buffer | undefined;
}
export interface StoreFacts {
  readonly streamTime: number;
  readonly maxTimestamp: number;
  readonly progress: number;
}

export const NO_FACTS: StoreFacts = { streamTime: -1, maxTimestamp: -1, progress: -1 };

/** A store's facts, from flush to commit like its changes. */
export class FactsOnTheirWay {
  flushed = NO_FACTS;
  private sealed = NO_FACTS;
  settled = NO_FACTS;

  seal(): void {
    this.sealed = this.flushed;
  }
  settle(): void {
    this.settled = this.sealed;
  }
  restored(facts: StoreFacts): void {
    this.flushed = this.sealed = this.settled = facts;
  }
}

/** A store's face to the driver that moves it to disk. */
export interface Spillable {
  readonly isSpilled: boolean;
  /** About what the entries take in memory. */
  readonly memoryBytes: number;
  /** What the types of keys and rows are: entries of another shape cannot be read. */
  readonly fingerprint: string;
  /** Keeps entries on disk from now on. To be called when everything is flushed; what there is belongs to the transaction in hand. */
  spillTo(area: StateArea, memoryLimit: number): void;
  /** Takes over what an earlier process left in the area. To be called before the first record. */
  resume(area: StateArea, memoryLimit: number, facts: StoreFacts): Promise<void>;
  /** What was flushed so far belongs to the transaction that is written now. */
  seal(): void;
  /** That transaction is committed. */
  settle(): void;
  /** How many changes {@link takeSettled} would give. */
  readonly settledCount: number;
  takeSettled(): Settled;
  /** The changes are on disk: memory may forget them. */
  written(changes: readonly SpillChange[]): void;
}

/**
 * The way of a store's changes to disk: flushed, sealed with the transaction that carries their changelog, settled once it is
 * committed, then written. So the disk never holds what is not committed.
 */
export class SpillQueue {
  private flushed: SpillChange[] = [];
  private sealed: SpillChange[] = [];
  private settled: SpillChange[] = [];
  /** Entries that memory holds and the disk too, oldest first. */
  private clean: HeldEntry[] = [];
  private cleanHead = 0;

  constructor(readonly memoryLimit: number) {}

  add(change: SpillChange): void {
    this.flushed.push(change);
  }
  seal(): void {
    this.sealed = joined(this.sealed, this.flushed);
    this.flushed = [];
  }
  settle(): void {
    this.settled = joined(this.settled, this.sealed);
    this.sealed = [];
  }
  get settledCount(): number {
    return this.settled.length;
  }
  /** What was restored is committed already. */
  addSettled(change: SpillChange): void {
    this.settled.push(change);
  }
  take(): readonly SpillChange[] {
    const taken = this.settled;
    this.settled = [];
    return taken;
  }

  /** Memory holds an entry that the disk has as well. */
  noteClean(held: HeldEntry): void {
    this.clean.push(held);
  }
  /** Has the oldest clean entries forgotten until `count` entries are no more than `limit`. */
  evict(count: number, limit: number, forget: (held: HeldEntry) => boolean): void {
    let left = count;
    // One entry may be noted again and again: those notes must not add up either.
    const isOver = () => left > limit || this.clean.length - this.cleanHead > 2 * limit;
    while (this.cleanHead < this.clean.length && isOver()) if (forget(this.clean[this.cleanHead++]!)) left--;
    if (this.cleanHead * 2 > this.clean.length) {
      this.clean = this.clean.slice(this.cleanHead);
      this.cleanHead = 0;
    }
  }
}

function joined(first: SpillChange[], second: SpillChange[]): SpillChange[] {
  if (first.length === 0) return second;
  for (const change of second) first.push(change);
  return first;
}
