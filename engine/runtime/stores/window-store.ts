import type { ReadOnlyStore, Row, StoredRow } from '../contracts';
import { keyIdentity } from '../key-identity';
import { stateCodec } from '../state-codec';
import type { ChangelogWriter, Entry, StateStore, StoreShape } from './state-store';

/** Written under an empty key: a number that the operator needs after a restart. */
const MARK_KEY = Buffer.alloc(0);

/**
 * Rows by window start and key, in memory. Starts at or before `stream time - retention` are expired: not read, not written, and freed.
 * The store's stream time is the largest window start it was given, as in Kafka Streams.
 */
export class WindowStore implements StateStore {
  readonly spec;
  readonly view: ReadOnlyStore;
  /** Window start to its entries, in insertion order; `starts` has the order of time. */
  private readonly windows = new Map<number, Map<unknown, Entry>>();
  private starts: number[] = [];
  private readonly dirty = new Map<number, Map<unknown, Row>>();
  private streamTime = -1;
  /** Largest record timestamp that was stored: what grace is counted from after a restart. */
  maxTimestamp = -1;
  private mark = -1;
  private markChanged = false;
  private readonly identity;
  private readonly keyCodec;
  private readonly stateCodec;
  private readonly retentionMs: number;
  private readonly sizeMs: number;

  constructor(
    private readonly shape: StoreShape,
    private readonly changelog: ChangelogWriter,
  ) {
    this.spec = shape.spec;
    this.retentionMs = shape.spec.retentionMs ?? Number.MAX_SAFE_INTEGER;
    this.sizeMs = shape.spec.windowSizeMs ?? 0;
    this.identity = keyIdentity(shape.spec.keyColumns);
    this.keyCodec = stateCodec(shape.spec.keyColumns.map((c) => c.type));
    this.stateCodec = stateCodec(shape.stateColumns.map((c) => c.type));
    this.view = this.createView();
  }

  identityOf(key: Row): unknown {
    return this.identity(key);
  }

  get(id: unknown, start: number): Entry | undefined {
    return this.isExpired(start) ? undefined : this.windows.get(start)?.get(id);
  }

  put(id: unknown, start: number, entry: Entry): void {
    if (start > this.streamTime) this.advance(start);
    if (entry.timestamp > this.maxTimestamp) this.maxTimestamp = entry.timestamp;
    if (this.isExpired(start)) return;
    this.windowOf(start).set(id, entry);
    let changed = this.dirty.get(start);
    if (changed === undefined) this.dirty.set(start, (changed = new Map<unknown, Row>()));
    changed.set(id, entry.key);
  }

  /** Windows that start in [fromMs, toMs], oldest first. */
  *between(fromMs: number, toMs: number): Iterable<readonly [number, ReadonlyMap<unknown, Entry>]> {
    for (const start of this.starts) {
      if (start > toMs) return;
      if (start >= fromMs && !this.isExpired(start)) yield [start, this.windows.get(start)!];
    }
  }

  /** A number kept with the state, e.g. up to where final results were emitted; -1 when never set. */
  get progress(): number {
    return this.mark;
  }
  set progress(value: number) {
    this.mark = value;
    this.markChanged = true;
  }

  flushChangelog(): void {
    for (const [start, changed] of this.dirty) {
      const entries = this.windows.get(start);
      if (entries === undefined) continue;
      for (const [id, key] of changed) this.log(start, key, entries.get(id)!);
    }
    this.dirty.clear();
    if (!this.markChanged) return;
    const value = Buffer.alloc(8);
    value.writeDoubleBE(this.mark);
    this.changelog(this.spec.changelogTopic, MARK_KEY, value, Math.max(this.maxTimestamp, 0));
    this.markChanged = false;
  }

  private log(start: number, key: Row, entry: Entry): void {
    this.changelog(
      this.spec.changelogTopic,
      withStart(this.keyCodec.encode(key), start),
      this.stateCodec.encode(entry.value),
      entry.timestamp,
    );
  }

  restore(keyBytes: Buffer, value: Buffer | null, timestamp: number): void {
    if (value === null) return;
    if (keyBytes.length === 0) {
      this.mark = value.readDoubleBE(0);
      return;
    }
    const start = keyBytes.readDoubleBE(keyBytes.length - 8);
    const key = this.keyCodec.decode(keyBytes.subarray(0, keyBytes.length - 8));
    if (start > this.streamTime) this.advance(start);
    this.maxTimestamp = Math.max(this.maxTimestamp, timestamp);
    if (this.isExpired(start)) return;
    this.windowOf(start).set(this.identity(key), { key, value: this.stateCodec.decode(value), timestamp });
  }

  private isExpired(start: number): boolean {
    return start <= this.streamTime - this.retentionMs;
  }

  private windowOf(start: number): Map<unknown, Entry> {
    let window = this.windows.get(start);
    if (window === undefined) {
      this.windows.set(start, (window = new Map<unknown, Entry>()));
      insertSorted(this.starts, start);
    }
    return window;
  }

  private advance(streamTime: number): void {
    this.streamTime = streamTime;
    let expired = 0;
    while (expired < this.starts.length && this.isExpired(this.starts[expired]!))
      this.windows.delete(this.starts[expired++]!);
    if (expired > 0) this.starts = this.starts.slice(expired);
  }

  private createView(): ReadOnlyStore {
    const present = this.shape.present ?? ((row: Row) => row);
    const stored = (start: number, entry: Entry): StoredRow => ({
      key: entry.key,
      window: { start, end: start + this.sizeMs },
      value: present(entry.value),
      timestamp: entry.timestamp,
    });
    const every = (): Iterable<readonly [number, ReadonlyMap<unknown, Entry>]> =>
      this.between(-Infinity, Infinity);
    const inRange = (from: number, to: number): Iterable<readonly [number, ReadonlyMap<unknown, Entry>]> =>
      this.between(from, to);
    const identity = this.identity;
    return {
      get: (key, window) => {
        const entry = window === undefined ? undefined : this.get(identity(key), window.start);
        return entry === undefined ? undefined : stored(window!.start, entry);
      },
      *fetch(key, fromMs, toMs) {
        const id = identity(key);
        for (const [start, entries] of inRange(fromMs, toMs)) {
          const entry = entries.get(id);
          if (entry !== undefined) yield stored(start, entry);
        }
      },
      *all() {
        for (const [start, entries] of every())
          for (const entry of entries.values()) yield stored(start, entry);
      },
      get size() {
        let size = 0;
        for (const [, entries] of every()) size += entries.size;
        return size;
      },
    };
  }
}

function withStart(key: Buffer, start: number): Buffer {
  const bytes = Buffer.allocUnsafe(key.length + 8);
  key.copy(bytes);
  bytes.writeDoubleBE(start, key.length);
  return bytes;
}

/** Nearly always appends: windows open in order of time. */
export function insertSorted(sorted: number[], value: number): void {
  let at = sorted.length;
  while (at > 0 && sorted[at - 1]! > value) at--;
  sorted.splice(at, 0, value);
}
