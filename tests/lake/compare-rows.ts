import { pullQuery } from '../../lab';
import type { QueryRows } from '../../lab';

/**
 * Sessions bring ingest counters into the dimensions that are known of them at that moment, and what an engine knows then follows the order in
 * which it reads partitions: two live runs differ here as well.
 */
const BY_READING_ORDER = /^(BYTES_|PACKETS_|PACKET_LOSS)|_BITS_PER_SECOND$/;
/** Columns that say how much a row has counted. */
const COUNTED = /COUNT|REQUESTED|_SUM|SAMPLES|SEEN|MINUTES/;
const RELATIVE_TOLERANCE = 1e-9;

export interface TableComparison {
  /** Rows that both have. */
  readonly same: number;
  /** One line a difference. */
  readonly differences: readonly string[];
}

/** One table on two servers, row by row and column by column. A row that counts nothing is no row: a session was in it for a moment. */
export async function compareTable(live: string, rebuilt: string, table: string): Promise<TableComparison> {
  const sql = `SELECT * FROM ${table};`;
  const [left, right] = await Promise.all([pullQuery(live, sql), pullQuery(rebuilt, sql)]);
  const mine = byKey(left);
  const other = byKey(right);
  const differences = [
    ...oneSided(left, mine, other).map((key) => `${table}: only live: ${key}`),
    ...oneSided(right, other, mine).map((key) => `${table}: only rebuilt: ${key}`),
  ];
  let same = 0;
  for (const [key, row] of mine) {
    const found = other.get(key);
    if (!found) continue;
    const columns = left.columns.filter(
      (column, index) => !BY_READING_ORDER.test(column) && !isSame(row[index], found[index]),
    );
    if (columns.length === 0) same++;
    else differences.push(`${table} ${key}: ${columns.join(', ')}`);
  }
  return { same, differences };
}

type Row = readonly unknown[];

function byKey({ columns, rows }: QueryRows): Map<string, Row> {
  const start = columns.indexOf('WINDOWSTART');
  return new Map(rows.map((row) => [JSON.stringify([row[0], start < 0 ? null : row[start]]), row]));
}

function oneSided(
  { columns }: QueryRows,
  rows: ReadonlyMap<string, Row>,
  others: ReadonlyMap<string, Row>,
): string[] {
  const counts = (row: Row): boolean =>
    columns.some(
      (column, index) => COUNTED.test(column) && typeof row[index] === 'number' && row[index] !== 0,
    );
  return [...rows].flatMap(([key, row]) => (!others.has(key) && counts(row) ? [key] : []));
}

/** The last digit of a sum of doubles follows the order in which partitions were read. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
  return JSON.stringify(net(a)) === JSON.stringify(net(b));
}

/** Buckets carry what was taken back beside what was counted (`0183` and `0183-`): only what is left counts. */
function net(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const buckets = value as Readonly<Record<string, number>>;
  return Object.keys(buckets)
    .filter((name) => name !== '' && !name.endsWith('-'))
    .sort()
    .map((name) => [name, buckets[name]! - (buckets[`${name}-`] ?? 0)] as const)
    .filter(([, count]) => count !== 0);
}
