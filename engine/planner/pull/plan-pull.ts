import type { Expression } from '../../ast/expressions';
import type { Query } from '../../ast/statements';
import { walkExpression } from '../../ast/walk';
import type { AnalyzerEnvironment, QueryAnalysis } from '../../analyzer/analysis';
import { analyzeQuery, columnsOf } from '../../analyzer/analyze-query';
import { createEnvironment } from '../../analyzer/environment';
import { fail, withSuffix } from '../../analyzer/errors';
import { WINDOW_BOUNDS } from '../../analyzer/pseudo-columns';
import { createScope, toPhysical } from '../../analyzer/scope';
import { columnsIn } from '../../analyzer/select-items';
import type { Column, DataSource } from '../../catalog/catalog';
import { formatType } from '../../types/type-text';
import { refuseDuplicates } from '../columns';
import type { PlanningContext } from '../context';
import type { NamedExpression } from '../plan';
import { planPushQuery } from '../push-query';
import { checkCondition } from '../steps/clauses';
import { keyConstraint, NEEDS_SCAN } from './key-constraints';
import type { PullColumn, PullQueryPlan, TablePullPlan } from './pull-plan';

const MORE_INFO =
  ' See https://cnfl.io/queries for more info.\nAdd EMIT CHANGES if you intended to issue a push query.';

/** A SELECT without EMIT: of a materialised table its rows now, of a stream what its topic holds. */
export function planPullQuery(query: Query, text: string, context: PlanningContext): PullQueryPlan {
  const { sources } = createScope(query.from, context.catalog);
  refuseClauses(query);
  const { source } = sources[0]!;
  refuseRecordColumns(query);
  if (source.kind === 'TABLE') refuseAggregates(query, context);
  if (source.kind === 'TABLE') return planTablePull(query, source, text, context);
  const push = planPushQuery(query, context);
  return { kind: 'STREAM', queryId: push.queryId, query: push };
}

function refuseClauses(query: Query): void {
  const clauses: readonly (readonly [unknown, string])[] = [
    [query.from.kind === 'Join' || undefined, 'JOIN'],
    [query.window, 'WINDOW'],
    [query.groupBy, 'GROUP BY'],
    [query.partitionBy, 'PARTITION BY'],
    [query.having, 'HAVING'],
  ];
  const found = clauses.find(([clause]) => clause !== undefined);
  if (found) fail('pullQuery', `Pull queries don't support ${found[1]} clauses.${MORE_INFO}`, query.loc);
}

/** A row is answered as it is kept: nothing is computed over several of them. */
function refuseAggregates({ select, where }: Query, { functions }: PlanningContext): void {
  const selected = select.flatMap((item) => (item.kind === 'Column' ? [item.expression] : []));
  const names = [...selected, ...(where ? [where] : [])].flatMap((expression) =>
    [...walkExpression(expression)].flatMap((node) => (node.kind === 'FunctionCall' ? [node.name] : [])),
  );
  const found = names.find((name) => functions.lookup(name)?.type === 'AGGREGATE');
  if (found !== undefined)
    fail('pullQuery', `Pull queries don't support aggregate functions: ${found}.${MORE_INFO}`);
}

const UNSUPPORTED_COLUMNS: readonly string[] = ['ROWPARTITION', 'ROWOFFSET'];

/** A materialised row does not remember the record it came from. */
function refuseRecordColumns(query: Query): void {
  const selected = query.select.flatMap((item) => (item.kind === 'Column' ? [item.expression] : []));
  refuseIn(selected, 'SELECT');
  if (query.where) refuseIn([query.where], 'WHERE');
}

function refuseIn(expressions: readonly Expression[], clause: string): void {
  const names = new Set(
    expressions.flatMap((expression) => columnsIn(expression).map((column) => column.name)),
  );
  const found = UNSUPPORTED_COLUMNS.filter((name) => names.has(name)).map((name) => `\`${name}\``);
  if (found.length === 0) return;
  fail(
    'pullQuery',
    `Pull queries don't support the following columns in ${clause} clauses: ${found.join(', ')}\n`,
  );
}

