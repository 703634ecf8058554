import { comparatorOf, equalityOf, identityOf } from '../../types/compare';
import type { Equality } from '../../types/compare';
import { addLong, longToDouble } from '../../types/long';
import type { Long, SqlType, SqlValue } from '../../types/sql-type';
import type { ArrayType } from '../../types/type-rules';
import { valueToText } from '../../types/value-text';
import { scalar, typedVariant, variant } from '../function-row';
import type { CallTypes, FunctionRow, Implementation } from '../function-row';

const CATEGORY = 'ARRAY';
type Items = readonly SqlValue[];

function elementType(types: CallTypes): SqlType {
  return (types.args[0] as ArrayType | null)?.element ?? { kind: 'STRING' };
}

/** Functions that tell elements apart by their identity. */
function byIdentity(
  make: (identity: (value: SqlValue) => unknown) => Implementation,
): (types: CallTypes) => Implementation {
  return (types) => make(identityOf(elementType(types)));
}
function distinct(items: Items, identity: (value: SqlValue) => unknown): SqlValue[] {
  const seen = new Map<unknown, SqlValue>();
  for (const item of items) if (!seen.has(identity(item))) seen.set(identity(item), item);
  return [...seen.values()];
}
/** Distinct elements of the left array that are, or are not, in the right one. */
function filterBy(wanted: boolean) {
  return byIdentity((identity) => (left: Items, right: Items) => {
    const inRight = new Set(right.map(identity));
    return distinct(left, identity).filter((item) => inRight.has(identity(item)) === wanted);
  });
}

function extreme(sign: 1 | -1): (types: CallTypes) => Implementation {
  return (types) => {
    const compare = comparatorOf(elementType(types));
    if (compare === undefined) return () => null;
    return (items: Items) =>
      items.reduce(
        (best, item) => (item !== null && (best === null || compare(item, best) * sign > 0) ? item : best),
        null,
      );
  };
}

const DIRECTIONS: Readonly<Record<string, 1 | -1>> = { ASC: 1, ASCENDING: 1, DESC: -1, DESCENDING: -1 };

/** NULLs come last either way. */
function sorter(types: CallTypes): Implementation {
  const compare = comparatorOf(elementType(types));
  return (items: Items, direction = 'ASC') => {
    const sign = DIRECTIONS[(direction as string).toUpperCase()];
    if (sign === undefined || compare === undefined) return null;
    return [...items].sort((a, b) =>
      a === null || b === null ? Number(a === null) - Number(b === null) : sign * compare(a, b),
    );
  };
}

function joiner(types: CallTypes): Implementation {
  const element = elementType(types);
  if (element.kind === 'ARRAY' || element.kind === 'MAP' || element.kind === 'STRUCT') {
    return () => {
      throw new TypeError(`ARRAY_JOIN joins simple values only, no ${element.kind}`);
    };
  }
  return (items: Items, delimiter = ',') =>
    items.map((item) => valueToText(item, element)).join(delimiter as string);
}

function equality(types: CallTypes): Equality {
  return equalityOf(elementType(types));
}

/** More would fill the memory. */
const LONGEST_SERIES = 10_000_000;

function series(start: Long, end: Long, step: number): Long[] {
  if (step === 0) throw new RangeError('GENERATE_SERIES step cannot be zero');
  if ((longToDouble(end) - longToDouble(start)) / step > LONGEST_SERIES)
    throw new RangeError(`GENERATE_SERIES gives at most ${LONGEST_SERIES} numbers`);
  const result: Long[] = [];
  for (let value = start; step > 0 ? value <= end : value >= end; value = addLong(value, step))
    result.push(value);
  return result;
}
function plainSeries(start: Long, end: Long): Long[] {
  return series(start, end, end >= start ? 1 : -1);
}

function slice(items: Items | null, from: number | null, to: number | null): SqlValue {
  if (items === null) return null;
  const [start, end] = [from === null ? 0 : from - 1, to ?? items.length];
  return start < 0 || end > items.length || start > end ? null : items.slice(start, end);
}

