import { assertNever } from '../source/assert-never';
import type { SqlType } from './sql-type';

const IDENTIFIER_QUOTE = /`/g;

/** A name in backticks, as ksqlDB quotes every name in a schema. */
export function quoteName(name: string): string {
  return `\`${name.replace(IDENTIFIER_QUOTE, '``')}\``;
}

/** A type as ksqlDB prints it: ``ARRAY<STRUCT<`A` INTEGER>>``, `DECIMAL(4, 2)`, `MAP<STRING, BIGINT>`. */
export function formatType(type: SqlType): string {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
    case 'STRING':
    case 'BYTES':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return type.kind;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'ARRAY':
      return `ARRAY<${formatType(type.element)}>`;
    case 'MAP':
      return `MAP<${formatType(type.key)}, ${formatType(type.value)}>`;
    case 'STRUCT':
      return `STRUCT<${type.fields.map((f) => `${quoteName(f.name)} ${formatType(f.type)}`).join(', ')}>`;
    default:
      return assertNever(type, 'type');
  }
}

/** As {@link formatType}; a NULL literal has no type and prints as `null`. */
export function formatTypeOrNull(type: SqlType | null): string {
  return type === null ? 'null' : formatType(type);
}
