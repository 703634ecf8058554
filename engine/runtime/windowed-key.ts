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

/** The columns of a stored key without its window. */
export function keyWithoutWindow(key: Row, window: TimeWindow | null): Row {
  return window === null ? key : key.slice(0, -BOUNDS.length);
}
