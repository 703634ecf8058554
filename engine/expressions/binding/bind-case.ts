import type { Expression } from '../../ast/expressions';
import { formatExpression } from '../../printer';
import type { SqlType } from '../../types/sql-type';
import { typesEqual } from '../../types/type-rules';
import { formatType } from '../../types/type-text';
import type { Bound } from '../bound';
import { failExpression } from '../errors';
import type { BindingContext } from './context';
import { constant } from './nodes';

export function bindCase(b: BindingContext, e: Extract<Expression, { kind: 'SearchedCase' }>): Bound {
  const whens = e.whens.map((w) => ({ when: whenCondition(b, w.condition), then: b.bind(w.result) }));
  const otherwise = e.otherwise === undefined ? constant(null, null) : b.bind(e.otherwise);
  const type =
    thenType(
      e,
      whens.map((w) => w.then.type),
    ) ?? otherwise.type;
  if (type === null)
    return failExpression('KE2406', 'Invalid Case expression. All case branches have NULL type', e.loc);
  if (otherwise.type !== null && !typesEqual(type, otherwise.type)) {
    return failExpression(
      'KE2406',
      `Invalid Case expression. Type for the default clause should be the same as for 'THEN' clauses. ` +
        `THEN type: ${formatType(type)}. DEFAULT type: ${formatType(otherwise.type)}.`,
      e.loc,
      'Cast the branches to one type.',
    );
  }
  return { kind: 'Case', whens, otherwise, type };
}

function whenCondition(b: BindingContext, e: Expression): Bound {
  const bound = b.bind(e);
  if (bound.type === null || bound.type.kind === 'BOOLEAN') return bound;
  return failExpression(
    'KE2406',
    `WHEN operand type should be boolean.\nType for '${formatExpression(e)}' is ${formatType(bound.type)}`,
    e.loc,
  );
}

function thenType(
  e: Extract<Expression, { kind: 'SearchedCase' }>,
  types: readonly (SqlType | null)[],
): SqlType | null {
  const first = types.find((type) => type !== null) ?? null;
  const odd = types.findIndex((type) => type !== null && first !== null && !typesEqual(type, first));
  if (first === null || odd < 0) return first;
  const result = e.whens[odd]!.result;
  return failExpression(
    'KE2406',
    `Invalid Case expression. Type for all 'THEN' clauses should be the same.\n` +
      `THEN expression '${formatExpression(result)}' has type: ${formatType(types[odd]!)}.\n` +
      `Previous THEN expression(s) type: ${formatType(first)}.`,
    result.loc,
    'Cast the branches to one type.',
  );
}
