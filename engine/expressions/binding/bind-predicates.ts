import type { Expression } from '../../ast/expressions';
import { formatExpression } from '../../printer';
import { BOOLEAN } from '../../types/type-rules';
import { formatType } from '../../types/type-text';
import type { Bound } from '../bound';
import { commonTypeOf } from '../coercion';
import { failStatement } from '../errors';
import { likeMatcher } from '../like';
import { bindAs } from './bind-constructors';
import { equalTo } from './comparable';
import { typed } from './context';
import type { BindingContext } from './context';
import { apply, constant, negated } from './nodes';

function bindCondition(b: BindingContext, e: Expression, parent: Expression): Bound {
  const bound = b.bind(e);
  if (bound.type === null || bound.type.kind === 'BOOLEAN') return bound;
  return failStatement(
    `Unsupported expression: ${formatExpression(e)} is ${formatType(bound.type)} where BOOLEAN is expected`,
    parent,
  );
}

export function bindLike(b: BindingContext, e: Extract<Expression, { kind: 'Like' }>): Bound {
  const [value, pattern] = [b.bind(e.value), b.bind(e.pattern)];
  for (const [operand, bound] of [
    [e.value, value],
    [e.pattern, pattern],
  ] as const) {
    if (bound.type !== null && bound.type.kind !== 'STRING') {
      return failStatement(
        `Like expression requires STRING types: ${formatExpression(operand)} is ${formatType(bound.type)}`,
        e,
      );
    }
  }
  return negated(
    apply(
      likeMatcher(pattern.kind === 'Constant' ? pattern.value : undefined, e.escape),
      [value, pattern],
      BOOLEAN,
    ),
    e.negated,
  );
}

export function bindInList(b: BindingContext, e: Extract<Expression, { kind: 'InList' }>): Bound {
  const all = [e.value, ...e.items].map((x) => typed(b, x));
  const common = commonTypeOf(all, (x) => b.typeOf(x), 'Invalid Predicate: ');
  if (common === null) return constant(e.negated, BOOLEAN);
  const id = b.newId();
  const tests = e.items
    .filter((item) => item.kind !== 'NullLiteral')
    .map((item) => equalTo({ kind: 'Reuse', id, type: common }, bindAs(b, item, common), common));
  const any = tests.reduce<Bound>(
    (left, right) => ({ kind: 'Logical', op: 'OR', left, right, type: BOOLEAN }),
    constant(false, BOOLEAN),
  );
  return negated({ kind: 'Let', id, value: bindAs(b, e.value, common), body: any, type: BOOLEAN }, e.negated);
}

export function bindLogical(b: BindingContext, e: Extract<Expression, { kind: 'LogicalBinary' }>): Bound {
  return {
    kind: 'Logical',
    op: e.op,
    left: bindCondition(b, e.left, e),
    right: bindCondition(b, e.right, e),
    type: BOOLEAN,
  };
}

export function bindNot(b: BindingContext, e: Extract<Expression, { kind: 'Not' }>): Bound {
  return { kind: 'Not', operand: bindCondition(b, e.operand, e), type: BOOLEAN };
}
