import type { KeyRange, ReadOnlyStore, Row, StoredRow } from '../contracts';
import { inRange } from './key-range';
import { DiskEntries, EntrySize } from './disk-entries';
import { FactsOnTheirWay } from './spill';
import type { HeldEntry, Settled, Spillable, SpillChange, StateArea, StoreFacts } from './spill';
import type { ChangelogWriter, Entry, StateStore, StoreShape } from './state-store';
import { ProgressMark, Retention, splitNumbers, storeCodecs, withNumbers } from './store-codecs';

/**
 * Rows by window start and key: in memory, or what was used last in memory and all on disk. Starts at or before
 * `stream time - retention` are expired: not read, not written, and freed. The store's stream time is the largest window start it
 * was given, as in Kafka Streams.
 */
export class WindowStore implements StateStore, Spillable {
  readonly spec;
  readonly view: ReadOnlyStore;
  readonly fingerprint;
  /** Window start to its entries in memory, in insertion order; `starts` has the order of time, those on disk included. */
  private readonly windows = new Map<number, Map<unknown, Entry>>();
  private starts: number[] = [];
  private readonly dirty = new Map<number, Map<unknown, Row>>();
  private readonly retention;
  /** Largest record timestamp that was stored: what grace is counted from after a restart. */
  maxTimestamp = -1;
  private readonly mark = new ProgressMark();
  private readonly codecs;
  private readonly sizes = new EntrySize();
  private readonly sizeMs: number;
  private disk: DiskEntries | undefined;
  private staysInMemory = false;
  private readonly facts = new FactsOnTheirWay();

  constructor(
    private readonly shape: StoreShape,
    private readonly changelog: ChangelogWriter,
  ) {
    this.spec = shape.spec;
    this.sizeMs = shape.spec.windowSizeMs ?? 0;
    this.retention = new Retention(shape);
    this.codecs = storeCodecs(shape);
    this.fingerprint = JSON.stringify([shape.spec.kind, shape.spec.keyColumns, shape.stateColumns]);
    this.view = this.createView();
  }

  identityOf(key: Row): unknown {
    return this.codecs.identity(key);
  }

  /** `id` is the key's {@link identityOf}. */
  get(id: unknown, start: number, key: Row): Entry | undefined {
    if (this.retention.isExpired(start)) return undefined;
    const held = this.windows.get(start)?.get(id);
    if (held !== undefined || this.disk === undefined) return held;
    const entry = this.disk.read(start, key);
    if (entry === undefined) return undefined;
    this.windowOf(start).set(id, entry);
    this.disk.queue.noteClean({ start, id, entry });
    return entry;
  }

  put(id: unknown, start: number, entry: Entry): void {
    this.advance(start);
    if (entry.timestamp > this.maxTimestamp) this.maxTimestamp = entry.timestamp;
    if (this.retention.isExpired(start)) return;
    this.windowOf(start).set(id, entry);
    let changed = this.dirty.get(start);
    if (changed === undefined) this.dirty.set(start, (changed = new Map<unknown, Row>()));
    changed.set(id, entry.key);
  }

  /** Windows that start in [fromMs, toMs], oldest first; what of them is in memory. */
  *between(fromMs: number, toMs: number): Iterable<readonly [number, ReadonlyMap<unknown, Entry>]> {
    for (const start of this.starts) {
      if (start > toMs) return;
      if (start >= fromMs && !this.retention.isExpired(start))
        yield [start, this.windows.get(start) ?? NO_ENTRIES];
    }
  }

  /** A number kept with the state, e.g. up to where final results were emitted; -1 when never set. */
  get progress(): number {
    return this.mark.value;
  }
  set progress(value: number) {
    this.mark.set(value);
  }

  flushChangelog(): void {
    for (const [start, changed] of this.dirty) {
      const entries = this.windows.get(start);
      if (entries === undefined) continue;
      for (const [id, key] of changed) this.log(start, id, key, entries.get(id)!);
    }
    this.dirty.clear();
    const time = Math.max(this.maxTimestamp, 0);
    this.mark.flush((key, value) => this.changelog(this.spec.changelogTopic, key, value, time));
    this.facts.flushed = this.currentFacts();
  }

  private log(start: number, id: unknown, key: Row, entry: Entry): void {
    const state = this.codecs.state.encode(entry.value);
    const keyBytes = withNumbers(this.codecs.key.encode(key), start);
    this.changelog(this.spec.changelogTopic, keyBytes, state, entry.timestamp);
    this.sizes.note(keyBytes.length + state.length);
    this.disk?.queue.add(this.disk.change(start, id, key, entry, state));
  }

  restore(keyBytes: Buffer, value: Buffer | null, timestamp: number): void {
    if (value === null || this.mark.restore(keyBytes, value)) return;
    const { key, numbers } = splitNumbers(keyBytes, this.codecs.key, 1);
    const start = numbers[0]!;
    this.advance(start);
    this.maxTimestamp = Math.max(this.maxTimestamp, timestamp);
    this.facts.restored(this.currentFacts());
    if (this.retention.isExpired(start)) return;
    const id = this.codecs.identity(key);
    const entry = { key, value: this.codecs.state.decode(value), timestamp };
    this.windowOf(start).set(id, entry);
    this.sizes.note(keyBytes.length + value.length);
    this.disk?.queue.addSettled(this.disk.change(start, id, key, entry, value));
  }

  private currentFacts(): StoreFacts {
    return {
      streamTime: this.retention.streamTime,
      maxTimestamp: this.maxTimestamp,
      progress: this.mark.value,
    };
  }

