import type { Expression, FunctionCall } from '../../ast/expressions';
import { mapChildren, sameExpression } from '../../ast/rewrite';
import { fail } from '../../analyzer/errors';
import { callsOf, countRows, distinctExpressions, hasCallOf } from '../../analyzer/function-calls';
import { isWindowBound, WINDOW_BOUNDS } from '../../analyzer/pseudo-columns';
import { toPhysical } from '../../analyzer/scope';
import { columnsIn } from '../../analyzer/select-items';
import type { Projection } from '../../analyzer/select-items';
import type { Column, KeyWindow } from '../../catalog/catalog';
import { NOWHERE } from '../../source/source';
import { columnRef } from '../columns';
import type { AggregateStep, GroupByStep, NamedExpression, SelectStep, WindowSpec } from '../plan';
import { checkCondition, filter, keyColumns } from './clauses';
import { refuseRekeyOfWindowed } from './join-rules';
import { internalFormats, keyFormatFor, schemaOf, withoutTopicProperties } from './node';
import type { Build, PlanNode } from './node';
import { windowSpec } from './windows';

/** What a grouped query computes, over the columns of the step that it reads. */
interface Aggregation {
  readonly groupBy: readonly Expression[];
  readonly projections: readonly { readonly alias: string; readonly expression: Expression }[];
  readonly having?: Expression;
  /** In the order of SELECT, then HAVING; repetitions stay, as each has a column of its own. */
  readonly calls: readonly FunctionCall[];
}

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
  const aggregation = resolve(projections, build);
  refuseUngrouped(aggregation, build);
  if (node.isTable) refuseOnTables(aggregation, build);
  const prepared = prepare(node, aggregation, build);
  const grouped = groupBy(prepared, build);
  const aggregated = aggregate(grouped, prepared, build);
  return having(aggregated, prepared, build);
}

/** What COUNT(*) counts: a column that no row lacks. Rows of a join may lack those of one side. */
function countedColumn({ analysis }: Build): Expression {
  return analysis.scope.isJoin
    ? { kind: 'IntegerLiteral', value: 1, loc: NOWHERE }
    : columnRef('ROWTIME', NOWHERE);
}

function resolve(projections: readonly Projection[], build: Build): Aggregation {
  const { analysis, env } = build;
  const physical = (expression: Expression) =>
    countRows(toPhysical(expression, analysis.scope), countedColumn(build));
  const selected = projections.map(({ alias, expression }) => ({ alias, expression: physical(expression) }));
  const condition = analysis.having && physical(analysis.having);
  const expressions = [...selected.map(({ expression }) => expression), ...(condition ? [condition] : [])];
  return {
    // Without GROUP BY all rows are one group, under a constant key.
    groupBy:
      analysis.groupBy.length > 0
        ? analysis.groupBy.map(physical)
        : [{ kind: 'IntegerLiteral', value: 1, loc: NOWHERE }],
    projections: selected,
    having: condition,
    calls: expressions.flatMap((expression) => callsOf(expression, 'AGGREGATE', env)),
  };
}

// ---- rules ----------------------------------------------------------------------------------------------------

function refuseUngrouped({ groupBy, projections, having }: Aggregation, { env }: Build): void {
  const wrong = projections.flatMap(({ expression }) => ungroupedIn(expression, groupBy, env));
  if (wrong.length > 0) {
    const list = distinctExpressions(wrong).map(env.print).join(', ');
    const message =
      `Non-aggregate SELECT expression(s) not part of GROUP BY: ${list}\n` +
      `Either add the column(s) to the GROUP BY or remove them from the SELECT.`;
    fail('groupBy', message, wrong[0]!.loc);
  }
  const inHaving = having === undefined ? [] : ungroupedColumns(having, groupBy, env);
  if (inHaving.length > 0) {
    const list = distinctExpressions(inHaving).map(env.print).join(', ');
    fail('groupBy', `Non-aggregate HAVING expression not part of GROUP BY: ${list}`, inHaving[0]!.loc);
  }
}

/** An expression without aggregates is named whole; of one with aggregates only the columns beside them. */
function ungroupedIn(
  expression: Expression,
  groupBy: readonly Expression[],
  env: Build['env'],
): readonly Expression[] {
  const columns = ungroupedColumns(expression, groupBy, env);
  if (columns.length === 0) return [];
  return hasCallOf(expression, 'AGGREGATE', env) ? columns : [expression];
}

function ungroupedColumns(
  expression: Expression,
  groupBy: readonly Expression[],
  env: Build['env'],
): readonly Expression[] {
  if (groupBy.some((key) => sameExpression(key, expression))) return [];
  if (expression.kind === 'FunctionCall' && env.kindOf(expression.name) === 'AGGREGATE') return [];
  if (expression.kind === 'ColumnRef') return isWindowBound(expression.name) ? [] : [expression];
  const found: Expression[] = [];
  mapChildren(expression, (child) => {
    found.push(...ungroupedColumns(child, groupBy, env));
    return child;
  });
  return found.filter(
    (column) => columnsIn(expression).some((own) => own === column) || column.kind !== 'ColumnRef',
  );
}

function refuseOnTables({ calls }: Aggregation, { env }: Build): void {
  const names = [
    ...new Set(calls.filter((call) => !env.aggregatesTables(call.name)).map((call) => call.name)),
  ];
  if (names.length === 0) return;
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const functions = names.length === 1 ? 'function' : 'functions';
  fail(
    'aggregate',
    `The aggregation ${functions} ${list} cannot be applied to a table source, only to a stream source.`,
  );
}

