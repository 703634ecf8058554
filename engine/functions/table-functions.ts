import type { SqlType, SqlValue } from '../types/sql-type';
import type { ArrayType } from '../types/type-rules';
import { identityOf } from '../types/compare';
import { table, typedVariant, variant } from './function-row';
import type { FunctionRow } from './function-row';

type Items = readonly SqlValue[];

/** Every combination of each value or NULL, the last column changing fastest; NULL values give no second one. */
function cube(items: Items): SqlValue[][] {
  return items.reduce<SqlValue[][]>(
    (rows, item) =>
      rows.flatMap((row) =>
        item === null
          ? [[...row, null]]
          : [
              [...row, null],
              [...row, item],
            ],
      ),
    [[]],
  );
}

const elementOfFirst = (args: readonly (SqlType | null)[]): SqlType | null =>
  (args[0] as ArrayType | null)?.element ?? null;

/** A row's implementation gives the array of its output rows; the result type is that of one of them. */
export const TABLE_FUNCTIONS: readonly FunctionRow[] = [
  table(
    'CUBE_EXPLODE',
    {
      description: 'One row for each combination of the columns, each with its value or NULL.',
      examples: [],
    },
    typedVariant('ARRAY<T> columns -> ARRAY<T>', ({ args }) => {
      const identity = identityOf(args[0] ?? { kind: 'ARRAY', element: { kind: 'STRING' } });
      return (items: Items) => {
        const rows = cube(items);
        return [...new Map(rows.map((row) => [identity(row), row])).values()];
      };
    }),
  ),
  table(
    'EXPLODE',
    { description: 'One row for each element of an array; none for NULL and the empty array.', examples: [] },
    typedVariant('ARRAY<DECIMAL> input -> DECIMAL', () => (items: Items) => items, elementOfFirst),
    variant('ARRAY<T> list -> T', (items: Items) => items),
  ),
];
