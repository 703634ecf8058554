import type { Expression, FunctionCall } from '../../ast/expressions';
import { mapChildren, sameExpression } from '../../ast/rewrite';
import { fail } from '../../analyzer/errors';
import { aggregatesOfRowTime } from '../../analyzer/function-calls';
import { WINDOW_BOUNDS } from '../../analyzer/pseudo-columns';
import type { Projection } from '../../analyzer/select-items';
import type { Column, KeyWindow } from '../../catalog/catalog';
import { columnRef } from '../columns';
import type { AggregateStep, GroupByStep, NamedExpression, WindowSpec } from '../plan';
import { countedColumn, refuseOnTables, refuseUngrouped, resolveAggregation } from './aggregation';
import type { Aggregation } from './aggregation';
import { checkCondition, filter, keyColumns } from './clauses';
import { refuseRekeyOfWindowed } from './join-rules';
import { internalFormats, keyFormatFor, schemaOf, withoutTopicProperties } from './node';
import type { Build, PlanNode } from './node';
import { prepare, preparedCall, preparedKey, typeOf } from './prepare-step';
import type { Prepared } from './prepare-step';
import { windowSpec } from './windows';

/** GROUP BY, aggregates, HAVING. The result's columns are reached through {@link AggregatedNode.rewrite}. */
export interface AggregatedNode extends PlanNode {
  /** An expression of SELECT over the columns of this node. */
  readonly rewrite: (expression: Expression) => Expression;
}

export function buildAggregate(
  node: PlanNode,
  projections: readonly Projection[],
  build: Build,
): AggregatedNode {
  const aggregation = resolveAggregation(projections, build);
  refuseUngrouped(aggregation, build);
  if (node.isTable) refuseOnTables(aggregation, build);
  const prepared = prepare(node, aggregation, build);
  const grouped = groupBy(prepared, build);
  const aggregated = aggregate(grouped, prepared, build);
  return having(aggregated, prepared, build);
}

// ---- GROUP BY -------------------------------------------------------------------------------------------------

function groupBy(prepared: Prepared, build: Build): PlanNode {
  const { aggregation, step } = prepared;
  const keys = aggregation.groupBy.map((key) => preparedKey(key, prepared));
  const isByKey = !prepared.isTable && isGroupedByKey(keys, step.schema.key);
  if (!isByKey) refuseRekeyOfWindowed(prepared);
  const columns = isByKey ? step.schema.key : namedKeys(aggregation, keys, prepared, build);
  const keyFormat = isByKey
    ? prepared.keyFormat
    : keyFormatFor(build.sinkKeyFormat ?? prepared.keyFormat, build.context);
  const grouped: GroupByStep = {
    kind: isByKey ? 'StreamGroupByKey' : prepared.isTable ? 'TableGroupBy' : 'StreamGroupBy',
    context: 'Aggregate-GroupBy',
    schema: schemaOf(columns, step.schema.value),
    source: step,
    groupBy: keys,
    formats: internalFormats(keyFormat, prepared.valueFormat, columns),
  };
  return { ...prepared, step: grouped, keyFormat };
}

function isGroupedByKey(keys: readonly Expression[], current: readonly Column[]): boolean {
  return (
    keys.length === current.length &&
    keys.every((key, i) => key.kind === 'ColumnRef' && key.name === current[i]!.name)
  );
}

/** Grouping columns keep their names; grouping expressions are named as they would be in a projection. */
function namedKeys(
  { groupBy: original }: Aggregation,
  keys: readonly Expression[],
  prepared: Prepared,
  build: Build,
): readonly Column[] {
  const named = keyColumns(original, prepared.sourceColumns, build);
  return named.map((column, i) => ({
    name: column.name,
    type: typeOf(keys[i]!, prepared.step.schema.value, build),
  }));
}

// ---- aggregate ------------------------------------------------------------------------------------------------

function variableName(index: number): string {
  return `KSQL_AGG_VARIABLE_${index}`;
}

function aggregate(grouped: PlanNode, prepared: Prepared, build: Build): AggregatedNode {
  const { aggregation, carried } = prepared;
  const columns = grouped.step.schema.value;
  const calls = aggregation.calls.map((call) => preparedCall(call, prepared, build));
  refuseStatesOfFormat(calls, columns, grouped, build);
  const window = build.analysis.window && windowSpec(build.analysis.window);
  const results = calls.map((call, i): Column => ({
    name: variableName(i),
    type: typeOf(call, columns, build),
  }));
  const kept = carried.map((name) => columns.find((column) => column.name === name)!);
  const step: AggregateStep = {
    kind: grouped.isTable ? 'TableAggregate' : window ? 'StreamWindowedAggregate' : 'StreamAggregate',
    context: 'Aggregate-Aggregate',
    schema: schemaOf(grouped.step.schema.key, [...kept, ...results, ...(window ? WINDOW_BOUNDS : [])]),
    source: grouped.step,
    nonAggregateColumns: carried,
    aggregates: calls,
    window,
    formats: internalFormats(grouped.keyFormat, grouped.valueFormat, grouped.step.schema.key),
  };
  const rewriteResolved = rewriter(aggregation, prepared.keys);
  const rewrite = (expression: Expression) =>
    rewriteResolved(aggregatesOfRowTime(expression, countedColumn(build), build.env));
  return { ...grouped, step, isTable: true, window: window ? keyWindow(window) : grouped.window, rewrite };
}

function keyWindow({ type, sizeMs }: WindowSpec): KeyWindow {
  return type === 'SESSION' ? { type } : { type, sizeMs };
}

/** Calls become their result columns, in the order in which SELECT and then HAVING name them; grouping expressions what Prepare made of them. */
function rewriter(
  { calls }: Aggregation,
  keys: readonly NamedExpression[],
): (expression: Expression) => Expression {
  const rewrite = (expression: Expression): Expression => {
    const index = calls.indexOf(expression as FunctionCall);
    const known = index >= 0 ? index : calls.findIndex((call) => sameExpression(call, expression));
    if (known >= 0) return columnRef(variableName(known), expression.loc);
    const key = keys.find((prepared) => sameExpression(prepared.expression, expression));
    if (key !== undefined) return columnRef(key.name, expression.loc);
    return mapChildren(expression, rewrite);
  };
  return rewrite;
}

/** DELIMITED keeps no arrays, maps or structs, so functions whose state is one cannot store it. */
function refuseStatesOfFormat(
  calls: readonly FunctionCall[],
  columns: readonly Column[],
  node: PlanNode,
  { env }: Build,
): void {
  // Of every call, whatever the format: this is where constants such as the n of LATEST_BY_OFFSET are checked.
  const kinds = calls.map((call) => env.stateTypeOf(call, columns).kind);
  const format = withoutTopicProperties(node.valueFormat);
  if (format.name !== 'DELIMITED' && format.name !== 'KAFKA') return;
  const nested = calls.find((_, i) => ['ARRAY', 'MAP', 'STRUCT'].includes(kinds[i]!));
  if (nested === undefined) return;
  const message =
    'One of the functions used in the statement has an intermediate type that the value format can not handle. ' +
    'Please remove the function or change the format.';
  fail('format', message, nested.loc);
}

function having(node: AggregatedNode, prepared: Prepared, build: Build): AggregatedNode {
  const { having: condition } = prepared.aggregation;
  if (condition === undefined) return node;
  checkCondition(condition, [...prepared.sourceColumns, ...WINDOW_BOUNDS], 'HAVING', build.env);
  return {
    ...filter(node, node.rewrite(condition), 'Aggregate-HavingFilter'),
    rewrite: (expression) => node.rewrite(expression),
  };
}