function planTablePull(
  query: Query,
  table: DataSource,
  text: string,
  context: PlanningContext,
): TablePullPlan {
  const env = createEnvironment(context.functions, context.catalog);
  const analysis = analyzeQuery(query, { kind: 'PULL' }, context.catalog, env);
  const rowColumns = rowColumnsOf(table);
  const selects = selectsOf(analysis);
  const isStar = query.select.every(({ kind }) => kind === 'Star');
  const columns = answerColumns(selects, rowColumns, isStar, table, env);
  refuseDuplicates({ key: [], value: columns });
  requireMaterialized(table, context);
  const predicate = analysis.where && toPhysical(analysis.where, analysis.scope);
  if (predicate) checkWhere(predicate, rowColumns, text, env);
  return {
    kind: 'TABLE',
    queryId: `query_${context.transientId}`,
    table,
    ...keysOf(predicate, table, context),
    predicate,
    rowColumns,
    selects,
    columns,
    limit: query.limit,
  };
}

function rowColumnsOf({ schema, topic }: DataSource): readonly Column[] {
  const headers = schema.headers.map(({ name, type }) => ({ name, type }));
  const bounds = topic.window === undefined ? [] : WINDOW_BOUNDS;
  return [
    ...schema.key,
    ...bounds,
    ...schema.value,
    ...headers,
    { name: 'ROWTIME', type: { kind: 'BIGINT' } },
  ];
}

function selectsOf(analysis: QueryAnalysis): readonly NamedExpression[] {
  return columnsOf(analysis.projections).map(({ alias, expression }) => ({
    name: alias,
    expression: toPhysical(expression, analysis.scope),
  }));
}

function answerColumns(
  selects: readonly NamedExpression[],
  row: readonly Column[],
  isStar: boolean,
  table: DataSource,
  env: AnalyzerEnvironment,
): readonly PullColumn[] {
  const bounds = table.topic.window === undefined ? [] : WINDOW_BOUNDS;
  const keys = new Set([...table.schema.key, ...bounds].map((column) => column.name));
  return selects.map(({ name, expression }) => ({
    name,
    type: env.typeOf(expression, row) ?? { kind: 'STRING' },
    isKey: expression.kind === 'ColumnRef' && keys.has(expression.name),
    header: isStar
      ? table.schema.headers.find(
          (column) => expression.kind === 'ColumnRef' && expression.name === column.name,
        )
      : undefined,
  }));
}

/** Only what a query keeps in a store can be asked for. */
function requireMaterialized(table: DataSource, { queries }: PlanningContext): void {
  const made = [...queries.values()].some(
    ({ plan }) => plan.kind === 'CREATE_AS' && plan.sinkName === table.name,
  );
  if (made || table.isSource) return;
  const message =
    `The \`${table.name}\` table isn't queryable. To derive a queryable table, ` +
    `you can do 'CREATE TABLE QUERYABLE_${table.name} AS SELECT * FROM ${table.name}'.${MORE_INFO}`;
  fail('pullQuery', message);
}

function checkWhere(
  predicate: Expression,
  columns: readonly Column[],
  text: string,
  env: AnalyzerEnvironment,
): void {
  refuseLikeOfOtherTypes(predicate, columns, env);
  const suffix = `\nStatement: ${env.print(predicate)}\nStatement: ${text}`;
  withSuffix(suffix, () => checkCondition(predicate, columns, 'WHERE', env));
}

function refuseLikeOfOtherTypes(
  predicate: Expression,
  columns: readonly Column[],
  env: AnalyzerEnvironment,
): void {
  for (const node of walkExpression(predicate)) {
    if (node.kind !== 'Like') continue;
    const other = [node.value, node.pattern]
      .map((side) => env.typeOf(side, columns))
      .find((type) => type !== null && type.kind !== 'STRING');
    if (other === undefined || other === null) continue;
    fail(
      'pullQuery',
      `The column type for Like condition must be VARCHAR. The column type is ${formatType(other)}`,
      node.loc,
    );
  }
}

/** Keys to look up; without any the table is scanned, where that is allowed. */
function keysOf(
  predicate: Expression | undefined,
  table: DataSource,
  context: PlanningContext,
): Pick<TablePullPlan, 'lookups' | 'keyRange'> {
  const scans = context.config['ksql.query.pull.table.scan.enabled'] !== 'false';
  const ranges = context.config['ksql.query.pull.range.scan.enabled'] !== 'false';
  if (predicate === undefined) return scans ? {} : fail('pullQuery', NEEDS_SCAN + MORE_INFO);
  const constraint = keyConstraint(predicate, table, context);
  if (constraint.kind === 'lookup') return { lookups: constraint.lookups };
  if (scans || (constraint.kind === 'range' && ranges))
    return constraint.kind === 'range' ? { keyRange: constraint.range } : {};
  return fail(
    'pullQuery',
    (constraint.kind === 'range' ? NEEDS_SCAN : constraint.reason) + MORE_INFO,
    predicate.loc,
  );
}
