import type { LakeTable } from './access';

/**
 * The rows that count now: of a stream every row, of a table the newest of each key unless it was deleted. One key lies in one
 * partition of its topic, so the newest is the one with the highest offset. The words are the same in DuckDB and in Trino.
 */
export function newestRows(table: string, { isTable, window }: NonNullable<LakeTable['row']>): string {
  if (!isTable) return `SELECT * FROM ${table}`;
  const key = ['_key', ...(window === undefined ? [] : ['_window_start'])].join(', ');
  const newest = `SELECT *, row_number() OVER (PARTITION BY ${key} ORDER BY kafka."offset" DESC) AS _newest FROM ${table}`;
  return `SELECT * FROM (${newest}) AS numbered WHERE _newest = 1 AND NOT _deleted`;
}
