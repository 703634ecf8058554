import type { SqlType } from '../types/sql-type';

/** What an expression may name: the columns of one value row, by their position in it. */
export interface ColumnScope {
  /** Exact name, as the parser gives it (unquoted names are upper case already). */
  resolve(name: string): { readonly index: number; readonly type: SqlType } | undefined;
}

/** Columns in the order of the row. */
export function columnScope(
  columns: readonly { readonly name: string; readonly type: SqlType }[],
): ColumnScope {
  const byName = new Map(columns.map((column, index) => [column.name, { index, type: column.type }]));
  return { resolve: (name) => byName.get(name) };
}

/** Looks up a custom type made by CREATE TYPE. */
export type TypeResolver = (name: string) => SqlType | undefined;
