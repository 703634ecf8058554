import type { Column, LogicalSchema } from '../../catalog/catalog';
import type { Row } from '../contracts';
import { columnIndex } from './stateless';

/** Builds the row of a join; a missing side gives NULLs. */
export type RowJoiner = (key: Row | null, left: Row | null, right: Row | null) => Row;

/** Columns come from the side that has one of that name, else from the key. */
export function rowJoiner(
  schema: LogicalSchema,
  left: readonly Column[],
  right: readonly Column[],
): RowJoiner {
  const picks = schema.value.map(({ name }) => {
    const inLeft = columnIndex(left, name);
    if (inLeft >= 0) return (_key: Row | null, l: Row | null) => (l === null ? null : l[inLeft]);
    const inRight = columnIndex(right, name);
    if (inRight >= 0)
      return (_key: Row | null, _l: Row | null, r: Row | null) => (r === null ? null : r[inRight]);
    const inKey = columnIndex(schema.key, name);
    if (inKey < 0) throw new Error(`invariant violated: no side of the join has a column ${name}`);
    return (key: Row | null) => key?.[inKey] ?? null;
  });
  return (key, l, r) => picks.map((pick) => pick(key, l, r));
}
