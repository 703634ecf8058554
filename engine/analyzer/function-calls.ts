import { mapChildren, sameExpression } from '../ast/rewrite';
import { walkExpression } from '../ast/walk';
import type { Expression, FunctionCall } from '../ast/expressions';
import type { AnalyzerEnvironment, FunctionKind } from './analysis';

type Kinds = Pick<AnalyzerEnvironment, 'kindOf'>;

/** Calls of one kind of function in the order of the text, outer before inner. */
export function callsOf(
  expression: Expression,
  kind: FunctionKind,
  { kindOf }: Kinds,
): readonly FunctionCall[] {
  return [...walkExpression(expression)].filter(
    (node): node is FunctionCall => node.kind === 'FunctionCall' && kindOf(node.name) === kind,
  );
}

export function hasCallOf(expression: Expression, kind: FunctionKind, kinds: Kinds): boolean {
  return callsOf(expression, kind, kinds).length > 0;
}

/** COUNT(*) and COUNT() count rows: every row has a ROWTIME, so they become COUNT(ROWTIME). */
export function countRows(expression: Expression, rowTime: Expression): Expression {
  const node = mapChildren(expression, (child) => countRows(child, rowTime));
  const countsRows =
    node.kind === 'FunctionCall' && node.name === 'COUNT' && (node.star === true || node.args.length === 0);
  if (!countsRows) return node;
  return { kind: 'FunctionCall', name: node.name, args: [rowTime], loc: node.loc };
}

/** The list without repetitions, whatever their places in the text. */
export function distinctExpressions<T extends Expression>(expressions: readonly T[]): readonly T[] {
  return expressions.filter(
    (node, index) => expressions.findIndex((other) => sameExpression(other, node)) === index,
  );
}
