import type { Column } from '../../catalog/catalog';
import type { AggregateStep } from '../../planner/plan';
import type { CompiledAggregate, EvalContext } from '../../expressions';
import type { Row, TimeWindow } from '../contracts';
import type { PlanCompiler } from '../plan-compiler';
import { columnIndex } from './stateless';

/**
 * The aggregates of one step over one group. A state row is the carried columns, then one state per aggregate;
 * it is never changed, each update makes a new one.
 */
export interface Aggregation {
  readonly stateColumns: readonly Column[];
  init(): Row;
  add(state: Row, row: Row, evaluation: EvalContext): Row;
  /** Takes a row back; only where every function can. */
  remove(state: Row, row: Row, evaluation: EvalContext): Row;
  /** Joins the states of two sessions. */
  merge(earlier: Row, later: Row): Row;
  /** The step's value columns. */
  readonly present: (state: Row, window: TimeWindow | null, key: Row) => Row;
}

export function compileAggregation(step: AggregateStep, compiler: PlanCompiler): Aggregation {
  const input = step.source.schema.value;
  const carried = step.nonAggregateColumns.map((name) => columnIndex(input, name));
  const aggregates = step.aggregates.map((call) => compiler.aggregate(call, input));
  const offset = carried.length;
  return {
    stateColumns: [
      ...carried.map((index) => input[index]!),
      ...aggregates.map(({ stateType }, i) => ({ name: `KSQL_AGG_STATE_${i}`, type: stateType })),
    ],
    init: () => [...carried.map(() => null), ...aggregates.map((aggregate) => aggregate.init() as unknown)],
    add(state, row, evaluation) {
      const result = carry(carried, row, aggregates.length);
      for (let i = 0; i < aggregates.length; i++)
        result[offset + i] = aggregates[i]!.add(state[offset + i], row, evaluation);
      return result;
    },
    remove(state, row, evaluation) {
      const result = carry(carried, row, aggregates.length);
      for (let i = 0; i < aggregates.length; i++)
        result[offset + i] = aggregates[i]!.remove(state[offset + i], row, evaluation);
      return result;
    },
    merge: (earlier, later) => [
      ...carried.map((_, i) => later[i]),
      ...aggregates.map((aggregate, i) => aggregate.merge(earlier[offset + i], later[offset + i]) as unknown),
    ],
    present: presenter(step, aggregates, offset),
  };
}

/** A new state row with the carried columns of `row`, the aggregates' places still empty. */
function carry(carried: readonly number[], row: Row, aggregates: number): unknown[] {
  const result = new Array<unknown>(carried.length + aggregates);
  for (let i = 0; i < carried.length; i++) result[i] = row[carried[i]!];
  return result;
}

const AGGREGATE_COLUMN = /^KSQL_AGG_VARIABLE_(\d+)$/;

function presenter(
  step: AggregateStep,
  aggregators: readonly CompiledAggregate[],
  offset: number,
): Aggregation['present'] {
  const picks = step.schema.value.map(({ name }) => columnPick(name, step, aggregators, offset));
  const count = picks.length;
  return (state, window, key) => {
    const row = new Array<unknown>(count);
    for (let i = 0; i < count; i++) row[i] = picks[i]!(state, window, key);
    return row;
  };
}

function columnPick(
  name: string,
  step: AggregateStep,
  aggregators: readonly CompiledAggregate[],
  offset: number,
): (state: Row, window: TimeWindow | null, key: Row) => unknown {
  const carried = step.nonAggregateColumns.indexOf(name);
  if (carried >= 0) return (state) => state[carried];
  const variable = AGGREGATE_COLUMN.exec(name);
  if (variable !== null) {
    const index = Number(variable[1]);
    const aggregator = aggregators[index]!;
    return (state) => aggregator.result(state[offset + index]);
  }
  if (name === 'WINDOWSTART') return (_state, window) => window?.start ?? null;
  if (name === 'WINDOWEND') return (_state, window) => window?.end ?? null;
  const keyIndex = columnIndex(step.schema.key, name);
  if (keyIndex < 0) throw new Error(`invariant violated: aggregation has no column ${name}`);
  return (_state, _window, key) => key[keyIndex];
}
