import type { Column } from '../catalog/catalog';
import type { Row, TimeWindow } from './contracts';

const BOUNDS: readonly Column[] = [
  { name: 'WINDOWSTART', type: { kind: 'BIGINT' } },
  { name: 'WINDOWEND', type: { kind: 'BIGINT' } },
];

/** Key columns of a buffer whose rows may be windowed: keys are equal only with their windows. */
export function storedKeyColumns(columns: readonly Column[], isWindowed: boolean): readonly Column[] {
  return isWindowed ? [...columns, ...BOUNDS] : columns;
}

/** The key as such a buffer holds it. */
export function storedKey(key: Row, window: TimeWindow | null): Row {
  return window === null ? key : [...key, window.start, window.end];
}

/** The window in a stored key, where its columns have one. */
export function windowInKey(key: Row, columns: readonly Column[]): TimeWindow | null {
  if (columns.at(-1) !== BOUNDS.at(-1)) return null;
  const [start, end] = key.slice(-BOUNDS.length) as [number, number];
  return { start, end };
}

/** The columns of a stored key without its window. */
export function keyWithoutWindow(key: Row, window: TimeWindow | null): Row {
  return window === null ? key : key.slice(0, -BOUNDS.length);
}
