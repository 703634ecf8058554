import type { Expression } from '../../ast/expressions';
import { fail } from '../../analyzer/errors';
import { isSystemColumn } from '../../analyzer/pseudo-columns';
import { toPhysical } from '../../analyzer/scope';
import type { Projection, ProjectionItem } from '../../analyzer/select-items';
import type { Column } from '../../catalog/catalog';
import { NOWHERE } from '../../source/source';
import { columnRef, refuseDuplicates } from '../columns';
import { formatColumn } from '../../catalog/schema-text';
import type { NamedExpression, SelectKeyStep, SelectStep } from '../plan';
import { withTableFunctionColumns } from './clauses';
import { internalFormats, schemaOf } from './node';
import type { Build, PlanNode } from './node';
import { chooseKey, keyNames } from './projected-keys';
import { refuseMissingKey, refuseRepeatedKey } from './projection-refusals';

/** The columns of the answer over the columns of `node`; a star is expanded. */
export function expandProjection(
  node: PlanNode,
  items: readonly ProjectionItem[],
  build: Build,
): readonly Projection[] {
  return items.flatMap((item) => (item.kind === 'Column' ? [item] : expandStar(node, build)));
}

/** `SELECT * … PARTITION BY`: the new key, then all values that are not key or pseudo columns. */
function expandStar({ step }: PlanNode, { analysis }: Build): readonly Projection[] {
  const keys = step.schema.key.map((column) => column.name);
  const values = step.schema.value
    .map((column) => column.name)
    .filter((name) => !keys.includes(name) && !isSystemColumn(name));
  const item = (alias: string, expression: Expression): Projection => ({
    kind: 'Column',
    expression,
    alias,
    loc: NOWHERE,
    fromStar: true,
  });
  return [
    ...keys.map((name, i) => item(name, analysis.partitionBy?.[i] ?? columnRef(name, NOWHERE))),
    ...values.map((name) => item(name, columnRef(name, NOWHERE))),
  ];
}

/** SELECT of a transient query: every column asked for stands among the values. */
export function selectForClient(
  node: PlanNode,
  projections: readonly Projection[],
  rewrite: (e: Expression) => Expression,
  build: Build,
): PlanNode {
  const values = projections.map((projection) => toValue(projection, rewrite, build));
  return select(
    node,
    node.step.schema.key.map((column) => column.name),
    values,
    build,
  );
}

/** What a persistent query asks of its projection. */
export interface SinkWish {
  readonly name: string;
  /** Looks at all columns of the projection before the key is looked for. */
  readonly checkColumns?: (columns: readonly Column[]) => void;
}

/** SELECT of a persistent query: the key columns are taken out of the projection, renamed, and must all be there. */
export function selectForSink(
  source: PlanNode,
  projections: readonly Projection[],
  rewrite: (e: Expression) => Expression,
  sink: SinkWish,
  build: Build,
): PlanNode {
  const all = columnsFor(
    source,
    projections.map((item) => toValue(item, rewrite, build)),
    build,
  );
  sink.checkColumns?.(all);
  const names = keyNames(source, build);
  const chosen = names.map((name) => chooseKey(name, projections));
  chosen.forEach((key, i) => refuseRepeatedKey(key, projections, source, i, build));
  if (isKeyOptional(source, build)) return selectWithKeysOf(source, projections, chosen, rewrite, build);
  if (chosen.includes(undefined)) refuseMissingKey(names, chosen, sink.name, build);
  return selectBesideKeys(source, projections, chosen, rewrite, build);
}

function selectBesideKeys(
  node: PlanNode,
  projections: readonly Projection[],
  chosen: readonly (Projection | undefined)[],
  rewrite: (e: Expression) => Expression,
  build: Build,
): PlanNode {
  const keyItems = new Set(chosen);
  const values = projections
    .filter((item) => !keyItems.has(item))
    .map((item) => toValue(item, rewrite, build));
  if (values.length === 0) fail('noValueColumns', 'The projection contains no value columns.');
  const names = node.step.schema.key.map((column, i) => chosen[i]?.alias ?? column.name);
  refuseValuesNamedLikeKeys(names, columnsFor(node, values, build));
  return select(node, names, values, build);
}

function refuseValuesNamedLikeKeys(keys: readonly string[], values: readonly Column[]): void {
  const clashing = values.filter((column) => keys.includes(column.name)).map(formatColumn);
  if (clashing.length > 0)
    fail('duplicateColumn', `Duplicate value columns found in schema: ${clashing.join(', ')}`);
}

/** ksqlDB's new planner, off by default, takes of a stream the key columns that the projection names, in its order. */
function isKeyOptional({ isTable }: PlanNode, { context }: Build): boolean {
  return !isTable && context.config['ksql.new.query.planner.enabled'] === 'true';
}

function selectWithKeysOf(
  node: PlanNode,
  projections: readonly Projection[],
  chosen: readonly (Projection | undefined)[],
  rewrite: (e: Expression) => Expression,
  build: Build,
): PlanNode {
  const ordered = projections.filter((item) => chosen.includes(item));
  if (ordered.length === chosen.length && ordered.every((item, i) => item === chosen[i])) {
    return selectBesideKeys(node, projections, chosen, rewrite, build);
  }
  const columns = ordered.map((item) => node.step.schema.key[chosen.indexOf(item)]!);
  const step: SelectKeyStep = {
    kind: 'StreamSelectKey',
    context: 'SelectKey',
    schema: schemaOf(columns, node.step.schema.value),
    source: node.step,
    keyExpressions: columns.map((column) => columnRef(column.name, NOWHERE)),
    repartitions: false,
    formats: internalFormats(node.keyFormat, node.valueFormat, columns),
  };
  return selectBesideKeys({ ...node, step }, projections, ordered, rewrite, build);
}

function toValue(
  projection: Projection,
  rewrite: (e: Expression) => Expression,
  build: Build,
): NamedExpression {
  const physical = rewrite(
    toPhysical(withTableFunctionColumns(projection.expression, build), build.analysis.scope),
  );
  return { name: projection.alias, expression: physical };
}

function select(
  node: PlanNode,
  keyNamesOfSelect: readonly string[],
  selects: readonly NamedExpression[],
  build: Build,
): PlanNode {
  const { step } = node;
  const value = columnsFor(node, selects, build);
  const key = step.schema.key.map((column, i) => ({ ...column, name: keyNamesOfSelect[i]! }));
  refuseDuplicates({ key, value });
  const selectStep: SelectStep = {
    kind: node.isTable ? 'TableSelect' : 'StreamSelect',
    context: build.analysis.isAggregation ? 'Aggregate-Project' : 'Project',
    schema: schemaOf(key, value),
    source: step,
    keyColumnNames: key.map((column) => column.name),
    selects,
  };
  return { ...node, step: selectStep };
}

function columnsFor(
  { step }: PlanNode,
  selects: readonly NamedExpression[],
  build: Build,
): readonly Column[] {
  return selects.map(({ name, expression }): Column => ({
    name,
    type: typeOf(expression, step.schema.value, build),
  }));
}

/** NULL alone has no type: it becomes a STRING column. */
function typeOf(expression: Expression, columns: readonly Column[], { env }: Build): Column['type'] {
  return env.typeOf(expression, columns) ?? { kind: 'STRING' };
}
