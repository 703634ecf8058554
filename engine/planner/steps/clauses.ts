import type { Expression, FunctionCall } from '../../ast/expressions';
import { mapChildren, sameExpression } from '../../ast/rewrite';
import type { AnalyzerEnvironment } from '../../analyzer/analysis';
import { fail, inPhase } from '../../analyzer/errors';
import { toPhysical } from '../../analyzer/scope';
import { NameGenerator } from '../../analyzer/name-generator';
import type { Column } from '../../catalog/catalog';
import { formatType } from '../../types/type-text';
import { refuseRekeyOfWindowed } from './join-rules';
import { internalFormats, keyFormatFor, schemaOf } from './node';
import type { Build, PlanNode } from './node';
import { columnRef } from '../columns';
import { hasCallOf } from '../../analyzer/function-calls';
import type { FilterStep, FlatMapStep, SelectKeyStep } from '../plan';

/** Refuses a condition that is not BOOLEAN over these columns. */
export function checkCondition(
  condition: Expression,
  columns: readonly Column[],
  clause: string,
  env: AnalyzerEnvironment,
): void {
  const type = inPhase(`Error in ${clause} expression: `, () => env.typeOf(condition, columns));
  if (type === null || type.kind === 'BOOLEAN') return;
  const found = `${env.print(condition)} (${formatType(type)})`;
  fail(
    'expression',
    `Type error in ${clause} expression: Should evaluate to boolean but is ${found} instead.`,
    condition.loc,
  );
}

/** WHERE. */
export function buildWhere(node: PlanNode, build: Build): PlanNode {
  const { where, scope } = build.analysis;
  if (where === undefined) return node;
  const predicate = toPhysical(where, scope);
  checkCondition(predicate, node.step.schema.value, 'WHERE', build.env);
  if (hasCallOf(predicate, 'AGGREGATE', build.env)) {
    fail('aggregate', 'Aggregate functions are not allowed in the WHERE clause: use HAVING.', where.loc);
  }
  return filter(node, predicate, 'WhereFilter');
}

export function filter(node: PlanNode, predicate: Expression, context: string): PlanNode {
  const { step } = node;
  const kind = node.isTable ? 'TableFilter' : 'StreamFilter';
  const filterStep: FilterStep = { kind, context, schema: step.schema, source: step, predicate };
  return { ...node, step: filterStep };
}

/** Name of the column that a table function makes. */
function syntheticName(index: number): string {
  return `KSQL_SYNTH_${index}`;
}

/** Table functions of SELECT: one column each. */
export function buildTableFunctions(node: PlanNode, build: Build): PlanNode {
  const { tableFunctions, scope } = build.analysis;
  if (tableFunctions.length === 0) return node;
  const calls = tableFunctions.map((call) => toPhysical(call, scope) as FunctionCall);
  const { schema } = node.step;
  const made = calls.map((call, i): Column => ({
    name: syntheticName(i),
    type: build.env.typeOf(call, schema.value)!,
  }));
  const step: FlatMapStep = {
    kind: 'StreamFlatMap',
    context: 'FlatMap',
    schema: schemaOf(schema.key, [...schema.value, ...made]),
    source: node.step,
    tableFunctions: calls,
  };
  return { ...node, step };
}

/** The expression with its table functions replaced by the columns that they make. */
export function withTableFunctionColumns(expression: Expression, build: Build): Expression {
  const index = build.analysis.tableFunctions.findIndex((call) => sameExpression(call, expression));
  if (index >= 0) return columnRef(syntheticName(index), expression.loc);
  return mapChildren(expression, (child) => withTableFunctionColumns(child, build));
}

/** PARTITION BY. */
export function buildPartitionBy(node: PlanNode, build: Build): PlanNode {
  const { partitionBy, scope } = build.analysis;
  if (partitionBy === undefined || isAlreadyKeyedBy(node, partitionBy, build)) return node;
  refuseRekeyOfWindowed(node);
  const keys = partitionBy.map((key) => toPhysical(key, scope));
  const columns = keyColumns(keys, node.step.schema.value, build);
  const keyFormat =
    partitionBy.length === 0
      ? node.keyFormat
      : keyFormatFor(build.sinkKeyFormat ?? node.keyFormat, build.context);
  const step: SelectKeyStep = {
    kind: 'StreamSelectKey',
    context: 'PartitionBy',
    schema: schemaOf(columns, node.step.schema.value),
    source: node.step,
    keyExpressions: keys,
    repartitions: false,
    formats: internalFormats(keyFormat, node.valueFormat, columns),
  };
  return { ...node, step, keyFormat };
}

function isAlreadyKeyedBy({ step }: PlanNode, keys: readonly Expression[], build: Build): boolean {
  const current = step.schema.key;
  if (keys.length === 0 || current.length !== keys.length) return false;
  return keys.every((key, i) => {
    const physical = toPhysical(key, build.analysis.scope);
    return physical.kind === 'ColumnRef' && physical.name === current[i]!.name;
  });
}

/** Names of new key columns: a column's own, a field's that no other column has, or KSQL_COL_n. */
export function keyColumns(
  keys: readonly Expression[],
  columns: readonly Column[],
  build: Build,
): readonly Column[] {
  const names = new NameGenerator(columns.map(({ name }) => name));
  return keys.map((key) => ({ name: keyName(key, names), type: typeOfKey(key, columns, build) }));
}

function keyName(key: Expression, names: NameGenerator): string {
  if (key.kind === 'ColumnRef') return key.name;
  return key.kind === 'Dereference' ? names.unique(key.field) : names.generated();
}

function typeOfKey(key: Expression, columns: readonly Column[], { env }: Build): Column['type'] {
  const type = env.typeOf(key, columns);
  return (
    type ??
    fail(
      'expression',
      `Key expression has no type: ${env.print(key)}`,
      key.loc,
      'Cast it: CAST(NULL AS STRING).',
    )
  );
}
