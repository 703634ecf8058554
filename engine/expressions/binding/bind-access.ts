import type { Expression } from '../../ast/expressions';
import { formatExpression } from '../../printer';
import type { SqlValue } from '../../types/sql-type';
import { INTEGER } from '../../types/type-rules';
import { formatTypeOrNull } from '../../types/type-text';
import type { Bound } from '../bound';
import { failExpression } from '../errors';
import { convertItem } from './bind-constructors';
import type { BindingContext } from './context';
import { apply } from './nodes';

export function bindDereference(b: BindingContext, e: Extract<Expression, { kind: 'Dereference' }>): Bound {
  const base = b.bind(e.base);
  if (base.type?.kind !== 'STRUCT') {
    return failExpression('KE2404', `Expected STRUCT type, got: ${formatTypeOrNull(base.type)}`, e.loc);
  }
  const index = base.type.fields.findIndex((f) => f.name === e.field);
  if (index < 0) {
    return failExpression(
      'KE2405',
      `Could not find field '${e.field}' in '${formatExpression(e.base)}'.`,
      e.loc,
    );
  }
  return { kind: 'Field', base, index, type: base.type.fields[index]!.type };
}

export function bindSubscript(b: BindingContext, e: Extract<Expression, { kind: 'Subscript' }>): Bound {
  const [base, index] = [b.bind(e.base), b.bind(e.index)];
  if (base.type?.kind === 'MAP')
    return apply(mapElement, [base, convertItem(index, base.type.key, e.index)], base.type.value);
  if (base.type?.kind === 'ARRAY')
    return apply(arrayElement, [base, convertItem(index, INTEGER, e.index)], base.type.element);
  return failExpression('KE2404', `Expected ARRAY or MAP type, got: ${formatTypeOrNull(base.type)}`, e.loc);
}

/** 1-based; negative counts from the end; null where there is no such element. */
function arrayElement(array: readonly SqlValue[], index: number): SqlValue {
  const at = index > 0 ? index - 1 : array.length + index;
  return index === 0 || at < 0 || at >= array.length ? null : array[at];
}

function mapElement(map: ReadonlyMap<SqlValue, SqlValue>, key: SqlValue): SqlValue {
  return map.get(key) ?? null;
}
