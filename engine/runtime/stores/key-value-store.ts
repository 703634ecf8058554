import type { KeyRange, ReadOnlyStore, Row, StoredRow } from '../contracts';
import { inRange } from './key-range';
import { DiskEntries, EntrySize, goneEntry, isGone } from './disk-entries';
import { NO_FACTS } from './spill';
import type { HeldEntry, Settled, Spillable, SpillChange, StateArea } from './spill';
import type { ChangelogWriter, Entry, StateStore, StoreShape } from './state-store';
import { storeCodecs } from './store-codecs';

/** The latest row of each key: in memory, or what was used last in memory and all on disk. */
export class KeyValueStore implements StateStore, Spillable {
  readonly spec;
  readonly view: ReadOnlyStore;
  readonly fingerprint;
  private readonly entries = new Map<unknown, Entry>();
  /** Changed since the last flush, with the key's columns (the entry itself may be gone). */
  private readonly dirty = new Map<unknown, { readonly key: Row; readonly timestamp: number }>();
  private readonly codecs;
  private readonly sizes = new EntrySize();
  private disk: DiskEntries | undefined;
  private staysInMemory = false;

  constructor(
    private readonly shape: StoreShape,
    private readonly changelog: ChangelogWriter,
  ) {
    this.spec = shape.spec;
    this.codecs = storeCodecs(shape);
    this.fingerprint = JSON.stringify([shape.spec.kind, shape.spec.keyColumns, shape.stateColumns]);
    this.view = this.createView();
  }

  get(key: Row): Entry | undefined {
    return this.find(this.codecs.identity(key), key);
  }

  private find(id: unknown, key: Row): Entry | undefined {
    const held = this.entries.get(id);
    if (this.disk === undefined) return held;
    if (held !== undefined) return isGone(held) ? undefined : held;
    const entry = this.disk.read(0, key);
    if (entry === undefined) return undefined;
    this.entries.set(id, entry);
    this.disk.queue.noteClean({ start: 0, id, entry });
    return entry;
  }

  /** `value` null deletes. Gives the entry that was there before. */
  put(key: Row, value: Row | null, timestamp: number): Entry | undefined {
    const id = this.codecs.identity(key);
    const before = this.find(id, key);
    if (value !== null) this.entries.set(id, { key, value, timestamp });
    else this.delete(id);
    if (value !== null || before !== undefined) this.dirty.set(id, { key, timestamp });
    return before;
  }

  private delete(id: unknown): void {
    if (this.disk === undefined) this.entries.delete(id);
    else this.entries.set(id, goneEntry());
  }

  /** Every entry; only of a store that is kept in memory. */
  all(): Iterable<Entry> {
    if (this.disk !== undefined)
      throw new Error('invariant violated: a store on disk is not read as a whole');
    return this.entries.values();
  }

  flushChangelog(): void {
    for (const [id, { key, timestamp }] of this.dirty) {
      const entry = this.entries.get(id);
      const state = isGone(entry) ? null : this.codecs.state.encode(entry!.value);
      const keyBytes = this.codecs.key.encode(key);
      this.changelog(this.spec.changelogTopic, keyBytes, state, timestamp);
      this.sizes.note(keyBytes.length + (state?.length ?? 0));
      this.disk?.queue.add(this.disk.change(0, id, key, entry ?? goneEntry(), state));
    }
    this.dirty.clear();
  }

  restore(keyBytes: Buffer, value: Buffer | null, timestamp: number): void {
    const key = this.codecs.key.decode(keyBytes);
    const id = this.codecs.identity(key);
    this.sizes.note(keyBytes.length + (value?.length ?? 0));
    if (value === null) this.delete(id);
    else this.entries.set(id, { key, value: this.codecs.state.decode(value), timestamp });
    this.disk?.queue.addSettled(this.disk.change(0, id, key, this.entries.get(id)!, value));
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
    return this.entries.size * this.sizes.perEntry;
  }

  spillTo(area: StateArea, memoryLimit: number): void {
    const disk = (this.disk = new DiskEntries(this.shape, this.codecs, area, memoryLimit));
    for (const [id, entry] of this.entries)
      disk.queue.add(disk.change(0, id, entry.key, entry, this.codecs.state.encode(entry.value)));
  }
  resume(area: StateArea, memoryLimit: number): Promise<void> {
    this.disk = new DiskEntries(this.shape, this.codecs, area, memoryLimit);
    return Promise.resolve();
  }
  seal(): void {
    this.disk?.queue.seal();
  }
  settle(): void {
    this.disk?.queue.settle();
  }
  get settledCount(): number {
    return this.disk?.queue.settledCount ?? 0;
  }
  takeSettled(): Settled {
    return { changes: this.disk?.queue.take() ?? [], facts: NO_FACTS, expiredBelow: undefined };
  }

  written(changes: readonly SpillChange[]): void {
    const { queue } = this.disk!;
    for (const { held } of changes) {
      if (isGone(held.entry)) this.forget(held);
      else if (this.entries.get(held.id) === held.entry) queue.noteClean(held);
    }
    queue.evict(this.entries.size, queue.memoryLimit / this.sizes.perEntry, (held) => this.forget(held));
  }

  /** A newer entry stays. */
  private forget({ id, entry }: HeldEntry): boolean {
    return this.entries.get(id) === entry && this.entries.delete(id);
  }

  // ---- reading --------------------------------------------------------------------------------------------------

  private createView(): ReadOnlyStore {
    const present = this.shape.present ?? ((row: Row) => row);
    const stored = (entry: Entry): StoredRow => ({ ...entry, value: present(entry.value, null, entry.key) });
    const { entries } = this;
    function* inMemory(range: KeyRange | undefined): Iterable<StoredRow> {
      for (const entry of entries.values())
        if (!isGone(entry) && inRange(entry.key, range)) yield stored(entry);
    }
    return {
      get: (key) => {
        const entry = this.get(key);
        return entry === undefined ? undefined : stored(entry);
      },
      *fetch(): Iterable<StoredRow> {},
      all: (range) =>
        this.disk ? this.allWithDisk(this.disk, inMemory(range), range, stored) : inMemory(range),
    };
  }

  private allWithDisk(
    disk: DiskEntries,
    inMemory: Iterable<StoredRow>,
    range: KeyRange | undefined,
    stored: (entry: Entry) => StoredRow,
  ): AsyncIterable<StoredRow> {
    const known = new Set(this.entries.keys());
    const rows = [...inMemory];
    const { identity } = this.codecs;
    const onDisk = disk.entries(0, range?.from, range?.below);
    return (async function* () {
      yield* rows;
      for await (const entry of onDisk)
        if (!known.has(identity(entry.key)) && inRange(entry.key, range)) yield stored(entry);
    })();
  }
}
