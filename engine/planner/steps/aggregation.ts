import type { Expression, FunctionCall } from '../../ast/expressions';
import { mapChildren, sameExpression } from '../../ast/rewrite';
import { fail } from '../../analyzer/errors';
import { aggregatesOfRowTime, callsOf, distinctExpressions, hasCallOf } from '../../analyzer/function-calls';
import { isWindowBound } from '../../analyzer/pseudo-columns';
import { toPhysical } from '../../analyzer/scope';
import { columnsIn } from '../../analyzer/select-items';
import type { Projection } from '../../analyzer/select-items';
import { NOWHERE } from '../../source/source';
import { columnRef } from '../columns';
import type { Build } from './node';

/** What a grouped query computes, over the columns of the step that it reads. */
export interface Aggregation {
  readonly groupBy: readonly Expression[];
  readonly projections: readonly { readonly alias: string; readonly expression: Expression }[];
  readonly having?: Expression;
  /** In the order of SELECT, then HAVING; repetitions stay, as each has a column of its own. */
  readonly calls: readonly FunctionCall[];
}

/** What COUNT(*) counts: a column that no row lacks. Rows of a join may lack those of one side. */
export function countedColumn({ analysis }: Build): Expression {
  return analysis.scope.isJoin
    ? { kind: 'IntegerLiteral', value: 1, loc: NOWHERE }
    : columnRef('ROWTIME', NOWHERE);
}

/** Resolves what a grouped query computes, over the columns of the step that it reads. */
export function resolveAggregation(projections: readonly Projection[], build: Build): Aggregation {
  const { analysis, env } = build;
  const physical = (expression: Expression) =>
    aggregatesOfRowTime(toPhysical(expression, analysis.scope), countedColumn(build), env);
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

export function refuseUngrouped({ groupBy, projections, having }: Aggregation, { env }: Build): void {
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

export function refuseOnTables({ calls }: Aggregation, { env }: Build): void {
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
