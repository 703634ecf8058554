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

/**
 * An aggregate of `*` or of nothing is one of ROWTIME, which every row has: COUNT(*) counts rows, MAX(*) is the last time.
 * Source: ksqlDB documentation, aggregate functions, "Important".
 */
export function aggregatesOfRowTime(expression: Expression, rowTime: Expression, kinds: Kinds): Expression {
  const node = mapChildren(expression, (child) => aggregatesOfRowTime(child, rowTime, kinds));
  const ofNothing =
    node.kind === 'FunctionCall' &&
    (node.star === true || node.args.length === 0) &&
    kinds.kindOf(node.name) === 'AGGREGATE' &&
    // Rows of a join may lack one side, so they are counted by a literal, and have no ROWTIME for the others.
    (node.name === 'COUNT' || rowTime.kind === 'ColumnRef');
  if (!ofNothing) return node;
  return { kind: 'FunctionCall', name: node.name, args: [rowTime], loc: node.loc };
}

/** The list without repetitions, whatever their places in the text. */
export function distinctExpressions<T extends Expression>(expressions: readonly T[]): readonly T[] {
  return expressions.filter(
    (node, index) => expressions.findIndex((other) => sameExpression(other, node)) === index,
  );
}
