import type { TypeExpression } from '../ast/expressions';
import { assertNever } from '../source/assert-never';
import type { SqlType } from '../types/sql-type';
import { formatName, quoteName } from './names';

export interface TypeFormat {
  /** Names of STRUCT fields in backticks: in schemas always, in statements where they need them (the default). */
  readonly quoteFields?: 'always' | 'needed';
}

/** `MAP<STRING, ARRAY<INTEGER>>`; the names are the ones that ksqlDB shows (STRING, INTEGER). */
export function formatType(type: TypeExpression | SqlType, format: TypeFormat = {}): string {
  if (isWritten(type)) return formatWritten(type, format);
  switch (type.kind) {
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'ARRAY':
      return `ARRAY<${formatType(type.element, format)}>`;
    case 'MAP':
      return `MAP<${formatType(type.key, format)}, ${formatType(type.value, format)}>`;
    case 'STRUCT':
      return formatStruct(type.fields, format);
    default:
      return type.kind;
  }
}

function isWritten(type: TypeExpression | SqlType): type is TypeExpression {
  return 'loc' in type;
}

function formatWritten(type: TypeExpression, format: TypeFormat): string {
  switch (type.kind) {
    case 'BuiltIn':
      return formatType(type.type, format);
    case 'Custom':
      return formatName(type.name);
    case 'ArrayOf':
      return `ARRAY<${formatType(type.element, format)}>`;
    case 'MapOf':
      return `MAP<${formatType(type.key, format)}, ${formatType(type.value, format)}>`;
    case 'StructOf':
      return formatStruct(type.fields, format);
    default:
      return assertNever(type, 'type');
  }
}

interface Field {
  readonly name: string;
  readonly type: TypeExpression | SqlType;
}

function formatStruct(fields: readonly Field[], format: TypeFormat): string {
  const quote = format.quoteFields === 'always' ? quoteName : formatName;
  return `STRUCT<${fields.map(({ name, type }) => `${quote(name)} ${formatType(type, format)}`).join(', ')}>`;
}
