import { equalityOf, identityOf } from '../../types/compare';
import { addLong, subtractLong } from '../../types/long';
import type { Long, SqlType, SqlValue } from '../../types/sql-type';
import { BIGINT, INTEGER, STRING, arrayOf, mapOf, structOf } from '../../types/type-rules';
import { aggregate, aggregateVariant } from '../function-row';
import type { Aggregator, FunctionRow } from '../function-row';
import { VersionedCounts } from './versioned-counts';

/** Most entries of COLLECT_LIST and COLLECT_SET; what comes after them is left out. */
export interface CollectionLimits {
  /** `ksql.functions.collect_list.limit` */
  readonly list: number;
  /** `ksql.functions.collect_set.limit` */
  readonly set: number;
}
/** HISTOGRAM's limit is not configured. Source: ksqlDB documentation, aggregate functions, "HISTOGRAM". */
const HISTOGRAM_LIMIT = 1000;
type List = readonly SqlValue[];

function collectList(type: SqlType, limit: number): Aggregator<List> {
  const equal = equalityOf(type);
  return {
    stateType: arrayOf(type),
    resultType: arrayOf(type),
    init: () => [],
    add: (state, value) => (state.length >= limit ? state : [...state, value]),
    remove: (state, value) => {
      const at = state.findLastIndex((held) => equal(held, value));
      return at < 0 ? state : [...state.slice(0, at), ...state.slice(at + 1)];
    },
    merge: (a, b) => [...a, ...b].slice(0, limit),
    result: (state) => state,
  };
}

function collectSet(type: SqlType, limit: number): Aggregator<List> {
  const identity = identityOf(type);
  const add = (state: List, value: SqlValue): List =>
    state.length >= limit || state.some((held) => identity(held) === identity(value))
      ? state
      : [...state, value];
  return {
    stateType: arrayOf(type),
    resultType: arrayOf(type),
    init: () => [],
    add,
    merge: (a, b) => b.reduce<List>(add, a),
    result: (state) => state,
  };
}

/** {@link VersionedCounts}, but for a state that was read back from a changelog: a plain map. */
type Counts = ReadonlyMap<string, Long>;

const histogram: Aggregator<Counts> = {
  stateType: mapOf(STRING, BIGINT),
  resultType: mapOf(STRING, BIGINT),
  init: () => VersionedCounts.of([]),
  add: (state, value) => (value === null ? state : addCount(state, value as string, 1)),
  remove: (state, value) => {
    const held = value === null ? undefined : state.get(value as string);
    if (held === undefined) return state;
    return versioned(state).with(value as string, held === 1 ? undefined : subtractLong(held, 1));
  },
  merge: (a, b) => [...b].reduce<Counts>((all, [key, n]) => addCount(all, key, n), a),
  result: (state) => state,
};

function versioned(state: Counts): VersionedCounts {
  return state instanceof VersionedCounts ? state : VersionedCounts.of(state);
}

function addCount(state: Counts, key: string, by: Long): Counts {
  const held = state.get(key);
  return held === undefined && state.size >= HISTOGRAM_LIMIT
    ? state
    : versioned(state).with(key, addLong(held ?? 0, by));
}

type Tally = readonly (readonly [value: SqlValue, count: number])[];

/** How often each value was there; with one left, that is the result. */
function attr(type: SqlType): Aggregator<Tally> {
  const identity = identityOf(type);
  const change = (state: Tally, value: SqlValue, by: number): Tally => {
    const at = state.findIndex(([held]) => identity(held) === identity(value));
    if (at < 0) return by > 0 ? [...state, [value, by]] : state;
    return state
      .map((entry, i) => (i === at ? ([entry[0], entry[1] + by] as const) : entry))
      .filter((entry) => entry[1] > 0);
  };
  return {
    stateType: arrayOf(structOf(['VALUE', type], ['COUNT', INTEGER])),
    resultType: type,
    init: () => [],
    add: (state, value) => change(state, value, 1),
    remove: (state, value) => change(state, value, -1),
    merge: (a, b) => b.reduce<Tally>((all, [value, n]) => change(all, value, n), a),
    result: (state) => (state.length === 1 ? state[0]![0] : null),
  };
}

/** COLLECT_LIST and COLLECT_SET with their limits. */
export function collectionsWithin(limits: CollectionLimits): readonly FunctionRow[] {
  return [
    aggregate(
      'COLLECT_LIST',
      {
        description:
          'All values in order of arrival, NULLs included, up to `ksql.functions.collect_list.limit`.',
        supportsUndo: true,
        examples: [],
      },
      aggregateVariant('T val1 -> ARRAY<T>', ({ args }) => collectList(args[0] ?? STRING, limits.list)),
    ),
    aggregate(
      'COLLECT_SET',
      {
        description:
          'Each different value once, in order of arrival, NULL included, up to `ksql.functions.collect_set.limit`.',
        supportsUndo: false,
        examples: [],
      },
      aggregateVariant('T val1 -> ARRAY<T>', ({ args }) => collectSet(args[0] ?? STRING, limits.set)),
    ),
  ];
}

export const COLLECTION_AGGREGATES: readonly FunctionRow[] = [
  aggregate(
    'ATTR',
    { description: 'The value if all rows have the same one, else NULL.', supportsUndo: true, examples: [] },
    aggregateVariant('T val1 -> T', ({ args }) => attr(args[0] ?? STRING)),
  ),
  ...collectionsWithin({ list: Infinity, set: Infinity }),
  aggregate(
    'HISTOGRAM',
    {
      description: 'How often each value occurs, for at most 1000 different values.',
      supportsUndo: true,
      examples: [],
    },
    aggregateVariant('VARCHAR val1 -> MAP<VARCHAR, BIGINT>', () => histogram),
  ),
];
