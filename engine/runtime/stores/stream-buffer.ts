import type { ReadOnlyStore, Row, StoredRow } from '../contracts';
import { keyIdentity } from '../key-identity';
import { stateCodec } from '../state-codec';
import type { ChangelogWriter, StateStore, StoreShape } from './state-store';

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
  readonly view: ReadOnlyStore;
  private readonly rows = new Map<unknown, BufferedRow[]>();
  private added: BufferedRow[] = [];
  private streamTime = -1;
  private sweptAt = -1;
  private sequence = 0;
  private readonly identity;
  private readonly keyCodec;
  private readonly stateCodec;
  private readonly retentionMs: number;

  constructor(
    shape: StoreShape,
    private readonly changelog: ChangelogWriter,
  ) {
    this.spec = shape.spec;
    this.retentionMs = shape.spec.retentionMs ?? Number.MAX_SAFE_INTEGER;
    this.identity = keyIdentity(shape.spec.keyColumns);
    this.keyCodec = stateCodec(shape.spec.keyColumns.map((c) => c.type));
    this.stateCodec = stateCodec(shape.stateColumns.map((c) => c.type));
    this.view = emptyView();
  }

  put(key: Row, value: Row, timestamp: number): void {
    const row = { key, value, timestamp, sequence: ++this.sequence };
    if (this.insert(row)) this.added.push(row);
  }

  /** Rows of a key with a time in [fromMs, toMs], oldest first. */
  fetch(key: Row, fromMs: number, toMs: number): readonly BufferedRow[] {
    const held = this.rows.get(this.identity(key));
    if (held === undefined) return [];
    return held.filter((r) => r.timestamp >= fromMs && r.timestamp <= toMs && !this.isExpired(r));
  }

  flushChangelog(): void {
    for (const row of this.added) {
      const key = this.keyCodec.encode(row.key);
      const bytes = Buffer.allocUnsafe(key.length + 16);
      key.copy(bytes);
      bytes.writeDoubleBE(row.timestamp, key.length);
      bytes.writeDoubleBE(row.sequence, key.length + 8);
      this.changelog(this.spec.changelogTopic, bytes, this.stateCodec.encode(row.value), row.timestamp);
    }
    this.added = [];
  }

  restore(keyBytes: Buffer, value: Buffer | null): void {
    if (value === null) return;
    const size = keyBytes.length - 16;
    const timestamp = keyBytes.readDoubleBE(size);
    const sequence = keyBytes.readDoubleBE(size + 8);
    this.sequence = Math.max(this.sequence, sequence);
    const key = this.keyCodec.decode(keyBytes.subarray(0, size));
    this.insert({ key, value: this.stateCodec.decode(value), timestamp, sequence });
  }

  private insert(row: BufferedRow): boolean {
    if (row.timestamp > this.streamTime) this.advance(row.timestamp);
    if (this.isExpired(row)) return false;
    const id = this.identity(row.key);
    const held = this.rows.get(id);
    if (held === undefined) this.rows.set(id, [row]);
    else {
      let at = held.length;
      while (at > 0 && held[at - 1]!.timestamp > row.timestamp) at--;
      held.splice(at, 0, row);
    }
    return true;
  }

  private isExpired(row: BufferedRow): boolean {
    return row.timestamp <= this.streamTime - this.retentionMs;
  }

  private advance(streamTime: number): void {
    this.streamTime = streamTime;
    if (streamTime - this.sweptAt < this.retentionMs / 4) return;
    this.sweptAt = streamTime;
    for (const [id, held] of this.rows) {
      const left = held.filter((r) => !this.isExpired(r));
      if (left.length === 0) this.rows.delete(id);
      else if (left.length < held.length) this.rows.set(id, left);
    }
  }
}

function emptyView(): ReadOnlyStore {
  return { get: () => undefined, *fetch(): Iterable<StoredRow> {}, *all(): Iterable<StoredRow> {}, size: 0 };
}
