import type { SqlValue } from '../../types/sql-type';
import { scalar, variant } from '../function-row';
import type { FunctionRow } from '../function-row';

const CATEGORY = 'LAMBDA';
type Items = readonly SqlValue[];
type SqlMap = ReadonlyMap<SqlValue, SqlValue>;
type One = (value: SqlValue) => SqlValue;
type Two = (first: SqlValue, second: SqlValue) => SqlValue;
type Three = (state: SqlValue, key: SqlValue, value: SqlValue) => SqlValue;

function filterMap(map: SqlMap, keep: Two): SqlMap {
  return new Map([...map].filter(([key, value]) => keep(key, value) === true));
}
function transformMap(map: SqlMap, key: Two, value: Two): SqlMap {
  const result = new Map<SqlValue, SqlValue>();
  for (const [k, v] of map) {
    const newKey = key(k, v);
    if (result.has(newKey)) throw new RangeError(`Duplicate key ${String(newKey)}`);
    result.set(newKey, value(k, v));
  }
  return result;
}
/** Without a collection the initial state stands; without an initial state there is nothing. */
function reduceArray(items: Items | null, initial: SqlValue, step: Two): SqlValue {
  return initial === null
    ? null
    : (items ?? []).reduce<SqlValue>((state, item) => step(state, item), initial);
}
function reduceMap(map: SqlMap | null, initial: SqlValue, step: Three): SqlValue {
  return initial === null
    ? null
    : [...(map ?? [])].reduce<SqlValue>((state, [key, value]) => step(state, key, value), initial);
}

export const LAMBDA_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'FILTER',
    CATEGORY,
    {
      description: 'The elements or entries for which a lambda is true.',
      examples: [
        ['FILTER(ARRAY[1, 2, 3], x => x > 1)', '[2, 3]'],
        ["FILTER(MAP('a' := 1, 'b' := 2), (k, v) => v = 2)", '{b=2}'],
      ],
    },
    variant('MAP<K, V> map; LAMBDA (K, V) => BOOLEAN biFunction -> MAP<K, V>', filterMap),
    variant('ARRAY<T> array; LAMBDA (T) => BOOLEAN function -> ARRAY<T>', (items: Items, keep: One) =>
      items.filter((item) => keep(item) === true),
    ),
  ),
  scalar(
    'REDUCE',
    CATEGORY,
    {
      description: 'Folds elements or entries into one value, from an initial state on.',
      nulls: 'handled',
      examples: [
        ['REDUCE(ARRAY[1, 2, 3], 10, (s, x) => s + x)', '16'],
        ["REDUCE(MAP('a' := 1, 'b' := 2), 0, (s, k, v) => s + v)", '3'],
      ],
    },
    variant('ARRAY<T> list; S initialState; LAMBDA (S, T) => S biFunction -> S', reduceArray),
    variant('MAP<K, V> map; S initialState; LAMBDA (S, K, V) => S triFunction -> S', reduceMap),
  ),
  scalar(
    'TRANSFORM',
    CATEGORY,
    {
      description: 'Each element, or key and value of each entry, as lambdas make them.',
      examples: [
        ['TRANSFORM(ARRAY[1, 2], x => x * 2)', '[2, 4]'],
        ["TRANSFORM(MAP('a' := 1), (k, v) => UCASE(k), (k, v) => v + 1)", '{A=2}'],
      ],
    },
    variant(
      'MAP<K, V> map; LAMBDA (K, V) => R biFunction1; LAMBDA (K, V) => T biFunction2 -> MAP<R, T>',
      transformMap,
    ),
    variant('ARRAY<T> array; LAMBDA (T) => R function -> ARRAY<R>', (items: Items, make: One) =>
      items.map((item) => make(item)),
    ),
  ),
];
