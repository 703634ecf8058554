import { sameExpression } from '../ast/rewrite';
import type { Expression } from '../ast/expressions';
import type { DataSource } from '../catalog/catalog';
import { NOWHERE } from '../source/source';
import type { AnalyzerEnvironment, QueryAnalysis, QueryPurpose } from './analysis';
import { isPersistent } from './analysis';
import { fail } from './errors';
import { callsOf, aggregatesOfRowTime, hasCallOf } from './function-calls';
import { leavesOf } from './joins';
import { isWindowBound } from './pseudo-columns';
import { toPhysical } from './scope';
import { columnsIn } from './select-items';
import type { Projection } from './select-items';

const ROWTIME: Expression = { kind: 'ColumnRef', name: 'ROWTIME', loc: NOWHERE };

type Rule = (analysis: QueryAnalysis, purpose: QueryPurpose, env: AnalyzerEnvironment) => void;

/** Rules about which clauses may stand together, in the order in which ksqlDB reports them. */
const RULES: readonly Rule[] = [
  noLimitInPersistentQueries,
  noKafkaFormatWithJoinOrGroupBy,
  noPersistentQueryOnWindowedTable,
  windowNeedsGroupBy,
  havingNeedsGroupBy,
  noPartitionByWithGroupBy,
  noPartitionByOfTable,
  noAggregatesInKeys,
  noDuplicateKeys,
  noTableFunctionsWithAggregates,
  tableFunctionsOnlyInSelectOfStreams,
  windowBoundsOnlyInSelect,
  aggregatesNeedGroupBy,
  groupByNeedsAggregates,
  noNestedAggregates,
  noWindowOnTables,
  emitFinalNeedsWindow,
];

export function checkClauses(analysis: QueryAnalysis, purpose: QueryPurpose, env: AnalyzerEnvironment): void {
  for (const rule of RULES) rule(analysis, purpose, env);
}

/** How ksqlDB calls the statement that a query stands in. */
export function statementName({ kind }: QueryPurpose): string {
  switch (kind) {
    case 'CREATE_STREAM':
      return 'CREATE STREAM AS SELECT';
    case 'CREATE_TABLE':
      return 'CREATE TABLE AS SELECT';
    case 'INSERT':
      return 'INSERT INTO';
    case 'PUSH':
    case 'PULL':
      return 'SELECT';
  }
}

/** `true` when the query's rows change rows before them. */
export function producesTable(analysis: QueryAnalysis): boolean {
  return analysis.isAggregation || sourcesOfAnalysis(analysis)[0]!.kind === 'TABLE';
}

function sourcesOfAnalysis(analysis: QueryAnalysis): readonly DataSource[] {
  return leavesOf(analysis.from).map(({ source }) => source.source);
}

function projectionsOf(analysis: QueryAnalysis): readonly Projection[] {
  return analysis.projections.filter((item): item is Projection => item.kind === 'Column');
}

function noLimitInPersistentQueries(analysis: QueryAnalysis, purpose: QueryPurpose): void {
  if (analysis.limit === undefined || !isPersistent(purpose)) return;
  fail('clause', `${statementName(purpose)} statements don't support LIMIT clause.`);
}

function noKafkaFormatWithJoinOrGroupBy(analysis: QueryAnalysis): void {
  const kafka = sourcesOfAnalysis(analysis).filter((source) => source.topic.valueFormat.name === 'KAFKA');
  const clause = analysis.scope.isJoin ? 'JOIN' : analysis.groupBy.length > 0 ? 'GROUP BY' : undefined;
  if (kafka.length === 0 || clause === undefined) return;
  const names = kafka.map((source) => source.name).join(', ');
  fail(
    'format',
    `Source(s) ${names} are using the 'KAFKA' value format. This format does not yet support ${clause}.`,
  );
}

function noPersistentQueryOnWindowedTable(analysis: QueryAnalysis, purpose: QueryPurpose): void {
  if (!isPersistent(purpose)) return;
  const windowed = sourcesOfAnalysis(analysis).some(
    (source) => source.kind === 'TABLE' && source.topic.window !== undefined,
  );
  if (windowed) fail('window', 'KSQL does not support persistent queries on windowed tables.');
}

function windowNeedsGroupBy(analysis: QueryAnalysis): void {
  if (analysis.window === undefined || analysis.groupBy.length > 0) return;
  fail('window', 'WINDOW clause requires a GROUP BY clause.');
}

function havingNeedsGroupBy(analysis: QueryAnalysis): void {
  if (analysis.having === undefined || analysis.groupBy.length > 0) return;
  fail('groupBy', 'HAVING clause requires a GROUP BY clause.', analysis.having.loc);
}

function noPartitionByWithGroupBy(analysis: QueryAnalysis): void {
  if (analysis.partitionBy === undefined || !analysis.isAggregation) return;
  fail('partitionBy', 'PARTITION BY cannot be used together with GROUP BY or aggregate functions.');
}

function noPartitionByOfTable(analysis: QueryAnalysis): void {
  if (analysis.partitionBy === undefined || sourcesOfAnalysis(analysis)[0]!.kind === 'STREAM') return;
  fail('partitionBy', 'PARTITION BY is not supported for tables: the key of a table cannot be changed.');
}

function noAggregatesInKeys(analysis: QueryAnalysis, _purpose: QueryPurpose, env: AnalyzerEnvironment): void {
  for (const key of analysis.groupBy) refuseFunctions(key, 'GROUP BY', env);
  for (const key of analysis.partitionBy ?? []) refuseFunctions(key, 'PARTITION BY', env);
}

