import { comparatorOf, identityOf } from '../../types/compare';
import type { Comparator } from '../../types/compare';
import type { SqlType, SqlValue, StructField } from '../../types/sql-type';
import { STRING, arrayOf } from '../../types/type-rules';
import { aggregate, aggregateVariant } from '../function-row';
import type { Aggregator, AggregateVariant, FunctionRow } from '../function-row';

function extreme(type: SqlType, sign: 1 | -1): Aggregator {
  const compare = comparatorOf(type)!;
  const pick = (a: SqlValue, b: SqlValue): SqlValue =>
    a === null ? b : b === null || compare(b, a) * sign <= 0 ? a : b;
  return {
    stateType: type,
    resultType: type,
    init: () => null,
    add: pick,
    merge: pick,
    result: (state) => state as SqlValue,
  };
}

const EXTREME_TYPES = ['DECIMAL', 'DOUBLE', 'INT', 'BIGINT', 'VARCHAR', 'TIMESTAMP', 'TIME', 'DATE', 'BYTES'];

function extremeVariants(sign: 1 | -1): AggregateVariant[] {
  return EXTREME_TYPES.map((type) =>
    aggregateVariant(`${type} val1 -> ${type}`, ({ args }) => extreme(args[0]!, sign), {
      returnType: (args) => args[0]!,
    }),
  );
}

/** The k greatest, greatest first; equal values stay in order of arrival. */
function insertRanked(
  ranked: readonly SqlValue[],
  item: SqlValue,
  compare: Comparator,
  k: number,
): readonly SqlValue[] {
  let at = ranked.length;
  while (at > 0 && compare(ranked[at - 1], item) < 0) at--;
  return at >= k ? ranked : [...ranked.slice(0, at), item, ...ranked.slice(at)].slice(0, k);
}

function ranking(
  item: SqlType,
  compare: Comparator,
  k: number,
  pack: (values: readonly SqlValue[]) => SqlValue,
): Aggregator<readonly SqlValue[]> {
  const type = arrayOf(item);
  return {
    stateType: type,
    resultType: type,
    init: () => [],
    add: (state, ...values) => (values[0] === null ? state : insertRanked(state, pack(values), compare, k)),
    merge: (a, b) => b.reduce<readonly SqlValue[]>((all, value) => insertRanked(all, value, compare, k), a),
    result: (state) => state,
  };
}

function rankedType(args: readonly (SqlType | null)[]): SqlType {
  if (args.length <= 1) return args[0]!;
  const others: StructField[] = args.slice(1).map((type, i) => ({ name: `col${i}`, type: type ?? STRING }));
  return { kind: 'STRUCT', fields: [{ name: 'sort_col', type: args[0]! }, ...others] };
}

/** With more columns than the first, each entry is a struct of them all. */
function topK(args: readonly (SqlType | null)[], k: number): Aggregator<readonly SqlValue[]> {
  const compare = comparatorOf(args[0]!)!;
  if (args.length === 1) return ranking(args[0]!, compare, k, (values) => values[0]);
  return ranking(
    rankedType(args),
    (a, b) => compare((a as SqlValue[])[0], (b as SqlValue[])[0]),
    k,
    (values) => [...values],
  );
}

function topKDistinct(type: SqlType, k: number): Aggregator<readonly SqlValue[]> {
  const all = ranking(type, comparatorOf(type)!, k, (values) => values[0]);
  const identity = identityOf(type);
  const add = (state: readonly SqlValue[], value: SqlValue): readonly SqlValue[] =>
    value === null || state.some((held) => identity(held) === identity(value))
      ? state
      : all.add(state, value);
  return { ...all, add, merge: (a, b) => b.reduce<readonly SqlValue[]>(add, a) };
}

const DISTINCT_TYPES = [
  'BIGINT',
  'INT',
  'DOUBLE',
  'DECIMAL',
  'BYTES',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'VARCHAR',
];

export const EXTREME_AGGREGATES: readonly FunctionRow[] = [
  aggregate(
    'MAX',
    { description: 'The greatest value; NULLs do not count.', supportsUndo: false, examples: [] },
    ...extremeVariants(1),
  ),
  aggregate(
    'MIN',
    { description: 'The least value; NULLs do not count.', supportsUndo: false, examples: [] },
    ...extremeVariants(-1),
  ),
  aggregate(
    'TOPK',
    {
      description: 'The k greatest values, greatest first; with more columns, structs of them.',
      supportsUndo: false,
      examples: [],
    },
    ...['DOUBLE', 'INT', 'BIGINT', 'VARCHAR'].map((type) =>
      aggregateVariant(
        `${type} val1; ANY... val2; INT k -> ARRAY<S>`,
        ({ args }, [k]) => topK(args.slice(0, -1), k as number),
        {
          constants: 1,
          returnType: (args) => arrayOf(rankedType(args.slice(0, -1))),
        },
      ),
    ),
  ),
  aggregate(
    'TOPKDISTINCT',
    { description: 'The k greatest different values, greatest first.', supportsUndo: false, examples: [] },
    ...DISTINCT_TYPES.map((type) =>
      aggregateVariant(
        `${type} val1; INT k -> ARRAY<${type}>`,
        ({ args }, [k]) => topKDistinct(args[0]!, k as number),
        {
          constants: 1,
          returnType: (args) => arrayOf(args[0]!),
        },
      ),
    ),
  ),
];
