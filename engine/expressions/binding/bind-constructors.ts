import type { Expression } from '../../ast/expressions';
import { formatExpression } from '../../printer';
import { implicitCasterOf } from '../../types/cast';
import type { SqlType } from '../../types/sql-type';
import { STRING } from '../../types/type-rules';
import { formatType } from '../../types/type-text';
import type { Bound } from '../bound';
import { commonTypeOf } from '../coercion';
import { failExpression } from '../errors';
import { typed } from './context';
import type { BindingContext } from './context';
import { readText } from './literal-text';
import { constant, convert } from './nodes';

/** Binds an item of a list at the list's common type, constructors through and through. */
export function bindAs(b: BindingContext, e: Expression, type: SqlType): Bound {
  if (e.kind === 'StringLiteral' && type.kind !== 'STRING')
    return constant(readText(e.value.trim(), type), type);
  if (e.kind === 'CreateArray' && type.kind === 'ARRAY') {
    return { kind: 'MakeArray', items: e.items.map((item) => bindAs(b, item, type.element)), type };
  }
  if (e.kind === 'CreateMap' && type.kind === 'MAP') {
    const entries = e.entries.map((x) => ({
      key: bindAs(b, x.key, type.key),
      value: bindAs(b, x.value, type.value),
    }));
    return { kind: 'MakeMap', entries, type };
  }
  if (e.kind === 'CreateStruct' && type.kind === 'STRUCT') {
    const items = type.fields.map((f) => {
      const field = e.fields.find((x) => x.name === f.name);
      return field === undefined ? constant(null, f.type) : bindAs(b, field.value, f.type);
    });
    return { kind: 'MakeArray', items, type };
  }
  return convert(b.bind(e), type);
}

export function bindArray(b: BindingContext, e: Extract<Expression, { kind: 'CreateArray' }>): Bound {
  if (e.items.length === 0) {
    return failExpression(
      'KE2404',
      'Array constructor cannot be empty. Please supply at least one element (see https://github.com/confluentinc/ksql/issues/4239).',
      e.loc,
    );
  }
  const element = commonTypeOf(
    e.items.map((item) => typed(b, item)),
    (x) => b.typeOf(x),
  );
  if (element === null) {
    return failExpression(
      'KE2404',
      'Cannot construct an array with all NULL elements (see https://github.com/confluentinc/ksql/issues/4239). ' +
        'As a workaround, you may cast a NULL value to the desired type.',
      e.loc,
    );
  }
  return bindAs(b, e, { kind: 'ARRAY', element });
}

export function bindMap(b: BindingContext, e: Extract<Expression, { kind: 'CreateMap' }>): Bound {
  if (e.entries.length === 0) {
    return failExpression(
      'KE2404',
      'Map constructor cannot be empty. Please supply at least one key value pair (see https://github.com/confluentinc/ksql/issues/4239).',
      e.loc,
    );
  }
  const key = commonTypeOf(
    e.entries.map((x) => typed(b, x.key)),
    (x) => b.typeOf(x),
  );
  const value = commonTypeOf(
    e.entries.map((x) => typed(b, x.value)),
    (x) => b.typeOf(x),
  );
  if (key === null) return failExpression('KE2404', 'Cannot construct a map with all NULL keys', e.loc);
  if (value === null) {
    return failExpression(
      'KE2404',
      'Cannot construct a map with all NULL values (see https://github.com/confluentinc/ksql/issues/4239). As a workaround, you may cast a NULL value to the desired type.',
      e.loc,
    );
  }
  return bindAs(b, e, { kind: 'MAP', key, value });
}

export function bindStruct(b: BindingContext, e: Extract<Expression, { kind: 'CreateStruct' }>): Bound {
  const duplicate = e.fields.find((f, i) => e.fields.findIndex((x) => x.name === f.name) < i);
  if (duplicate !== undefined) {
    return failExpression('KE2404', `Duplicate field names found in STRUCT: '${formatExpression(e)}'`, e.loc);
  }
  const items = e.fields.map((f) => ({ name: f.name, bound: b.bind(f.value) }));
  const fields = items.map(({ name, bound }) => ({ name, type: bound.type ?? STRING }));
  return { kind: 'MakeArray', items: items.map((x) => x.bound), type: { kind: 'STRUCT', fields } };
}

export function convertItem(bound: Bound, type: SqlType, e: Expression): Bound {
  if (bound.type === null || implicitCasterOf(bound.type, type) !== undefined) return convert(bound, type);
  if (bound.type.kind === 'BIGINT' && type.kind === 'INTEGER') return convert(bound, type);
  return failExpression(
    'KE2404',
    `Expected ${formatType(type)} type, got: ${formatType(bound.type)} for ${formatExpression(e)}`,
    e.loc,
  );
}
