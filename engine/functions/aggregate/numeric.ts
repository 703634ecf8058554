import { fitDecimal } from '../../types/decimal';
import type { BigDecimal } from '../../types/decimal';
import { Big } from '../../types/decimal';
import { addLong, longToDouble, subtractLong } from '../../types/long';
import type { Long, SqlType, SqlValue } from '../../types/sql-type';
import { BIGINT, DOUBLE, structOf } from '../../types/type-rules';
import type { DecimalType } from '../../types/type-rules';
import { aggregate, aggregateVariant } from '../function-row';
import type { Aggregator, AggregateVariant, FunctionRow } from '../function-row';

interface Arithmetic {
  readonly zero: SqlValue;
  readonly add: (a: SqlValue, b: SqlValue) => SqlValue;
  readonly subtract: (a: SqlValue, b: SqlValue) => SqlValue;
}

/** Sums in the type of the values: INT and BIGINT wrap, a DECIMAL that no longer fits fails the query. */
function arithmeticOf(type: SqlType): Arithmetic {
  switch (type.kind) {
    case 'INTEGER':
      return {
        zero: 0,
        add: (a, b) => ((a as number) + (b as number)) | 0,
        subtract: (a, b) => ((a as number) - (b as number)) | 0,
      };
    case 'BIGINT':
      return {
        zero: 0,
        add: (a, b) => addLong(a as Long, b as Long),
        subtract: (a, b) => subtractLong(a as Long, b as Long),
      };
    case 'DECIMAL':
      return {
        zero: fitDecimal(Big(0), type),
        add: (a, b) => fitDecimal((a as BigDecimal).add(b as BigDecimal), type),
        subtract: (a, b) => fitDecimal((a as BigDecimal).subtract(b as BigDecimal), type),
      };
    default:
      return {
        zero: 0,
        add: (a, b) => (a as number) + (b as number),
        subtract: (a, b) => (a as number) - (b as number),
      };
  }
}

function sum(type: SqlType): Aggregator {
  const { zero, add, subtract } = arithmeticOf(type);
  return {
    stateType: type,
    resultType: type,
    init: () => zero,
    add: (state, value) => (value === null ? (state as SqlValue) : add(state, value)),
    remove: (state, value) => (value === null ? (state as SqlValue) : subtract(state, value)),
    merge: add,
    result: (state) => state as SqlValue,
  };
}

function sumList(type: SqlType): Aggregator {
  const one = sum(type);
  const fold = (step: Aggregator['add']) => (state: SqlValue, list: SqlValue) =>
    ((list ?? []) as readonly SqlValue[]).reduce<SqlValue>(
      (total, item) => step(total, item) as SqlValue,
      state,
    );
  return { ...one, add: fold(one.add), remove: fold(one.remove!) };
}

const count: Aggregator<Long> = {
  stateType: BIGINT,
  resultType: BIGINT,
  init: () => 0,
  add: (state, value) => (value === null ? state : addLong(state, 1)),
  remove: (state, value) => (value === null ? state : subtractLong(state, 1)),
  merge: addLong,
  result: (state) => state,
};

type AverageState = readonly [sum: SqlValue, count: Long];

function average(type: SqlType): Aggregator<AverageState> {
  const sumType = type.kind === 'DOUBLE' ? DOUBLE : BIGINT;
  const { zero, add, subtract } = arithmeticOf(sumType);
  return {
    stateType: structOf(['SUM', sumType], ['COUNT', BIGINT]),
    resultType: DOUBLE,
    init: () => [zero, 0],
    add: (state, value) => (value === null ? state : [add(state[0], value), addLong(state[1], 1)]),
    remove: (state, value) =>
      value === null ? state : [subtract(state[0], value), subtractLong(state[1], 1)],
    merge: (a, b) => [add(a[0], b[0]), addLong(a[1], b[1])],
    result: ([total, n]) => (n === 0 ? 0 : longToDouble(total as Long) / longToDouble(n)),
  };
}

type DeviationState = readonly [sum: number, count: number, m2: number];

/** Sum of squared differences from the mean, kept up to date by Welford's method. */
function deviation(finish: (variance: number) => number): Aggregator<DeviationState> {
  return {
    stateType: structOf(['SUM', DOUBLE], ['COUNT', BIGINT], ['M2', DOUBLE]),
    resultType: DOUBLE,
    init: () => [0, 0, 0],
    add: (state, value) => {
      if (value === null) return state;
      const [x, [s, n, m2]] = [longToDouble(value as Long), state];
      if (n === 0) return [x, 1, 0];
      const delta = x * (n + 1) - (s + x);
      return [s + x, n + 1, m2 + (delta * delta) / (n * (n + 1))];
    },
    remove: (state, value) => {
      if (value === null) return state;
      const [x, [s, n, m2]] = [longToDouble(value as Long), state];
      if (n <= 1) return [0, 0, 0];
      const delta = x * n - s;
      return [s - x, n - 1, m2 - (delta * delta) / (n * (n - 1))];
    },
    merge: (a, b) => {
      if (a[1] === 0) return b;
      if (b[1] === 0) return a;
      const difference = a[0] / a[1] - b[0] / b[1];
      return [
        a[0] + b[0],
        a[1] + b[1],
        a[2] + b[2] + (difference * difference * a[1] * b[1]) / (a[1] + b[1]),
      ];
    },
    result: ([, n, m2]) => (n < 2 ? 0 : finish(m2 / (n - 1))),
  };
}

