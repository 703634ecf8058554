import type { ReadOnlyStore, Row, StoredRow } from '../contracts';
import type { ChangelogWriter, StateStore, StoreShape } from './state-store';
import { Retention, splitNumbers, storeCodecs, withNumbers } from './store-codecs';

export interface BufferedRow {
  readonly key: Row;
  readonly value: Row;
  readonly timestamp: number;
  /** Tells rows of one key and time apart. */
  readonly sequence: number;
}

/** The recent rows of one side of a stream-stream join, all of them (same key and time too), by key in order of time. */
export class StreamBuffer implements StateStore {
  readonly spec;
  readonly view = emptyView();
  private readonly rows = new Map<unknown, BufferedRow[]>();
  private added: BufferedRow[] = [];
  private sequence = 0;
  private readonly codecs;
  private readonly retention;

  constructor(
    shape: StoreShape,
    private readonly changelog: ChangelogWriter,
  ) {
    this.spec = shape.spec;
    this.codecs = storeCodecs(shape);
    this.retention = new Retention(shape);
  }

  put(key: Row, value: Row, timestamp: number): void {
    const row = { key, value, timestamp, sequence: ++this.sequence };
    if (this.insert(row)) this.added.push(row);
  }

  /** Rows of a key with a time in [fromMs, toMs], oldest first. */
  fetch(key: Row, fromMs: number, toMs: number): readonly BufferedRow[] {
    const held = this.rows.get(this.codecs.identity(key));
    if (held === undefined) return NO_ROWS;
    const { streamTime, retentionMs } = this.retention;
    const first = firstAfter(held, Math.max(fromMs, streamTime - retentionMs + 1), false);
    const end = firstAfter(held, toMs, true);
    return first < end ? held.slice(first, end) : NO_ROWS;
  }

  flushChangelog(): void {
    for (const row of this.added) {
      const key = withNumbers(this.codecs.key.encode(row.key), row.timestamp, row.sequence);
      this.changelog(this.spec.changelogTopic, key, this.codecs.state.encode(row.value), row.timestamp);
    }
    this.added = [];
  }

  restore(keyBytes: Buffer, value: Buffer | null): void {
    if (value === null) return;
    const { key, numbers } = splitNumbers(keyBytes, this.codecs.key, 2);
    const [timestamp, sequence] = numbers as [number, number];
    this.sequence = Math.max(this.sequence, sequence);
    this.insert({ key, value: this.codecs.state.decode(value), timestamp, sequence });
  }

  private insert(row: BufferedRow): boolean {
    if (this.retention.advance(row.timestamp)) this.sweep();
    if (this.retention.isExpired(row.timestamp)) return false;
    const id = this.codecs.identity(row.key);
    const held = this.rows.get(id);
    if (held === undefined) this.rows.set(id, [row]);
    else held.splice(firstAfter(held, row.timestamp, true), 0, row);
    return true;
  }

  private sweep(): void {
    for (const [id, held] of this.rows) {
      const expired = firstAfter(held, this.retention.streamTime - this.retention.retentionMs, true);
      if (expired === held.length) this.rows.delete(id);
      else if (expired > 0) held.splice(0, expired);
    }
  }
}

const NO_ROWS: readonly BufferedRow[] = [];

/** Index of the first row after a time, or (not `after`) at or after it. */
function firstAfter(rows: readonly BufferedRow[], time: number, after: boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { timestamp } = rows[middle]!;
    if (timestamp < time || (after && timestamp === time)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of stores that no query can read. */
export function emptyView(): ReadOnlyStore {
  return { get: () => undefined, *fetch(): Iterable<StoredRow> {}, *all(): Iterable<StoredRow> {} };
}
