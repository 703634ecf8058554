import type { Expression, FunctionCall } from '../../ast/expressions';
import { sameExpression } from '../../ast/rewrite';
import { distinctExpressions } from '../../analyzer/function-calls';
import { WINDOW_BOUNDS } from '../../analyzer/pseudo-columns';
import { toPhysical } from '../../analyzer/scope';
import { columnsIn } from '../../analyzer/select-items';
import type { Column } from '../../catalog/catalog';
import { NOWHERE } from '../../source/source';
import { columnRef } from '../columns';
import type { NamedExpression, SelectStep } from '../plan';
import type { Aggregation } from './aggregation';
import { schemaOf } from './node';
import type { Build, PlanNode } from './node';

/** The Prepare step: exactly the columns that grouping and aggregates need. */
export interface Prepared extends PlanNode {
  readonly aggregation: Aggregation;
  /** Columns that outlive the aggregation: source columns, then grouping expressions. */
  readonly carried: readonly string[];
  /** Grouping expressions that are no columns, and the columns that Prepare makes of them. */
  readonly keys: readonly NamedExpression[];
  /** Arguments of aggregates that are no columns, likewise. */
  readonly args: readonly NamedExpression[];
  readonly sourceColumns: readonly Column[];
}

export function prepare(node: PlanNode, aggregation: Aggregation, build: Build): Prepared {
  const sourceColumns = node.step.schema.value;
  const columns = requiredColumns(aggregation, build);
  const keys = named(aggregation.groupBy.filter(isComputed), columns.length);
  const args = named(computedArguments(aggregation, sourceColumns, build), columns.length + keys.length);
  const selects = [
    ...columns.map((name) => ({ name, expression: columnRef(name, NOWHERE) })),
    ...keys,
    ...args,
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
  const carried = [...columns, ...keys.map(({ name }) => name)];
  return { ...node, step, aggregation, carried, keys, args, sourceColumns };
}

function isComputed(expression: Expression): boolean {
  return expression.kind !== 'ColumnRef';
}

/** Each once; numbered by their places in the step's schema. */
function named(expressions: readonly Expression[], from: number): readonly NamedExpression[] {
  return distinctExpressions(expressions).map((expression, i) => ({
    name: `KSQL_INTERNAL_COL_${from + i}`,
    expression,
  }));
}

/** Constants such as `k` of TOPK stay arguments; all else that is no column becomes one. */
function computedArguments(
  { calls }: Aggregation,
  columns: readonly Column[],
  build: Build,
): readonly Expression[] {
  return calls.flatMap((call) => inputsOf(call, columns, build)).filter(isComputed);
}

/** The arguments that differ from row to row. */
function inputsOf(call: FunctionCall, columns: readonly Column[], { env }: Build): readonly Expression[] {
  return call.args.slice(0, call.args.length - env.constantArguments(call, columns));
}

export function typeOf(expression: Expression, columns: readonly Column[], { env }: Build): Column['type'] {
  return env.typeOf(expression, columns) ?? { kind: 'STRING' };
}

/** Source columns that the query names, in the order of SELECT, WHERE, GROUP BY, HAVING. */
function requiredColumns(
  { projections, groupBy, having }: Aggregation,
  { analysis }: Build,
): readonly string[] {
  const where = analysis.where ? [toPhysical(analysis.where, analysis.scope)] : [];
  const selected = projections.map(({ expression }) => expression);
  const all = [...selected, ...where, ...groupBy, ...(having ? [having] : [])];
  const names = all.flatMap((expression) => columnsIn(expression).map((column) => column.name));
  const bounds = analysis.window === undefined ? [] : WINDOW_BOUNDS.map((column) => column.name);
  return [...new Set(names)].filter((name) => !bounds.includes(name));
}

/** A grouping expression over the Prepare step's columns. */
export function preparedKey(key: Expression, { keys }: Prepared): Expression {
  return asColumn(key, keys);
}

/** A call over the Prepare step's columns. */
export function preparedCall(call: FunctionCall, prepared: Prepared, build: Build): FunctionCall {
  const inputs = inputsOf(call, prepared.sourceColumns, build).length;
  const computed = [...prepared.keys, ...prepared.args];
  return { ...call, args: call.args.map((arg, i) => (i < inputs ? asColumn(arg, computed) : arg)) };
}

function asColumn(expression: Expression, computed: readonly NamedExpression[]): Expression {
  const found = computed.find((known) => sameExpression(known.expression, expression));
  return found === undefined ? expression : columnRef(found.name, expression.loc);
}