export const ARRAY_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'ARRAY_CONCAT',
    CATEGORY,
    {
      description: 'All elements of both arrays.',
      label: 'array_concat',
      nulls: 'handled',
      examples: [['ARRAY_CONCAT(ARRAY[1, 2], ARRAY[2])', '[1, 2, 2]']],
    },
    variant('ARRAY<T> left; ARRAY<T> right -> ARRAY<T>', (left: Items | null, right: Items | null) =>
      left === null && right === null ? null : [...(left ?? []), ...(right ?? [])],
    ),
  ),
  scalar(
    'ARRAY_CONTAINS',
    CATEGORY,
    {
      description: 'Whether an element is there.',
      label: 'array_contains',
      nulls: 'handled',
      examples: [
        ['ARRAY_CONTAINS(ARRAY[1, 2], 2)', 'true'],
        ['ARRAY_CONTAINS(ARRAY[1, 2], 3)', 'false'],
      ],
    },
    typedVariant('ARRAY<T> array; T val -> BOOLEAN', (types) => {
      const equal = equality(types);
      return (items: Items | null, value: SqlValue) => items?.some((item) => equal(item, value)) ?? false;
    }),
  ),
  scalar(
    'ARRAY_DISTINCT',
    CATEGORY,
    {
      description: 'Each element once, in order of first appearance.',
      label: 'array_distinct',
      examples: [['ARRAY_DISTINCT(ARRAY[1, 2, 1])', '[1, 2]']],
    },
    typedVariant(
      'ARRAY<T> input -> ARRAY<T>',
      byIdentity((identity) => (items: Items) => distinct(items, identity)),
    ),
  ),
  scalar(
    'ARRAY_EXCEPT',
    CATEGORY,
    {
      description: 'Distinct elements of the left array that the right one lacks.',
      label: 'array_except',
      examples: [['ARRAY_EXCEPT(ARRAY[1, 2, 1], ARRAY[2])', '[1]']],
    },
    typedVariant('ARRAY<T> left; ARRAY<T> right -> ARRAY<T>', filterBy(false)),
  ),
  scalar(
    'ARRAY_INTERSECT',
    CATEGORY,
    {
      description: 'Distinct elements of the left array that are in the right one.',
      label: 'array_intersect',
      examples: [['ARRAY_INTERSECT(ARRAY[1, 2, 1], ARRAY[1])', '[1]']],
    },
    typedVariant('ARRAY<T> left; ARRAY<T> right -> ARRAY<T>', filterBy(true)),
  ),
  scalar(
    'ARRAY_UNION',
    CATEGORY,
    {
      description: 'Distinct elements of both arrays.',
      label: 'array_union',
      examples: [['ARRAY_UNION(ARRAY[1, 2, 1], ARRAY[3, 2])', '[1, 2, 3]']],
    },
    typedVariant(
      'ARRAY<T> left; ARRAY<T> right -> ARRAY<T>',
      byIdentity((identity) => (left: Items, right: Items) => distinct([...left, ...right], identity)),
    ),
  ),
  scalar(
    'ARRAY_JOIN',
    CATEGORY,
    {
      description: 'The elements as text with a comma or another delimiter between them.',
      label: 'array_join',
      nulls: 'handled',
      examples: [
        ['ARRAY_JOIN(ARRAY[1, NULL, 3])', '1,null,3'],
        ["ARRAY_JOIN(ARRAY[true, false], '|')", 'true|false'],
      ],
    },
    typedVariant('ARRAY<T> array -> VARCHAR', (types) => nullIfNoArray(joiner(types))),
    typedVariant('ARRAY<T> array; VARCHAR delimiter -> VARCHAR', (types) =>
      nullIfNoArray((items: Items, delimiter: string | null) => joiner(types)(items, delimiter ?? '')),
    ),
  ),
  scalar(
    'ARRAY_LENGTH',
    CATEGORY,
    {
      description: 'How many elements there are.',
      label: 'array_length',
      examples: [['ARRAY_LENGTH(ARRAY[1, NULL])', '2']],
    },
    variant('ARRAY<T> array -> INT', (items: Items) => items.length),
  ),
  scalar(
    'ARRAY_MAX',
    CATEGORY,
    {
      description: 'The greatest element; NULLs do not count.',
      label: 'array_max',
      examples: [['ARRAY_MAX(ARRAY[1, NULL, 3])', '3']],
    },
    typedVariant('ARRAY<T> input -> T', extreme(1)),
  ),
  scalar(
    'ARRAY_MIN',
    CATEGORY,
    {
      description: 'The least element; NULLs do not count.',
      label: 'array_min',
      examples: [['ARRAY_MIN(ARRAY[1, NULL, 3])', '1']],
    },
    typedVariant('ARRAY<T> input -> T', extreme(-1)),
  ),
  scalar(
    'ARRAY_REMOVE',
    CATEGORY,
    {
      description: 'Without the elements that equal a value (NULL included).',
      label: 'array_remove',
      nulls: 'handled',
      examples: [['ARRAY_REMOVE(ARRAY[1, 2, 1], 1)', '[2]']],
    },
    typedVariant('ARRAY<T> array; T victim -> ARRAY<T>', (types) => {
      const equal = equality(types);
      return (items: Items | null, victim: SqlValue) => items?.filter((item) => !equal(item, victim)) ?? null;
    }),
  ),
  scalar(
    'ARRAY_SORT',
    CATEGORY,
    {
      description: 'In ascending (ASC) or descending (DESC) order; NULLs last.',
      label: 'array_sort',
      examples: [
        ['ARRAY_SORT(ARRAY[3, NULL, 1])', '[1, 3, null]'],
        ["ARRAY_SORT(ARRAY[3, 1, 2], 'DESC')", '[3, 2, 1]'],
      ],
    },
    typedVariant('ARRAY<T> input -> ARRAY<T>', sorter),
    typedVariant('ARRAY<T> input; VARCHAR direction -> ARRAY<T>', sorter),
  ),
  scalar(
    'GENERATE_SERIES',
    CATEGORY,
    {
      description: 'The numbers from one to another, by 1 or another step.',
      label: 'generate_series',
      examples: [
        ['GENERATE_SERIES(1, 3)', '[1, 2, 3]'],
        ['GENERATE_SERIES(6, 1, -2)', '[6, 4, 2]'],
      ],
    },
    variant('INT start; INT end -> ARRAY<INT>', plainSeries),
    variant('BIGINT start; BIGINT end -> ARRAY<BIGINT>', plainSeries),
    variant('INT start; INT end; INT step -> ARRAY<INT>', series),
    variant('BIGINT start; BIGINT end; INT step -> ARRAY<BIGINT>', series),
  ),
  scalar(
    'SLICE',
    CATEGORY,
    {
      description: 'The elements from one place to another, both included and counted from 1.',
      nulls: 'handled',
      examples: [["SLICE(ARRAY['a', 'b', 'c'], 2, 3)", '[b, c]']],
    },
    variant('ARRAY<T> in; INT from; INT to -> ARRAY<T>', slice),
  ),
];

function nullIfNoArray(run: Implementation): Implementation {
  return (items: Items | null, ...rest: unknown[]) => (items === null ? null : run(items, ...rest));
}
