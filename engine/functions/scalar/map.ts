import type { SqlValue } from '../../types/sql-type';
import { scalar, variant } from '../function-row';
import type { FunctionRow } from '../function-row';

const CATEGORY = 'MAP';
type SqlMap = ReadonlyMap<string, SqlValue>;

function entries(map: SqlMap, sorted: boolean): SqlValue[][] {
  const pairs = [...map].map(([key, value]) => [key, value]);
  return sorted ? pairs.sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1)) : pairs;
}

function asMap(keys: readonly string[], values: readonly SqlValue[]): SqlMap {
  return new Map(keys.map((key, i) => [key, values[i] ?? null]));
}

function union(left: SqlMap | null, right: SqlMap | null): SqlMap | null {
  return left === null && right === null ? null : new Map([...(left ?? []), ...(right ?? [])]);
}

const entryVariants = ['VARCHAR', 'BIGINT', 'INT', 'DOUBLE', 'BOOLEAN'].map((type) =>
  variant(`MAP<VARCHAR, ${type}> map; BOOLEAN sorted -> ARRAY<STRUCT<K VARCHAR, V ${type}>>`, entries),
);

export const MAP_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'AS_MAP',
    CATEGORY,
    {
      description: 'A map of keys and the values at the same places.',
      label: 'as_map',
      examples: [["AS_MAP(ARRAY['a', 'b'], ARRAY[1, 2])", '{a=1, b=2}']],
    },
    variant('ARRAY<VARCHAR> keys; ARRAY<T> values -> MAP<VARCHAR, T>', asMap),
  ),
  scalar(
    'ENTRIES',
    CATEGORY,
    {
      description: 'The entries of a map as structs, in order of key if so asked.',
      examples: [["ENTRIES(MAP('b' := 2, 'a' := 1), true)", '[Struct{K=a,V=1}, Struct{K=b,V=2}]']],
    },
    ...entryVariants,
  ),
  scalar(
    'MAP_KEYS',
    CATEGORY,
    {
      description: 'The keys of a map.',
      label: 'map_keys',
      examples: [["MAP_KEYS(MAP('a' := 1, 'b' := 2))", '[a, b]']],
    },
    variant('MAP<VARCHAR, T> input -> ARRAY<VARCHAR>', (map: SqlMap) => [...map.keys()]),
  ),
  scalar(
    'MAP_UNION',
    CATEGORY,
    {
      description: 'The entries of both maps; the second wins.',
      label: 'map_union',
      nulls: 'handled',
      examples: [["MAP_UNION(MAP('a' := 1), MAP('a' := 2, 'b' := 3))", '{a=2, b=3}']],
    },
    variant('MAP<VARCHAR, T> map1; MAP<VARCHAR, T> map2 -> MAP<VARCHAR, T>', union),
  ),
  scalar(
    'MAP_VALUES',
    CATEGORY,
    {
      description: 'The values of a map.',
      label: 'map_values',
      examples: [["MAP_VALUES(MAP('a' := 1, 'b' := 2))", '[1, 2]']],
    },
    variant('MAP<VARCHAR, T> input -> ARRAY<T>', (map: SqlMap) => [...map.values()]),
  ),
];
