import type { SqlType, SqlValue } from '../../types/sql-type';
import { BIGINT, STRING, arrayOf, structOf } from '../../types/type-rules';
import { aggregate, aggregateVariant } from '../function-row';
import type { Aggregator, AggregateVariant, FunctionRow } from '../function-row';

/** A value with the order in which it came; sessions are merged by it. */
type Entry = readonly [sequence: number, value: SqlValue];
type Side = 'earliest' | 'latest';

/** Numbers values in order of arrival, beyond every number that it sees in states restored from a store. */
class Sequence {
  private last = 0;
  next(seen: readonly Entry[]): number {
    for (const [sequence] of seen) if (sequence > this.last) this.last = sequence;
    return ++this.last;
  }
}

function entryType(type: SqlType): SqlType {
  return structOf(['SEQ', BIGINT], ['VAL', type]);
}

function single(type: SqlType, side: Side, ignoreNulls: boolean): Aggregator<Entry | null> {
  const sequence = new Sequence();
  return {
    stateType: entryType(type),
    resultType: type,
    init: () => null,
    add: (state, value) => {
      if ((value === null && ignoreNulls) || (side === 'earliest' && state !== null)) return state;
      return [sequence.next(state === null ? [] : [state]), value];
    },
    merge: (a, b) => {
      if (a === null || b === null) return a ?? b;
      return a[0] < b[0] === (side === 'earliest') ? a : b;
    },
    result: (state) => (state === null ? null : state[1]),
  };
}

function several(type: SqlType, side: Side, n: number, ignoreNulls: boolean): Aggregator<readonly Entry[]> {
  if (n < 1) throw new RangeError(`${side}N must be 1 or greater`);
  const sequence = new Sequence();
  const keep = (entries: readonly Entry[]): readonly Entry[] =>
    side === 'earliest' ? entries.slice(0, n) : entries.slice(-n);
  return {
    stateType: arrayOf(entryType(type)),
    resultType: arrayOf(type),
    init: () => [],
    add: (state, value) =>
      value === null && ignoreNulls ? state : keep([...state, [sequence.next(state), value]]),
    merge: (a, b) => keep([...a, ...b].sort((x, y) => x[0] - y[0])),
    result: (state) => state.map((entry) => entry[1]),
  };
}

function variants(side: Side): AggregateVariant[] {
  const n = `${side}N`;
  return [
    aggregateVariant('T val1 -> T', ({ args }) => single(args[0] ?? STRING, side, true)),
    aggregateVariant(
      `T val1; INT ${n} -> ARRAY<T>`,
      ({ args }, [count]) => several(args[0] ?? STRING, side, count as number, true),
      { constants: 1 },
    ),
    aggregateVariant(
      `T val1; INT ${n}; BOOLEAN ignoreNulls -> ARRAY<T>`,
      ({ args }, [count, ignore]) => several(args[0] ?? STRING, side, count as number, ignore as boolean),
      { constants: 2 },
    ),
    aggregateVariant(
      'T val1; BOOLEAN ignoreNulls -> T',
      ({ args }, [ignore]) => single(args[0] ?? STRING, side, ignore as boolean),
      { constants: 1 },
    ),
  ];
}

export const OFFSET_AGGREGATES: readonly FunctionRow[] = [
  aggregate(
    'EARLIEST_BY_OFFSET',
    {
      description:
        'The first value, or the first n, by order of arrival; NULLs are passed over unless ignoreNulls is false.',
      supportsUndo: false,
      examples: [],
    },
    ...variants('earliest'),
  ),
  aggregate(
    'LATEST_BY_OFFSET',
    {
      description:
        'The last value, or the last n, by order of arrival; NULLs are passed over unless ignoreNulls is false.',
      supportsUndo: false,
      examples: [],
    },
    ...variants('latest'),
  ),
];