// ---- Prepare: the columns that grouping and aggregates need ---------------------------------------------------

interface Prepared extends PlanNode {
  readonly aggregation: Aggregation;
  /** Columns of the Prepare step that outlive the aggregation: source columns, then grouping expressions. */
  readonly carried: readonly string[];
  /** Expressions that Prepare computes, in the order of their columns KSQL_INTERNAL_COL_n. */
  readonly computed: readonly Expression[];
  readonly sourceColumns: readonly Column[];
}

function internalName(index: number): string {
  return `KSQL_INTERNAL_COL_${index}`;
}

function prepare(node: PlanNode, aggregation: Aggregation, build: Build): Prepared {
  const sourceColumns = node.step.schema.value;
  const columns = requiredColumns(aggregation, build);
  const keys = aggregation.groupBy.filter((key) => key.kind !== 'ColumnRef');
  const args = aggregation.calls
    .flatMap((call) => call.args)
    .filter((arg) => arg.kind !== 'ColumnRef' && !isConstant(arg));
  const computed = distinctExpressions([...keys, ...args]);
  const selects: NamedExpression[] = [
    ...columns.map((name) => ({ name, expression: columnRef(name, NOWHERE) })),
    ...computed.map((expression, i) => ({ name: internalName(i), expression })),
  ];
  const value = selects.map(({ name, expression }): Column => ({
    name,
    type: typeOf(expression, sourceColumns, build),
  }));
  const step: SelectStep = {
    kind: node.isTable ? 'TableSelect' : 'StreamSelect',
    context: 'Aggregate-Prepare',
    schema: schemaOf(node.step.schema.key, value),
    source: node.step,
    keyColumnNames: node.step.schema.key.map((column) => column.name),
    selects,
  };
  const carried = [...columns, ...distinctExpressions(keys).map((_, i) => internalName(i))];
  return { ...node, step, aggregation, carried, computed, sourceColumns };
}

function typeOf(expression: Expression, columns: readonly Column[], { env }: Build): Column['type'] {
  return env.typeOf(expression, columns) ?? { kind: 'STRING' };
}

/** Source columns that the query names, in the order of SELECT, WHERE, GROUP BY, HAVING. */
function requiredColumns(
  { projections, groupBy, having }: Aggregation,
  { analysis }: Build,
): readonly string[] {
  const where = analysis.where ? [toPhysical(analysis.where, analysis.scope)] : [];
  const all = [
    ...projections.map(({ expression }) => expression),
    ...where,
    ...groupBy,
    ...(having ? [having] : []),
  ];
  const names = all.flatMap((expression) => columnsIn(expression).map((column) => column.name));
  const bounds = analysis.window === undefined ? [] : WINDOW_BOUNDS.map((column) => column.name);
  return [...new Set(names)].filter((name) => !bounds.includes(name));
}

/** Literals stay arguments: `k` of TOPK is no column. */
function isConstant(expression: Expression): boolean {
  return (
    expression.kind.endsWith('Literal') ||
    (expression.kind === 'ArithmeticUnary' && expression.operand.kind.endsWith('Literal'))
  );
}

/** The expression over the Prepare step's columns. */
function overPrepared(expression: Expression, computed: readonly Expression[]): Expression {
  const index = computed.findIndex((known) => sameExpression(known, expression));
  if (index >= 0) return columnRef(internalName(index), expression.loc);
  return mapChildren(expression, (child) => overPrepared(child, computed));
}

// ---- GROUP BY -------------------------------------------------------------------------------------------------

function groupBy(prepared: Prepared, build: Build): PlanNode {
  const { aggregation, step, computed } = prepared;
  const keys = aggregation.groupBy.map((key) => overPrepared(key, computed));
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
  const { aggregation, computed, carried } = prepared;
  const columns = grouped.step.schema.value;
  const calls = aggregation.calls.map((call) => ({
    ...call,
    args: call.args.map((arg) => overPrepared(arg, computed)),
  }));
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
  const rewriteResolved = rewriter(aggregation, computed);
  const rewrite = (expression: Expression) => rewriteResolved(countRows(expression, countedColumn(build)));
  return { ...grouped, step, isTable: true, window: window ? keyWindow(window) : grouped.window, rewrite };
}

function keyWindow({ type, sizeMs }: WindowSpec): KeyWindow {
  return type === 'SESSION' ? { type } : { type, sizeMs };
}

/** Calls become their result columns, in the order in which SELECT and then HAVING name them; the rest what Prepare made. */
function rewriter(
  { calls }: Aggregation,
  computed: readonly Expression[],
): (expression: Expression) => Expression {
  const rewrite = (expression: Expression): Expression => {
    const index = calls.indexOf(expression as FunctionCall);
    const known = index >= 0 ? index : calls.findIndex((call) => sameExpression(call, expression));
    if (known >= 0) return columnRef(variableName(known), expression.loc);
    const prepared = computed.findIndex((key) => sameExpression(key, expression));
    if (prepared >= 0) return columnRef(internalName(prepared), expression.loc);
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
  const format = withoutTopicProperties(node.valueFormat);
  if (format.name !== 'DELIMITED' && format.name !== 'KAFKA') return;
  const nested = calls.find((call) =>
    ['ARRAY', 'MAP', 'STRUCT'].includes(env.stateTypeOf(call, columns).kind),
  );
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
