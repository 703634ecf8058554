import type { ReadOnlyStore, Row, StoredRow } from '../contracts';
import { keyIdentity } from '../key-identity';
import { stateCodec } from '../state-codec';
import type { ChangelogWriter, Entry, StateStore, StoreShape } from './state-store';

/** The latest row of each key, in memory. */
export class KeyValueStore implements StateStore {
  readonly spec;
  readonly view: ReadOnlyStore;
  private readonly entries = new Map<unknown, Entry>();
  /** Changed since the last flush, with the key's columns (the entry itself may be gone). */
  private readonly dirty = new Map<unknown, { readonly key: Row; readonly timestamp: number }>();
  private readonly identity;
  private readonly keyCodec;
  private readonly stateCodec;

  constructor(
    private readonly shape: StoreShape,
    private readonly changelog: ChangelogWriter,
  ) {
    this.spec = shape.spec;
    this.identity = keyIdentity(shape.spec.keyColumns);
    this.keyCodec = stateCodec(shape.spec.keyColumns.map((c) => c.type));
    this.stateCodec = stateCodec(shape.stateColumns.map((c) => c.type));
    this.view = this.createView();
  }

  get(key: Row): Entry | undefined {
    return this.entries.get(this.identity(key));
  }

  /** `value` null deletes. Gives the entry that was there before. */
  put(key: Row, value: Row | null, timestamp: number): Entry | undefined {
    const id = this.identity(key);
    const before = this.entries.get(id);
    if (value === null) this.entries.delete(id);
    else this.entries.set(id, { key, value, timestamp });
    if (value !== null || before !== undefined) this.dirty.set(id, { key, timestamp });
    return before;
  }

  all(): Iterable<Entry> {
    return this.entries.values();
  }

  flushChangelog(): void {
    for (const [id, { key, timestamp }] of this.dirty) {
      const entry = this.entries.get(id);
      const value = entry === undefined ? null : this.stateCodec.encode(entry.value);
      this.changelog(this.spec.changelogTopic, this.keyCodec.encode(key), value, timestamp);
    }
    this.dirty.clear();
  }

  restore(keyBytes: Buffer, value: Buffer | null, timestamp: number): void {
    const key = this.keyCodec.decode(keyBytes);
    const id = this.identity(key);
    if (value === null) this.entries.delete(id);
    else this.entries.set(id, { key, value: this.stateCodec.decode(value), timestamp });
  }

  private createView(): ReadOnlyStore {
    const present = this.shape.present ?? ((row: Row) => row);
    const stored = (entry: Entry): StoredRow => ({ ...entry, value: present(entry.value) });
    const { entries } = this;
    return {
      get: (key) => {
        const entry = this.get(key);
        return entry === undefined ? undefined : stored(entry);
      },
      *fetch(): Iterable<StoredRow> {},
      *all() {
        for (const entry of entries.values()) yield stored(entry);
      },
      get size() {
        return entries.size;
      },
    };
  }
}
