import type { ReadOnlyStore, Row, StoredRow, TimeWindow } from '../contracts';
import { keyIdentity } from '../key-identity';
import { stateCodec } from '../state-codec';
import type { ChangelogWriter, StateStore, StoreShape } from './state-store';

export type JoinSide = 'LEFT' | 'RIGHT';
export interface UnmatchedRow {
  readonly id: string;
  readonly side: JoinSide;
  readonly key: Row;
  readonly window: TimeWindow | null;
  readonly value: Row;
  readonly timestamp: number;
  readonly sequence: number;
}

/** Rows of outer joins that found no partner yet, in order of time, left before right. */
export class UnmatchedStore implements StateStore {
  readonly spec;
  readonly view: ReadOnlyStore = {
    get: () => undefined,
    *fetch(): Iterable<StoredRow> {},
    *all(): Iterable<StoredRow> {},
    size: 0,
  };
  private readonly rows = new Map<string, UnmatchedRow[]>();
  private ordered: UnmatchedRow[] = [];
  private readonly dirty = new Map<string, { readonly row: UnmatchedRow; removed: boolean }>();
  private sequence = 0;
  private readonly identity;
  private readonly keyCodec;
  private readonly codecs: Readonly<Record<JoinSide, ReturnType<typeof stateCodec>>>;

  constructor(
    shape: StoreShape & { readonly rightColumns: StoreShape['stateColumns'] },
    private readonly changelog: ChangelogWriter,
  ) {
    this.spec = shape.spec;
    this.identity = keyIdentity(shape.spec.keyColumns);
    this.keyCodec = stateCodec(shape.spec.keyColumns.map((c) => c.type));
    this.codecs = {
      LEFT: stateCodec(shape.stateColumns.map((c) => c.type)),
      RIGHT: stateCodec(shape.rightColumns.map((c) => c.type)),
    };
  }

  add(side: JoinSide, key: Row, window: TimeWindow | null, value: Row, timestamp: number): void {
    const row = {
      id: this.idOf(side, key, timestamp),
      side,
      key,
      window,
      value,
      timestamp,
      sequence: ++this.sequence,
    };
    this.insert(row);
    this.dirty.set(changeId(row), { row, removed: false });
  }

  /** Rows of that key and time found a partner. */
  matched(side: JoinSide, key: Row, timestamp: number): void {
    const rows = this.rows.get(this.idOf(side, key, timestamp));
    if (rows !== undefined) for (const row of rows) this.remove(row);
  }

  remove(row: UnmatchedRow): void {
    this.rows.delete(row.id);
    this.ordered = this.ordered.filter((other) => other.id !== row.id);
    this.dirty.set(changeId(row), { row, removed: true });
  }

  /** Oldest first. */
  all(): readonly UnmatchedRow[] {
    return this.ordered;
  }

  flushChangelog(): void {
    for (const { row, removed } of this.dirty.values()) {
      const value = removed ? null : this.codecs[row.side].encode(row.value);
      this.changelog(this.spec.changelogTopic, this.encodeKey(row), value, row.timestamp);
    }
    this.dirty.clear();
  }

  restore(keyBytes: Buffer, value: Buffer | null): void {
    const timestamp = keyBytes.readDoubleBE(1);
    const sequence = keyBytes.readDoubleBE(9);
    const side: JoinSide = keyBytes[0] === 0 ? 'LEFT' : 'RIGHT';
    const key = this.keyCodec.decode(keyBytes.subarray(17));
    const id = this.idOf(side, key, timestamp);
    this.sequence = Math.max(this.sequence, sequence);
    if (value !== null) {
      this.insert({
        id,
        side,
        key,
        window: null,
        value: this.codecs[side].decode(value),
        timestamp,
        sequence,
      });
      return;
    }
    this.rows.delete(id);
    this.ordered = this.ordered.filter((row) => row.id !== id);
  }

  private encodeKey(row: UnmatchedRow): Buffer {
    const prefix = Buffer.alloc(17);
    prefix[0] = row.side === 'LEFT' ? 0 : 1;
    prefix.writeDoubleBE(row.timestamp, 1);
    prefix.writeDoubleBE(row.sequence, 9);
    return Buffer.concat([prefix, this.keyCodec.encode(row.key)]);
  }

  private idOf(side: JoinSide, key: Row, timestamp: number): string {
    const id = this.identity(key);
    return `${timestamp}/${side}/${typeof id}/${String(id)}`;
  }

  private insert(row: UnmatchedRow): void {
    const same = this.rows.get(row.id);
    if (same === undefined) this.rows.set(row.id, [row]);
    else same.push(row);
    let at = this.ordered.length;
    while (at > 0 && comesAfter(this.ordered[at - 1]!, row)) at--;
    this.ordered.splice(at, 0, row);
  }
}

function changeId(row: UnmatchedRow): string {
  return `${row.id}#${row.sequence}`;
}

function comesAfter(a: UnmatchedRow, b: UnmatchedRow): boolean {
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return a.side === 'RIGHT' && b.side === 'LEFT';
}
