import type { Expression } from '../ast/expressions';
import type { Query, WindowExpression } from '../ast/statements';
import { expressionsOf } from '../ast/walk';
import type { Catalog } from '../catalog/catalog';
import type { AnalyzedWindow, AnalyzerEnvironment, QueryAnalysis, QueryPurpose } from './analysis';
import { isPersistent } from './analysis';
import { checkClauses } from './clause-rules';
import { durationMs } from './durations';
import { callsOf, distinctExpressions, hasCallOf } from './function-calls';
import { analyzeFrom, viableKeys } from './joins';
import type { JoinTree } from './joins';
import { isSystemColumn, WINDOW_BOUNDS } from './pseudo-columns';
import { createScope, hasColumn, physicalColumns, qualify, requireQualifiers, toPhysical } from './scope';
import type { QueryScope } from './scope';
import { requireColumns, resolveSelect } from './select-items';
import type { Projection, ProjectionItem } from './select-items';
import { fail } from './errors';

/**
 * Resolves a query's names and checks its clauses. Everything that needs the types of expressions, the key of the result or
 * formats is left to the planner.
 */
export function analyzeQuery(
  query: Query,
  purpose: QueryPurpose,
  catalog: Catalog,
  env: AnalyzerEnvironment,
): QueryAnalysis {
  const scope = createScope(query.from, catalog);
  for (const expression of expressionsOf(query)) requireQualifiers(expression, scope);
  const resolved = resolveClauses(query, scope, purpose, env);
  if (isPersistent(purpose)) refuseReservedNames(resolved.projections);
  const from = analyzeFrom(query.from, scope, env.print);
  const analysis = withSyntheticKey(complete(query, scope, from, resolved, env), query);
  checkColumns(analysis);
  checkClauses(analysis, purpose, env);
  return analysis;
}

type Clauses = Pick<QueryAnalysis, 'projections' | 'where' | 'groupBy' | 'partitionBy' | 'having'>;

function resolveClauses(
  query: Query,
  scope: QueryScope,
  purpose: QueryPurpose,
  env: AnalyzerEnvironment,
): Clauses {
  const columns = physicalColumns(scope);
  const typeOf = (expression: Expression) => env.typeOf(toPhysical(expression, scope), columns);
  const resolve = (expression: Expression) => qualify(expression, scope);
  const options = {
    expandStars: query.partitionBy === undefined,
    windowBounds: scope.isJoin || !isPersistent(purpose),
    typeOf,
  };
  return {
    projections: resolveSelect(query.select, scope, options),
    where: query.where && resolve(query.where),
    groupBy: (query.groupBy ?? []).map(resolve),
    partitionBy: query.partitionBy && partitionKeys(query.partitionBy).map(resolve),
    having: query.having && resolve(query.having),
  };
}

/** A bare star over a join with a synthesised key has that key, too, in front of all. */
function withSyntheticKey(analysis: QueryAnalysis, query: Query): QueryAnalysis {
  const { syntheticKey: name, projections } = analysis;
  const star = query.select.findIndex((item) => item.kind === 'Star' && item.qualifier === undefined);
  if (name === undefined || star < 0 || query.partitionBy !== undefined) return analysis;
  const { loc } = query.select[star]!;
  const key: Projection = {
    kind: 'Column',
    expression: { kind: 'ColumnRef', name, loc },
    alias: name,
    loc,
    fromStar: true,
  };
  return { ...analysis, projections: [key, ...projections] };
}

/** PARTITION BY NULL removes the key; NULL cannot be one of several. */
function partitionKeys(keys: readonly Expression[]): readonly Expression[] {
  if (keys.length === 0) fail('partitionBy', 'PARTITION BY requires at least one expression');
  const nulls = keys.filter((key) => key.kind === 'NullLiteral');
  if (nulls.length === 0) return keys;
  if (keys.length > 1)
    fail('partitionBy', 'Cannot PARTITION BY multiple columns including NULL', nulls[0]!.loc);
  return [];
}

function refuseReservedNames(projections: readonly ProjectionItem[]): void {
  for (const item of projections) {
    if (item.kind === 'Star' || !isSystemColumn(item.alias)) continue;
    fail(
      'reservedColumn',
      `Reserved column name in select: \`${item.alias}\`. Please remove or alias the column.`,
      item.loc,
    );
  }
}

function complete(
  query: Query,
  scope: QueryScope,
  from: JoinTree,
  clauses: Clauses,
  env: AnalyzerEnvironment,
): QueryAnalysis {
  const expressions = columnsOf(clauses.projections).map((projection) => projection.expression);
  const aggregating = [...expressions, ...(clauses.having ? [clauses.having] : [])];
  return {
    ...clauses,
    scope,
    from,
    window: query.window && analyzeWindow(query.window),
    emit: query.emit,
    limit: query.limit,
    isAggregation:
      clauses.groupBy.length > 0 || aggregating.some((node) => hasCallOf(node, 'AGGREGATE', env)),
    tableFunctions: distinctExpressions(expressions.flatMap((node) => callsOf(node, 'TABLE', env))),
    syntheticKey: syntheticKey(from, scope),
  };
}

/** The projection's columns; a star that is still one has none. */
export function columnsOf(projections: readonly ProjectionItem[]): readonly Projection[] {
  return projections.filter((item): item is Projection => item.kind === 'Column');
}

function analyzeWindow(window: WindowExpression): AnalyzedWindow {
  const graceMs = window.grace && durationMs(window.grace);
  const retentionMs = window.retention && durationMs(window.retention);
  const sizeMs = durationMs(window.kind === 'SESSION' ? window.gap : window.size);
  const advanceMs = window.kind === 'HOPPING' ? durationMs(window.advance) : sizeMs;
  return { type: window.kind, sizeMs, advanceMs, graceMs, retentionMs };
}

/** ROWKEY, or ROWKEY_1, … when sources have columns of that name. */
function syntheticKey(from: JoinTree, scope: QueryScope): string | undefined {
  if (from.kind === 'Source' || viableKeys(from).length > 0) return undefined;
  const taken = (name: string) => scope.sources.some((source) => hasColumn(source, name));
  if (!taken('ROWKEY')) return 'ROWKEY';
  let n = 1;
  while (taken(`ROWKEY_${n}`)) n++;
  return `ROWKEY_${n}`;
}

/** Refuses columns that do not exist, clause by clause. */
function checkColumns(analysis: QueryAnalysis): void {
  const { scope, syntheticKey: key, window } = analysis;
  const joinKey = key === undefined ? [] : [key];
  const bounds = window === undefined ? [] : WINDOW_BOUNDS.map((column) => column.name);
  const anywhere = new Set(joinKey);
  const afterWindowing = new Set([...joinKey, ...bounds]);
  for (const item of columnsOf(analysis.projections))
    requireColumns(item.expression, scope, 'SELECT', afterWindowing);
  if (analysis.where) requireColumns(analysis.where, scope, 'WHERE', new Set([...anywhere, ...bounds]));
  for (const key of analysis.groupBy) requireColumns(key, scope, 'GROUP BY', afterWindowing);
  for (const key of analysis.partitionBy ?? []) requireColumns(key, scope, 'PARTITION BY', anywhere);
  if (analysis.having) requireColumns(analysis.having, scope, 'HAVING', afterWindowing);
}
