import type { Row, TimeWindow } from '../contracts';
import { stateCodec } from '../state-codec';
import { windowInKey } from '../windowed-key';
import type { ChangelogWriter, StateStore, StoreShape } from './state-store';
import { storeCodecs } from './store-codecs';
import { emptyView } from './stream-buffer';

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

/**
 * Rows of outer joins that found no partner yet, in the order of Kafka Streams' store: by time, right before left, then by key; rows of
 * one key and time as they came.
 */
export class UnmatchedStore implements StateStore {
  readonly spec;
  readonly view = emptyView();
  private readonly rows = new Map<string, UnmatchedRow[]>();
  /** In order; rows that are not in `rows` any more are removed when they are more than half. */
  private ordered: UnmatchedRow[] = [];
  private removedCount = 0;
  private readonly dirty = new Map<string, { readonly row: UnmatchedRow; removed: boolean }>();
  private sequence = 0;
  private readonly codecs;
  private readonly rowCodecs: Readonly<Record<JoinSide, ReturnType<typeof stateCodec>>>;

  constructor(
    shape: StoreShape & { readonly rightColumns: StoreShape['stateColumns'] },
    private readonly changelog: ChangelogWriter,
    private readonly compareKeys: (a: Row, b: Row) => number,
  ) {
    this.spec = shape.spec;
    this.codecs = storeCodecs(shape);
    this.rowCodecs = {
      LEFT: this.codecs.state,
      RIGHT: stateCodec(shape.rightColumns.map((column) => column.type)),
    };
  }

  add(side: JoinSide, key: Row, window: TimeWindow | null, value: Row, timestamp: number): void {
    const id = this.idOf(side, key, timestamp);
    const row = { id, side, key, window, value, timestamp, sequence: ++this.sequence };
    this.insert(row);
    this.dirty.set(changeId(row), { row, removed: false });
  }

  /** Rows of that key and time found a partner. */
  matched(side: JoinSide, key: Row, timestamp: number): void {
    const rows = this.rows.get(this.idOf(side, key, timestamp));
    if (rows !== undefined) this.removeAll(rows);
  }

  remove(row: UnmatchedRow): void {
    const rows = this.rows.get(row.id);
    if (rows !== undefined) this.removeAll(rows);
  }

  private removeAll(rows: readonly UnmatchedRow[]): void {
    for (const row of rows) this.dirty.set(changeId(row), { row, removed: true });
    this.forget(rows[0]!.id);
  }

  /** Oldest first. */
  *all(): Iterable<UnmatchedRow> {
    for (const row of this.ordered) if (this.holds(row)) yield row;
  }

  flushChangelog(): void {
    for (const { row, removed } of this.dirty.values()) {
      const value = removed ? null : this.rowCodecs[row.side].encode(row.value);
      this.changelog(this.spec.changelogTopic, this.encodeKey(row), value, row.timestamp);
    }
    this.dirty.clear();
  }

  restore(keyBytes: Buffer, value: Buffer | null): void {
    const timestamp = keyBytes.readDoubleBE(1);
    const sequence = keyBytes.readDoubleBE(9);
    const side: JoinSide = keyBytes[0] === 0 ? 'LEFT' : 'RIGHT';
    const key = this.codecs.key.decode(keyBytes.subarray(17));
    const id = this.idOf(side, key, timestamp);
    this.sequence = Math.max(this.sequence, sequence);
    if (value === null) return this.forget(id);
    const row = this.rowCodecs[side].decode(value);
    const window = windowInKey(key, this.spec.keyColumns);
    this.insert({ id, side, key, window, value: row, timestamp, sequence });
  }

  private encodeKey(row: UnmatchedRow): Buffer {
    const prefix = Buffer.alloc(17);
    prefix[0] = row.side === 'LEFT' ? 0 : 1;
    prefix.writeDoubleBE(row.timestamp, 1);
    prefix.writeDoubleBE(row.sequence, 9);
    return Buffer.concat([prefix, this.codecs.key.encode(row.key)]);
  }

  private idOf(side: JoinSide, key: Row, timestamp: number): string {
    const id = this.codecs.identity(key);
    return `${timestamp}/${side}/${typeof id}/${String(id)}`;
  }

  private insert(row: UnmatchedRow): void {
    const same = this.rows.get(row.id);
    if (same === undefined) this.rows.set(row.id, [row]);
    else same.push(row);
    this.ordered.splice(this.placeOf(row), 0, row);
  }

  /** Behind all rows that do not come after it. */
  private placeOf(row: UnmatchedRow): number {
    let low = 0;
    let high = this.ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.comesAfter(this.ordered[middle]!, row)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private comesAfter(a: UnmatchedRow, b: UnmatchedRow): boolean {
    if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
    if (a.side !== b.side) return a.side === 'LEFT';
    return this.compareKeys(a.key, b.key) > 0;
  }

  private holds(row: UnmatchedRow): boolean {
    return this.rows.get(row.id)?.includes(row) ?? false;
  }

  private forget(id: string): void {
    this.removedCount += this.rows.get(id)?.length ?? 0;
    this.rows.delete(id);
    if (this.removedCount * 2 <= this.ordered.length) return;
    this.ordered = this.ordered.filter((row) => this.holds(row));
    this.removedCount = 0;
  }
}

function changeId(row: UnmatchedRow): string {
  return `${row.id}#${row.sequence}`;
}
