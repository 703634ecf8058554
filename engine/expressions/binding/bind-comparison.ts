import type { Expression } from '../../ast/expressions';
import { formatExpression } from '../../printer';
import { parseTimestampText } from '../../types/temporal-text';
import { BIGINT, BOOLEAN } from '../../types/type-rules';
import { formatTypeOrNull } from '../../types/type-text';
import type { Bound } from '../bound';
import { failExpression, failStatement } from '../errors';
import { comparableSides } from './comparable';
import type { ComparableSides } from './comparable';
import type { BindingContext } from './context';
import { constant, negated } from './nodes';

const COMPARISON_NAMES = {
  '=': 'EQUAL',
  '<>': 'NOT_EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
  'IS DISTINCT FROM': 'IS_DISTINCT_FROM',
  'IS NOT DISTINCT FROM': 'IS_NOT_DISTINCT_FROM',
} as const;

/** BIGINT columns that compare with timestamps written as text. */
const TIME_COLUMN = /(?:^|_)(?:ROWTIME|WINDOWSTART|WINDOWEND)$/;

export function bindComparison(b: BindingContext, e: Extract<Expression, { kind: 'Comparison' }>): Bound {
  const nullSafe = e.op === 'IS DISTINCT FROM' || e.op === 'IS NOT DISTINCT FROM';
  const op = e.op === 'IS DISTINCT FROM' ? '<>' : e.op === 'IS NOT DISTINCT FROM' ? '=' : e.op;
  if (!nullSafe && (e.left.kind === 'NullLiteral' || e.right.kind === 'NullLiteral'))
    return failNullComparison(b, e);
  const sides = comparable(b, e.left, e.right, op);
  if (sides !== undefined) return { kind: 'Compare', op, ...sides, nullSafe, type: BOOLEAN };
  return failComparison(b, e);
}

/** Such a comparison is never TRUE: its author meant IS NULL. */
function failNullComparison(b: BindingContext, e: Extract<Expression, { kind: 'Comparison' }>): never {
  const [l, r] = [e.left, e.right].map((x) => formatTypeOrNull(b.typeOf(x)).replace('null', 'NULL'));
  return failStatement(
    `Comparison with NULL not supported: ${l} ${e.op} ${r}\nUse 'IS NULL' or 'IS NOT NULL' instead.`,
    e,
  );
}

function failComparison(b: BindingContext, e: Extract<Expression, { kind: 'Comparison' }>): never {
  const [l, r] = [e.left, e.right].map((x) => `${formatExpression(x)} (${formatTypeOrNull(b.typeOf(x))})`);
  return failStatement(`Cannot compare ${l} to ${r} with ${COMPARISON_NAMES[e.op]}.`, e);
}

/** Both sides brought to one type, and how that type compares; undefined where they do not compare. */
function comparable(
  b: BindingContext,
  leftExpression: Expression,
  rightExpression: Expression,
  op: string,
): ComparableSides | undefined {
  const left = withTimeText(b, b.bind(leftExpression), leftExpression, rightExpression);
  const right = withTimeText(b, b.bind(rightExpression), rightExpression, leftExpression);
  return comparableSides(left, right, op === '=' || op === '<>');
}

/** ROWTIME and the window bounds are BIGINT; a text literal beside them is a timestamp. */
function withTimeText(b: BindingContext, bound: Bound, e: Expression, other: Expression): Bound {
  if (e.kind !== 'StringLiteral' || !isTimeColumn(b, other)) return bound;
  try {
    return constant(parseTimestampText(e.value), BIGINT);
  } catch (error) {
    return failExpression(
      'KE2404',
      `Failed to parse timestamp '${e.value}': ${(error as Error).message}`,
      e.loc,
    );
  }
}

function isTimeColumn(b: BindingContext, e: Expression): boolean {
  return e.kind === 'ColumnRef' && TIME_COLUMN.test(e.name) && b.typeOf(e)?.kind === 'BIGINT';
}

/** `x BETWEEN a AND b` is `x >= a AND x <= b` with x evaluated once. */
export function bindBetween(b: BindingContext, e: Extract<Expression, { kind: 'Between' }>): Bound {
  const value = b.bind(e.value);
  const id = b.newId();
  const simple = value.kind === 'Column' || value.kind === 'Constant' || value.kind === 'LambdaParameter';
  const once: Bound = simple ? value : { kind: 'Reuse', id, type: value.type };
  const low = bindLimit(b, e, '>=', once, e.low);
  const high = bindLimit(b, e, '<=', once, e.high);
  const both: Bound = { kind: 'Logical', op: 'AND', left: low, right: high, type: BOOLEAN };
  return negated(simple ? both : { kind: 'Let', id, value, body: both, type: BOOLEAN }, e.negated);
}

function bindLimit(
  b: BindingContext,
  e: Extract<Expression, { kind: 'Between' }>,
  op: '>=' | '<=',
  value: Bound,
  limit: Expression,
): Bound {
  const sides = comparableSides(value, withTimeText(b, b.bind(limit), limit, e.value), false);
  if (sides !== undefined) return { kind: 'Compare', op, ...sides, nullSafe: false, type: BOOLEAN };
  return failComparison(b, { kind: 'Comparison', op, left: e.value, right: limit, loc: e.loc });
}
