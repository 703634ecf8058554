import type { Expression } from '../../ast/expressions';
import { sameExpression } from '../../ast/rewrite';
import { fail } from '../../analyzer/errors';
import { isForeignKeyJoin, primaryKeys, viableKeys } from '../../analyzer/joins';
import { isSystemColumn } from '../../analyzer/pseudo-columns';
import { physicalName, toPhysical } from '../../analyzer/scope';
import type { Projection, ProjectionItem } from '../../analyzer/select-items';
import type { Column } from '../../catalog/catalog';
import { NOWHERE } from '../../source/source';
import { columnRef, refuseDuplicates } from '../columns';
import { formatColumn } from '../../catalog/schema-text';
import type { NamedExpression, SelectKeyStep, SelectStep } from '../plan';
import { withTableFunctionColumns } from './clauses';
import { internalFormats, schemaOf } from './node';
import type { Build, PlanNode } from './node';

/** What a projection calls one key column by, and the words with which ksqlDB asks for it. */
interface KeyName {
  /** Any of these is the key; the preferred one first. Qualified, as projections are. */
  readonly choices: readonly Expression[];
}

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

// ---- keys -----------------------------------------------------------------------------------------------------

/** What each key column of the node may be called by. */
function keyNames(node: PlanNode, build: Build): readonly KeyName[] {
  const { analysis } = build;
  const { scope, from } = analysis;
  const keys = node.step.schema.key;
  if (analysis.groupBy.length > 0) return analysis.groupBy.map((key) => ({ choices: [key] }));
  if (analysis.partitionBy !== undefined) {
    return analysis.partitionBy.map((key, i) => ({
      choices: [key, columnRef(keys[i]?.name ?? '', NOWHERE)],
    }));
  }
  if (from.kind === 'Source') {
    const { alias } = scope.sources[0]!;
    return keys.map(({ name }) => ({
      choices: [{ kind: 'ColumnRef', qualifier: alias, name, loc: NOWHERE }],
    }));
  }
  if (analysis.syntheticKey !== undefined) return [{ choices: [columnRef(analysis.syntheticKey, NOWHERE)] }];
  if (isForeignKeyJoin(from)) return primaryKeys(from.left).map((key) => ({ choices: [key] }));
  return [{ choices: viableKeys(from) }];
}

/** The projection that becomes the key: by preference of the name, then by place. */
function chooseKey({ choices }: KeyName, projections: readonly Projection[]): Projection | undefined {
  for (const choice of choices) {
    const found = projections.find((projection) => sameExpression(projection.expression, choice));
    if (found !== undefined) return found;
  }
  return undefined;
}

function refuseRepeatedKey(
  chosen: Projection | undefined,
  projections: readonly Projection[],
  node: PlanNode,
  index: number,
  build: Build,
): void {
  if (chosen === undefined) return;
  const aliases = projections
    .filter((item) => sameExpression(item.expression, chosen.expression))
    .map((item) => item.alias);
  if (aliases.length < 2) return;
  const sorted = [...aliases].sort();
  const list = `${sorted.slice(0, -1).join(', ')} and ${sorted.at(-1)}`;
  const message =
    `The projection contains a key column (\`${keyColumnName(chosen.expression, node, index, build)}\`) more than once, aliased as: ${list}.\n` +
    'Each key column must only be in the projection once. If you intended to copy the key into the value, ' +
    'then consider using the AS_VALUE function to indicate which key reference should be copied.';
  fail('keyInProjection', message, chosen.loc);
}

function keyColumnName(key: Expression, { step }: PlanNode, index: number, { analysis }: Build): string {
  if (key.kind === 'ColumnRef' && key.qualifier !== undefined)
    return physicalName(analysis.scope, key.qualifier, key.name);
  return step.schema.key[index]!.name;
}

function refuseMissingKey(
  names: readonly KeyName[],
  chosen: readonly (Projection | undefined)[],
  sinkName: string,
  build: Build,
): never {
  const { analysis } = build;
  if (
    analysis.from.kind === 'Join' &&
    analysis.groupBy.length === 0 &&
    analysis.partitionBy === undefined &&
    isForeignKeyJoin(analysis.from)
  ) {
    return refuseMissingPrimaryKey(names, chosen, build);
  }
  const isSynthetic =
    analysis.syntheticKey !== undefined &&
    analysis.groupBy.length === 0 &&
    analysis.partitionBy === undefined;
  const wanted = wantedKeys(names, build);
  const link = isSynthetic ? 'See https://cnfl.io/2LV7ouS.' : '';
  const explanation = isSynthetic
    ? `\n${analysis.syntheticKey} was added as a synthetic key column because the join criteria did not match any source column. ` +
      'This expression must be included in the projection and may be aliased.'
    : '';
  const message =
    `Key missing from projection (ie, SELECT). ${link}\n` +
    `The query used to build \`${sinkName}\` must include the ${wanted.words} in its projection (eg, SELECT ${wanted.example}...).` +
    explanation;
  return fail('keyInProjection', message);
}

/** `key column ORCH`, `grouping expressions A and B`, `join expressions L.ID or R.ID`. */
function wantedKeys(
  names: readonly KeyName[],
  build: Build,
): { readonly words: string; readonly example: string } {
  const { analysis, env } = build;
  const isJoinKey =
    analysis.scope.isJoin && analysis.groupBy.length === 0 && analysis.partitionBy === undefined;
  const noun =
    analysis.groupBy.length > 0
      ? 'grouping expression'
      : analysis.partitionBy
        ? 'partitioning expression'
        : isJoinKey
          ? 'join expression'
          : 'key column';
  const keepsQualifier = analysis.partitionBy !== undefined || isJoinKey;
  const print = (key: Expression) => env.print(keepsQualifier ? key : toPhysical(key, analysis.scope));
  if (isJoinKey) {
    const choices = names[0]!.choices.map(print);
    return { words: `${noun}${choices.length > 1 ? 's' : ''} ${choices.join(' or ')}`, example: choices[0]! };
  }
  const all = names.map(({ choices }) => print(choices[0]!));
  const list = all.length === 1 ? all[0]! : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
  return { words: `${noun}${all.length > 1 ? 's' : ''} ${list}`, example: all.join(', ') };
}

function refuseMissingPrimaryKey(
  names: readonly KeyName[],
  chosen: readonly (Projection | undefined)[],
  build: Build,
): never {
  const missing = names
    .filter((_, i) => chosen[i] === undefined)
    .map(({ choices }) => (choices[0] as { name: string }).name);
  const s = missing.length > 1 ? 's' : '';
  const left = build.analysis.scope.sources[0]!.source.name;
  const message =
    `Primary key column${s} missing in projection. For foreign-key table-table joins, ` +
    `the projection must include all primary key columns from the left input table (\`${left}\`). ` +
    `Missing column${s}: ${missing.map((name) => `\`${name}\``).join(', ')}.`;
  return fail('keyInProjection', message);
}
