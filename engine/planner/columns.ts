import type { Expression, TypeExpression } from '../ast/expressions';
import type { Catalog, Column, LogicalSchema } from '../catalog/catalog';
import { formatColumn } from '../catalog/schema-text';
import type { SqlType } from '../types/sql-type';
import { fail } from '../analyzer/errors';

/** The type that is written, with custom types looked up. */
export function resolveType(type: TypeExpression, catalog: Catalog): SqlType {
  switch (type.kind) {
    case 'BuiltIn':
      return withoutRepeats(type.type);
    case 'Custom':
      return (
        catalog.getType(type.name) ??
        fail('declaration', `Cannot resolve unknown type: ${type.name}`, type.loc)
      );
    case 'ArrayOf':
      return { kind: 'ARRAY', element: resolveType(type.element, catalog) };
    case 'MapOf':
      return { kind: 'MAP', key: resolveType(type.key, catalog), value: resolveType(type.value, catalog) };
    case 'StructOf':
      return withoutRepeats({
        kind: 'STRUCT',
        fields: type.fields.map((field) => ({ name: field.name, type: resolveType(field.type, catalog) })),
      });
  }
}

/** Fields of a STRUCT have names of their own, at every depth. */
function withoutRepeats(type: SqlType): SqlType {
  if (type.kind === 'ARRAY') withoutRepeats(type.element);
  if (type.kind === 'MAP') withoutRepeats(type.value);
  if (type.kind !== 'STRUCT') return type;
  const seen = new Map<string, Column>();
  for (const field of type.fields) {
    const other = seen.get(field.name);
    if (other !== undefined) {
      const message = `Duplicate field names found in STRUCT: '${formatColumn(other)}' and '${formatColumn(field)}'`;
      fail('declaration', message);
    }
    seen.set(field.name, field);
    withoutRepeats(field.type);
  }
  return type;
}

/** Refuses two columns of one name among the key columns, or among the value columns. */
export function refuseDuplicates(schema: Pick<LogicalSchema, 'key' | 'value'>): void {
  refuseIn(schema.key, 'key');
  refuseIn(schema.value, 'value');
}

function refuseIn(columns: readonly Column[], part: string): void {
  const names = columns.map((column) => column.name);
  const repeated = columns.filter((column, index) => names.indexOf(column.name) !== index);
  if (repeated.length === 0) return;
  const keySuffix = part === 'key' ? ' KEY' : '';
  const list = repeated.map((column) => formatColumn(column) + keySuffix).join(', ');
  fail('duplicateColumn', `Duplicate ${part} columns found in schema: ${list}`);
}

/** A reference to a column of the plan. */
export function columnRef(name: string, loc: Expression['loc']): Expression {
  return { kind: 'ColumnRef', name, loc };
}