type CorrelationState = readonly [n: number, x: number, y: number, xx: number, yy: number, xy: number];

/** Pearson's coefficient from running sums; rows with a NULL on either side do not count. */
const correlation: Aggregator<CorrelationState> = {
  stateType: structOf(
    ['COUNT', BIGINT],
    ['SUM_X', DOUBLE],
    ['SUM_Y', DOUBLE],
    ['SUM_X_SQUARED', DOUBLE],
    ['SUM_Y_SQUARED', DOUBLE],
    ['SUM_XY', DOUBLE],
  ),
  resultType: DOUBLE,
  init: () => [0, 0, 0, 0, 0, 0],
  add: (state, x, y) => shift(state, x, y, 1),
  remove: (state, x, y) => shift(state, x, y, -1),
  merge: (a, b) => a.map((value, i) => value + b[i]!) as unknown as CorrelationState,
  result: ([n, x, y, xx, yy, xy]) => {
    const spread = Math.sqrt(n * xx - x * x) * Math.sqrt(n * yy - y * y);
    return (n * xy - x * y) / spread;
  },
};

function shift(state: CorrelationState, x: SqlValue, y: SqlValue, sign: 1 | -1): CorrelationState {
  if (x === null || y === null) return state;
  const [a, b] = [longToDouble(x as Long), longToDouble(y as Long)];
  const step = [1, a, b, a * a, b * b, a * b];
  return state.map((value, i) => value + sign * step[i]!) as unknown as CorrelationState;
}

const sameAsFirst = { returnType: (args: readonly (SqlType | null)[]) => args[0] as DecimalType };

function numericVariants(make: (type: SqlType) => Aggregator, returns?: string): AggregateVariant[] {
  return ['DOUBLE', 'INT', 'BIGINT'].map((type) =>
    aggregateVariant(`${type} val1 -> ${returns ?? type}`, ({ args }) => make(args[0]!)),
  );
}

export const NUMERIC_AGGREGATES: readonly FunctionRow[] = [
  aggregate(
    'AVG',
    {
      description: 'Mean of the values that are not NULL; 0 when there are none.',
      supportsUndo: true,
      examples: [],
    },
    ...numericVariants(average, 'DOUBLE'),
  ),
  aggregate(
    'CORRELATION',
    {
      description: 'Pearson correlation of two columns, -1 to 1; NaN while it is not determined.',
      supportsUndo: true,
      examples: [],
    },
    ...['DOUBLE', 'INT', 'BIGINT'].map((type) =>
      aggregateVariant(`${type} val1; ${type} val2 -> DOUBLE`, () => correlation),
    ),
  ),
  aggregate(
    'COUNT',
    { description: 'How many values are not NULL; COUNT(*) counts rows.', supportsUndo: true, examples: [] },
    aggregateVariant('T val1 -> BIGINT', () => count),
  ),
  aggregate(
    'STDDEV_SAMP',
    {
      description:
        'Sample variance (the square of STDDEV_SAMPLE, kept so by stock under this name); 0 for fewer than two values.',
      supportsUndo: true,
      examples: [],
    },
    ...numericVariants(() => deviation((variance) => variance), 'DOUBLE'),
  ),
  aggregate(
    'STDDEV_SAMPLE',
    {
      description: 'Sample standard deviation; 0 for fewer than two values.',
      supportsUndo: true,
      examples: [],
    },
    ...numericVariants(() => deviation(Math.sqrt), 'DOUBLE'),
  ),
  aggregate(
    'SUM',
    {
      description: 'Sum of the values that are not NULL, in their type; 0 when there are none.',
      supportsUndo: true,
      examples: [],
    },
    aggregateVariant('DECIMAL val1 -> DECIMAL', ({ args }) => sum(args[0]!), sameAsFirst),
    ...numericVariants(sum),
  ),
  aggregate(
    'SUM_LIST',
    { description: 'Sum of the elements of arrays.', supportsUndo: true, examples: [] },
    ...['DOUBLE', 'INT', 'BIGINT'].map((type) =>
      aggregateVariant(`ARRAY<${type}> val1 -> ${type}`, ({ result }) => sumList(result)),
    ),
  ),
];
