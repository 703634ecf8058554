import type { Expression, TypeExpression } from '../../ast/expressions';
import { assertNever } from '../../source/assert-never';
import { casterOf } from '../../types/cast';
import type { SqlType } from '../../types/sql-type';
import { typesEqual } from '../../types/type-rules';
import { formatType } from '../../types/type-text';
import type { Bound } from '../bound';
import { failExpression, failStatement } from '../errors';
import type { BindingContext } from './context';
import { constant } from './nodes';

export function bindCast(b: BindingContext, e: Extract<Expression, { kind: 'Cast' }>): Bound {
  const operand = b.bind(e.operand);
  const type = resolveType(b, e.type);
  if (operand.type === null) return constant(null, type);
  const caster = casterOf(operand.type, type);
  if (caster === undefined) {
    return failStatement(`Cast of ${formatType(operand.type)} to ${formatType(type)} is not supported`, e);
  }
  return typesEqual(operand.type, type) ? operand : { kind: 'Convert', caster, operand, guarded: true, type };
}

export function resolveType(b: BindingContext, type: TypeExpression): SqlType {
  switch (type.kind) {
    case 'BuiltIn':
      return type.type;
    case 'Custom':
      return (
        b.types?.(type.name) ??
        failExpression('KE2404', `Cannot resolve unknown type: ${type.name}`, type.loc)
      );
    case 'ArrayOf':
      return { kind: 'ARRAY', element: resolveType(b, type.element) };
    case 'MapOf':
      return { kind: 'MAP', key: resolveType(b, type.key), value: resolveType(b, type.value) };
    case 'StructOf':
      return {
        kind: 'STRUCT',
        fields: type.fields.map((f) => ({ name: f.name, type: resolveType(b, f.type) })),
      };
    default:
      return assertNever(type, 'type');
  }
}
