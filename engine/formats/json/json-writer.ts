import { assertNever } from '../../source/assert-never';
import type { BigDecimal } from '../../types/decimal';
import { doubleToText } from '../../types/number-text';
import type { SqlType, StructField } from '../../types/sql-type';
import { valueToText } from '../../types/value-text';

/** A value's JSON text. */
export type JsonWriter = (value: unknown) => string;

export function jsonWriter(type: SqlType): JsonWriter {
  const write = nonNullWriter(type);
  return (value) => (value === null || value === undefined ? 'null' : write(value));
}

function nonNullWriter(type: SqlType): JsonWriter {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return String;
    case 'DOUBLE':
      return (value) => (Number.isFinite(value) ? doubleToText(value as number) : `"${String(value)}"`);
    case 'DECIMAL':
      return (value) => (value as BigDecimal).toPlainString();
    case 'STRING':
      return (value) => JSON.stringify(value);
    case 'BYTES':
      return (value) => `"${(value as Buffer).toString('base64')}"`;
    case 'ARRAY': {
      const element = jsonWriter(type.element);
      return (value) => `[${(value as unknown[]).map(element).join(',')}]`;
    }
    case 'MAP':
      return mapWriter(type);
    case 'STRUCT':
      return jsonFieldsWriter(type.fields) as JsonWriter;
    default:
      return assertNever(type, 'type');
  }
}

function mapWriter(type: SqlType & { kind: 'MAP' }): JsonWriter {
  const write = jsonWriter(type.value);
  const keyText = (key: unknown): string => (typeof key === 'string' ? key : valueToText(key, type.key));
  return (value) => {
    const entries: string[] = [];
    for (const [key, item] of value as Map<unknown, unknown>)
      entries.push(`${JSON.stringify(keyText(key))}:${write(item)}`);
    return `{${entries.join(',')}}`;
  };
}

/** Writes a row as an object with every field, NULLs too. */
export function jsonFieldsWriter(fields: readonly StructField[]): (row: readonly unknown[]) => string {
  const writers = fields.map((field) => jsonWriter(field.type));
  const labels = fields.map((field, index) => `${index === 0 ? '' : ','}${JSON.stringify(field.name)}:`);
  return (row) => {
    let text = '{';
    for (let i = 0; i < writers.length; i++) text += labels[i]! + writers[i]!(row[i]);
    return `${text}}`;
  };
}
