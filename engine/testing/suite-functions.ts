import type { FunctionRow } from '../functions';
import { scalar, table, typedVariant, variant } from '../functions/function-row';
import type { ScalarVariant } from '../functions/function-row';
import { valueToText } from '../types/value-text';
import type { SqlType, SqlValue } from '../types/sql-type';
import { STRING } from '../types/type-rules';

/**
 * Functions that ksqlDB's published cases call and no server has: their runner adds them. What they do is what the cases
 * show. Cases of the project do without.
 */
const DETAILS = { description: 'For published cases only.', nulls: 'handled', examples: [] } as const;

/** Names the variant that was picked. */
function picked(signature: string, name: string): ScalarVariant {
  return variant(`${signature} -> VARCHAR`, () => `doStuff${name}`);
}

const SEVEN = ['INT', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'VARCHAR', 'DECIMAL', 'STRUCT<A VARCHAR>'];

/** One row for each of seven arguments: its text, or that of the first value in it. */
function texts(wrap: (type: string) => string, first: (value: SqlValue) => SqlValue): ScalarVariant {
  const signature = SEVEN.map((type, i) => `${wrap(type)} f${i}`).join('; ');
  const make: ScalarVariant['make'] = ({ args }) => {
    const types = args.map((type) => itemType(type!));
    return (...values: SqlValue[]) => values.map((value, i) => valueToText(first(value), types[i]!));
  };
  return typedVariant(`${signature} -> VARCHAR`, make, () => STRING);
}

function itemType(type: SqlType): SqlType {
  if (type.kind === 'ARRAY') return type.element;
  return type.kind === 'MAP' ? type.value : type;
}

function fail(): never {
  throw new Error('boom');
}

/** Gives its argument on every second call only. */
const everySecondCall = typedVariant('VARCHAR value -> VARCHAR', () => {
  let calls = 0;
  return (value: string | null) => (calls++ % 2 === 0 ? null : value);
});

export const SUITE_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'TEST_UDF',
    'OTHER',
    DETAILS,
    picked('BIGINT a; VARCHAR b', 'LongString'),
    picked('BIGINT a; BIGINT b; VARCHAR c', 'LongLongString'),
    variant('STRUCT<A VARCHAR> struct -> VARCHAR', (struct: SqlValue[] | null) => struct?.[0] ?? null),
  ),
  scalar(
    'BAD_UDF',
    'OTHER',
    DETAILS,
    everySecondCall,
    variant('BOOLEAN shouldThrow -> INT', (shouldThrow: boolean) => (shouldThrow ? fail() : 0)),
  ),
  scalar(
    'WHENCONDITION',
    'OTHER',
    DETAILS,
    variant('BOOLEAN value; BOOLEAN expected -> BOOLEAN', (value: boolean, expected: boolean) =>
      expected ? value : fail(),
    ),
  ),
  scalar(
    'WHENRESULT',
    'OTHER',
    DETAILS,
    variant('INT value; BOOLEAN expected -> INT', (value: number, expected: boolean) =>
      expected ? value : fail(),
    ),
  ),
  table(
    'TEST_UDTF',
    DETAILS,
    texts(
      (type) => type,
      (value) => value,
    ),
    texts(
      (type) => `ARRAY<${type}>`,
      (list) => (list as SqlValue[])[0] ?? null,
    ),
    texts(
      (type) => `MAP<VARCHAR, ${type}>`,
      (map) => [...(map as Map<string, SqlValue>).values()][0] ?? null,
    ),
    variant('INT value -> INT', (value: number) => [value]),
  ),
  table(
    'THROWING_UDTF',
    DETAILS,
    variant('BOOLEAN shouldThrow -> BOOLEAN', (shouldThrow: boolean) =>
      shouldThrow ? fail() : [shouldThrow],
    ),
  ),
];
