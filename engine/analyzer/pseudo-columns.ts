import type { Column, DataSource } from '../catalog/catalog';

/** Columns that every record has without declaring them. */
export const RECORD_COLUMNS: readonly Column[] = [
  { name: 'ROWTIME', type: { kind: 'BIGINT' } },
  { name: 'ROWPARTITION', type: { kind: 'INTEGER' } },
  { name: 'ROWOFFSET', type: { kind: 'BIGINT' } },
];
/** Columns of rows whose key carries a window. */
export const WINDOW_BOUNDS: readonly Column[] = [
  { name: 'WINDOWSTART', type: { kind: 'BIGINT' } },
  { name: 'WINDOWEND', type: { kind: 'BIGINT' } },
];

const WINDOW_BOUND_NAMES: ReadonlySet<string> = new Set(WINDOW_BOUNDS.map((column) => column.name));
const SYSTEM_NAMES: ReadonlySet<string> = new Set(
  [...RECORD_COLUMNS, ...WINDOW_BOUNDS].map((column) => column.name),
);

/** `true` for names that no declared column and no alias may have. */
export function isSystemColumn(name: string): boolean {
  return SYSTEM_NAMES.has(name);
}

export function isWindowBound(name: string): boolean {
  return WINDOW_BOUND_NAMES.has(name);
}

/** The pseudo columns that rows of this source have. */
export function pseudoColumnsOf(source: DataSource): readonly Column[] {
  return source.topic.window === undefined ? RECORD_COLUMNS : [...RECORD_COLUMNS, ...WINDOW_BOUNDS];
}
