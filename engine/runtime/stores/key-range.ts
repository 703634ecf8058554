import type { KeyRange, Row } from '../contracts';

export function inRange(key: Row, range: KeyRange | undefined): boolean {
  if (range === undefined) return true;
  const [value] = key as readonly [string | null];
  if (value === null) return false;
  return (
    (range.from === undefined || value >= range.from[0]) &&
    (range.below === undefined || value < range.below[0])
  );
}
