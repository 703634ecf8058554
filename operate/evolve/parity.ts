import type { PulledRows } from '../../resources/query/ksqldb-client';

/** What two versions of a table answer, row by row. */
export interface ParityReport {
  readonly equal: number;
  /** The same in both readings, and not alike. */
  readonly differing: readonly RowDifference[];
  /** Changed between two readings: traffic goes on in them. */
  readonly moving: number;
  /** In the old version only. */
  readonly missing: readonly string[];
  /** In the new version only. */
  readonly added: readonly string[];
  /** Columns that only one of them has, which are not compared. */
  readonly onlyOld: readonly string[];
  readonly onlyNew: readonly string[];
}

export interface RowDifference {
  readonly key: string;
  /** By column: old, new. */
  readonly columns: Readonly<Record<string, readonly [unknown, unknown]>>;
}

/** One reading of both versions. */
export interface Reading {
  readonly old: PulledRows;
  readonly next: PulledRows;
}

/** Sums of doubles depend on the order in which they were added. */
const RELATIVE_TOLERANCE = 1e-9;

/** Compares two readings, a moment apart: what differs in both and stood still is a difference. */
export function compareReadings(first: Reading, second: Reading): ParityReport {
  const columns = sharedColumns(second);
  const [old, next] = [byKey(second.old), byKey(second.next)];
  const [oldBefore, nextBefore] = [byKey(first.old), byKey(first.next)];
  const both = [...old.keys()].filter((key) => next.has(key));
  const stoodStill = (key: string): boolean =>
    sameRow(old.get(key)!, oldBefore.get(key), columns.shared) &&
    sameRow(next.get(key)!, nextBefore.get(key), columns.shared);
  const unlike = both.filter((key) => !sameRow(old.get(key)!, next.get(key), columns.shared));
  const differing = unlike.filter(stoodStill);
  return {
    equal: both.length - unlike.length,
    differing: differing.map((key) => ({
      key,
      columns: differences(old.get(key)!, next.get(key)!, columns.shared),
    })),
    moving: unlike.length - differing.length,
    // A row that has just come to one of them is on its way to the other.
    missing: [...old.keys()].filter((key) => !next.has(key) && oldBefore.has(key)),
    added: [...next.keys()].filter((key) => !old.has(key) && nextBefore.has(key)),
    onlyOld: columns.onlyOld,
    onlyNew: columns.onlyNew,
  };
}

type Row = Readonly<Record<string, unknown>>;

function byKey({ columns, rows }: PulledRows): Map<string, Row> {
  return new Map(
    rows.map((values) => {
      const row = Object.fromEntries(columns.map(({ name }, index) => [name, values[index]]));
      const key = columns.filter(({ isKey }) => isKey).map(({ name }) => row[name]);
      return [key.map(String).join(' | '), row];
    }),
  );
}

function sharedColumns({ old, next }: Reading) {
  const [before, after] = [old.columns.map(({ name }) => name), next.columns.map(({ name }) => name)];
  return {
    shared: before.filter((name) => after.includes(name)),
    onlyOld: before.filter((name) => !after.includes(name)),
    onlyNew: after.filter((name) => !before.includes(name)),
  };
}

function sameRow(a: Row, b: Row | undefined, columns: readonly string[]): boolean {
  return b !== undefined && columns.every((name) => sameValue(a[name], b[name]));
}

function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return a === b || Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  return JSON.stringify(a) === JSON.stringify(b);
}

function differences(
  a: Row,
  b: Row,
  columns: readonly string[],
): Record<string, readonly [unknown, unknown]> {
  const unlike = columns.filter((name) => !sameValue(a[name], b[name]));
  return Object.fromEntries(unlike.map((name) => [name, [a[name], b[name]] as const]));
}