function refuseFunctions(key: Expression, clause: string, env: AnalyzerEnvironment): void {
  const [aggregate] = callsOf(key, 'AGGREGATE', env);
  if (aggregate) {
    fail(
      'aggregate',
      `${clause} does not support aggregate functions: ${aggregate.name} is an aggregate function.`,
      aggregate.loc,
    );
  }
  const [table] = callsOf(key, 'TABLE', env);
  if (table)
    fail(
      'tableFunction',
      `${clause} does not support table functions: ${table.name} is a table function.`,
      table.loc,
    );
}

function noDuplicateKeys(analysis: QueryAnalysis, _purpose: QueryPurpose, env: AnalyzerEnvironment): void {
  refuseDuplicates(analysis.groupBy, 'GROUP BY', env);
  refuseDuplicates(analysis.partitionBy ?? [], 'PARTITION BY', env);
}

function refuseDuplicates(keys: readonly Expression[], clause: string, env: AnalyzerEnvironment): void {
  const repeated = keys.find((key, index) =>
    keys.slice(0, index).some((earlier) => sameExpression(earlier, key)),
  );
  if (repeated) fail('clause', `Duplicate ${clause} expression: ${env.print(repeated)}`, repeated.loc);
}

function noTableFunctionsWithAggregates(analysis: QueryAnalysis): void {
  if (analysis.tableFunctions.length === 0 || !analysis.isAggregation) return;
  fail('tableFunction', 'Table functions cannot be used with aggregations.', analysis.tableFunctions[0]!.loc);
}

function tableFunctionsOnlyInSelectOfStreams(
  analysis: QueryAnalysis,
  _purpose: QueryPurpose,
  env: AnalyzerEnvironment,
): void {
  const [inWhere] = analysis.where ? callsOf(analysis.where, 'TABLE', env) : [];
  if (inWhere)
    fail(
      'tableFunction',
      `Table functions can only be used in the SELECT clause: ${inWhere.name}.`,
      inWhere.loc,
    );
  const [first] = analysis.tableFunctions;
  if (first && producesTable(analysis)) {
    fail(
      'tableFunction',
      `Table source is not supported with table functions: ${first.name} needs a stream source.`,
      first.loc,
    );
  }
  const nested = analysis.tableFunctions.find((call) =>
    call.args.some((arg) => hasCallOf(arg, 'TABLE', env)),
  );
  if (nested) fail('tableFunction', `Table functions cannot be nested: ${env.print(nested)}`, nested.loc);
}

function windowBoundsOnlyInSelect(
  analysis: QueryAnalysis,
  _purpose: QueryPurpose,
  env: AnalyzerEnvironment,
): void {
  const inSelect = projectionsOf(analysis).map((projection) => projection.expression);
  const inHaving = analysis.having ? [analysis.having] : [];
  const passed = [...inSelect, ...inHaving].flatMap((node) =>
    callsOf(node, 'AGGREGATE', env).flatMap((call) => call.args),
  );
  for (const expression of [...analysis.groupBy, ...passed, ...inHaving]) refuseBounds(expression);
}

function refuseBounds(expression: Expression): void {
  const bound = columnsIn(expression).find(
    (column) => column.qualifier === undefined && isWindowBound(column.name),
  );
  if (bound === undefined) return;
  const message =
    `Window bounds column ${bound.name} can only be used in the SELECT clause of windowed aggregations ` +
    `and can not be passed to aggregate functions.\nSee https://github.com/confluentinc/ksql/issues/4397`;
  fail('window', message, bound.loc);
}

function aggregatesNeedGroupBy(
  analysis: QueryAnalysis,
  purpose: QueryPurpose,
  env: AnalyzerEnvironment,
): void {
  if (analysis.groupBy.length > 0 || !analysis.isAggregation || !isPersistent(purpose)) return;
  const calls = projectionsOf(analysis).flatMap((projection) =>
    callsOf(projection.expression, 'AGGREGATE', env),
  );
  const names = calls
    .map((call) => env.print(aggregatesOfRowTime(toPhysical(call, analysis.scope), ROWTIME, env)))
    .join(', ');
  fail(
    'groupBy',
    `${statementName(purpose)} statement does not support aggregate function [${names}] without a GROUP BY clause.`,
  );
}

function groupByNeedsAggregates(
  analysis: QueryAnalysis,
  _purpose: QueryPurpose,
  env: AnalyzerEnvironment,
): void {
  if (analysis.groupBy.length === 0) return;
  const expressions = [
    ...projectionsOf(analysis).map((projection) => projection.expression),
    ...(analysis.having ? [analysis.having] : []),
  ];
  if (expressions.some((expression) => hasCallOf(expression, 'AGGREGATE', env))) return;
  fail('groupBy', 'GROUP BY requires aggregate functions in either the SELECT or HAVING clause.');
}

function noNestedAggregates(analysis: QueryAnalysis, _purpose: QueryPurpose, env: AnalyzerEnvironment): void {
  const expressions = projectionsOf(analysis).map((projection) => projection.expression);
  const calls = expressions.flatMap((expression) => callsOf(expression, 'AGGREGATE', env));
  const nested = calls.find((call) => call.args.some((arg) => hasCallOf(arg, 'AGGREGATE', env)));
  if (nested) fail('aggregate', `Aggregate functions can not be nested: ${env.print(nested)}`, nested.loc);
}

function noWindowOnTables(analysis: QueryAnalysis): void {
  if (analysis.window === undefined || sourcesOfAnalysis(analysis)[0]!.kind === 'STREAM') return;
  fail('window', 'Windowing not supported for table aggregations.');
}

function emitFinalNeedsWindow(analysis: QueryAnalysis): void {
  if (analysis.emit !== 'FINAL' || analysis.window !== undefined) return;
  fail('window', 'EMIT FINAL is only supported for windowed aggregations.');
}