  private windowOf(start: number): Map<unknown, Entry> {
    let window = this.windows.get(start);
    if (window === undefined) {
      this.windows.set(start, (window = new Map<unknown, Entry>()));
      insertSorted(this.starts, start);
    }
    return window;
  }

  private advance(start: number): void {
    if (start <= this.retention.streamTime) return;
    this.retention.streamTime = start;
    let expired = 0;
    while (expired < this.starts.length && this.retention.isExpired(this.starts[expired]!))
      this.windows.delete(this.starts[expired++]!);
    if (expired > 0) this.starts = this.starts.slice(expired);
  }

  // ---- on disk --------------------------------------------------------------------------------------------------

  get spill(): Spillable | undefined {
    return this.staysInMemory ? undefined : this;
  }
  /** For operators that read the store as a whole: to be called before the first record. */
  keepInMemory(): void {
    this.staysInMemory = true;
  }
  get isSpilled(): boolean {
    return this.disk !== undefined;
  }
  get memoryBytes(): number {
    return this.heldCount() * this.sizes.perEntry;
  }
  private heldCount(): number {
    let count = 0;
    for (const window of this.windows.values()) count += window.size;
    return count;
  }

  spillTo(area: StateArea, memoryLimit: number): void {
    const disk = (this.disk = new DiskEntries(this.shape, this.codecs, area, memoryLimit));
    for (const [start, entries] of this.windows)
      for (const [id, entry] of entries)
        disk.queue.add(disk.change(start, id, entry.key, entry, this.codecs.state.encode(entry.value)));
  }

  async resume(area: StateArea, memoryLimit: number, facts: StoreFacts): Promise<void> {
    this.disk = new DiskEntries(this.shape, this.codecs, area, memoryLimit);
    this.retention.streamTime = facts.streamTime;
    this.maxTimestamp = facts.maxTimestamp;
    this.mark.resume(facts.progress);
    this.facts.restored(facts);
    for (const start of await this.disk.starts()) if (!this.retention.isExpired(start)) this.windowOf(start);
  }

  seal(): void {
    this.facts.seal();
    this.disk?.queue.seal();
  }
  settle(): void {
    this.facts.settle();
    this.disk?.queue.settle();
  }

  get settledCount(): number {
    return this.disk?.queue.settledCount ?? 0;
  }
  takeSettled(): Settled {
    const expired = this.retention.streamTime - this.retention.retentionMs;
    return {
      changes: this.disk?.queue.take() ?? [],
      facts: this.facts.settled,
      expiredBelow: expired < 0 ? undefined : this.disk?.endOf(expired),
    };
  }

  written(changes: readonly SpillChange[]): void {
    const { queue } = this.disk!;
    for (const { held } of changes)
      if (this.windows.get(held.start)?.get(held.id) === held.entry) queue.noteClean(held);
    queue.evict(this.heldCount(), queue.memoryLimit / this.sizes.perEntry, (held) => this.forget(held));
  }

  /** A newer entry stays. */
  private forget({ start, id, entry }: HeldEntry): boolean {
    const window = this.windows.get(start);
    return window !== undefined && window.get(id) === entry && window.delete(id);
  }

  // ---- reading --------------------------------------------------------------------------------------------------

  private createView(): ReadOnlyStore {
    const present = this.shape.present ?? ((row: Row) => row);
    const stored = (start: number, entry: Entry): StoredRow => {
      const { key, value, timestamp } = entry;
      const window = { start, end: start + this.sizeMs };
      return { key, window, value: present(value, window, key), timestamp };
    };
    const one = (key: Row, start: number): StoredRow | undefined => {
      const entry = this.get(this.codecs.identity(key), start, key);
      return entry === undefined ? undefined : stored(start, entry);
    };
    const startsBetween = (from: number, to: number): readonly number[] =>
      this.starts.filter((start) => start >= from && start <= to);
    const inMemory = (range: KeyRange | undefined): Iterable<StoredRow> => this.inMemory(range, stored);
    return {
      get: (key, window) => (window === undefined ? undefined : one(key, window.start)),
      *fetch(key, fromMs, toMs) {
        for (const start of startsBetween(fromMs, toMs)) {
          const row = one(key, start);
          if (row !== undefined) yield row;
        }
      },
      all: (range) => (this.disk ? this.allWithDisk(this.disk, range, stored) : inMemory(range)),
    };
  }

  private *inMemory(
    range: KeyRange | undefined,
    stored: (start: number, entry: Entry) => StoredRow,
  ): Iterable<StoredRow> {
    for (const [start, entries] of this.between(-Infinity, Infinity))
      for (const entry of entries.values()) if (inRange(entry.key, range)) yield stored(start, entry);
  }

  private async *allWithDisk(
    disk: DiskEntries,
    range: KeyRange | undefined,
    stored: (start: number, entry: Entry) => StoredRow,
  ): AsyncIterable<StoredRow> {
    for (const start of [...this.starts]) {
      const held = new Map(this.windows.get(start));
      for (const entry of held.values()) if (inRange(entry.key, range)) yield stored(start, entry);
      for await (const entry of disk.entries(start, range?.from, range?.below))
        if (!held.has(this.codecs.identity(entry.key)) && inRange(entry.key, range))
          yield stored(start, entry);
    }
  }
}

const NO_ENTRIES: ReadonlyMap<unknown, Entry> = new Map();

/** Nearly always appends: windows open in order of time. */
export function insertSorted(sorted: number[], value: number): void {
  let at = sorted.length;
  while (at > 0 && sorted[at - 1]! > value) at--;
  sorted.splice(at, 0, value);
}
