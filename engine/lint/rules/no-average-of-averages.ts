import type { Expression } from '../../ast/expressions';
import { expressionsOf, sourcesOf, walkExpression } from '../../ast/walk';
import type { Relation } from '../../ast/statements';
import { queryOf } from '../rule';
import type { Averages, LintRule } from '../rule';

/** AVG(x) and SUM(x) / … over a column that is an average or a ratio already. */
export const noAverageOfAverages: LintRule = {
  code: 'KE5006',
  name: 'no-average-of-averages',
  severity: 'error',
  why: 'The mean of means weighs a quiet window like a busy one: only sums and counts can be put together.',
  check: ({ statement }, context) => {
    const query = queryOf(statement);
    if (!query) return [];
    const averages = expressionsOf(query).flatMap((expression) =>
      [...walkExpression(expression)].filter(isAveraging),
    );
    return averages.flatMap((averaging) => {
      const column = averagedColumns(averaging).find((inner) => isAverageColumn(inner, query.from, context));
      if (!column) return [];
      const message = `"${column.name}" is an average already, and is averaged again`;
      return [
        {
          span: averaging.loc,
          message,
          hint: 'Carry the sum and the count through, and divide once, at the end.',
        },
      ];
    });
  },
};

/** Whether the value is a mean or a ratio of what was aggregated: AVG(…), SUM(…) / COUNT(…). */
export function isAveraging(expression: Expression): boolean {
  if (expression.kind === 'FunctionCall') return expression.name === 'AVG';
  if (expression.kind !== 'ArithmeticBinary' || expression.op !== '/') return false;
  return containsSum(expression.left) && containsSum(expression.right);
}

const SUMS: ReadonlySet<string> = new Set(['SUM', 'COUNT', 'COUNT_DISTINCT']);

function containsSum(expression: Expression): boolean {
  return [...walkExpression(expression)].some((node) => node.kind === 'FunctionCall' && SUMS.has(node.name));
}

type Column = Extract<Expression, { kind: 'ColumnRef' }>;

/** What is summed up: the argument of AVG, those of the dividend's SUMs. */
function averagedColumns(averaging: Expression): readonly Column[] {
  const summed =
    averaging.kind === 'ArithmeticBinary' ? [...walkExpression(averaging.left)].filter(isSum) : [averaging];
  return summed.flatMap((call) => [...walkExpression(call)].filter((node) => node.kind === 'ColumnRef'));
}

function isSum(expression: Expression): boolean {
  return expression.kind === 'FunctionCall' && expression.name === 'SUM';
}

/** Whether a column of the query's sources is known to hold an average. */
export function isAverageColumn(column: Column, from: Relation, context: Averages): boolean {
  return sourcesOf(from)
    .filter(({ alias }) => column.qualifier === undefined || column.qualifier === alias)
    .some(({ name }) => context.isAverage(name, column.name));
}
