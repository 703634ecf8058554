import { assertNever } from '../../source/assert-never';
import type { BigDecimal } from '../../types/decimal';
import { doubleToText } from '../../types/number-text';
import type { SqlType, StructField } from '../../types/sql-type';
import { valueToText } from '../../types/value-text';
import { isUnion } from './json-union';

/** A value's JSON text. */
export type JsonWriter = (value: unknown) => string;

/** `connect`: as Connect's JSON Schema converter has it: a MAP is a list of its entries, a union the value of the branch that is set. */
export type JsonForm = 'plain' | 'connect';

export function jsonWriter(type: SqlType, form: JsonForm = 'plain'): JsonWriter {
  const write = nonNullWriter(type, form);
  return (value) => (value === null || value === undefined ? 'null' : write(value));
}

function nonNullWriter(type: SqlType, form: JsonForm): JsonWriter {
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
      const element = jsonWriter(type.element, form);
      return (value) => `[${(value as unknown[]).map(element).join(',')}]`;
    }
    case 'MAP':
      return form === 'plain' ? mapWriter(type) : entriesWriter(type);
    case 'STRUCT':
      return form === 'connect' && isUnion(type)
        ? unionWriter(type)
        : (jsonFieldsWriter(type.fields, form) as JsonWriter);
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

function entriesWriter(type: SqlType & { kind: 'MAP' }): JsonWriter {
  const write = jsonFieldsWriter(
    [
      { name: 'key', type: type.key },
      { name: 'value', type: type.value },
    ],
    'connect',
  );
  return (value) => `[${Array.from(value as Map<unknown, unknown>, write).join(',')}]`;
}

function unionWriter(type: SqlType & { kind: 'STRUCT' }): JsonWriter {
  const writers = type.fields.map((field) => jsonWriter(field.type, 'connect'));
  return (value) => {
    const row = value as unknown[];
    const set = row.findIndex((branch) => branch !== null);
    return set < 0 ? 'null' : writers[set]!(row[set]);
  };
}

/** Writes a row as an object with every field, NULLs too. */
export function jsonFieldsWriter(
  fields: readonly StructField[],
  form: JsonForm = 'plain',
): (row: readonly unknown[]) => string {
  const writers = fields.map((field) => jsonWriter(field.type, form));
  const labels = fields.map((field, index) => `${index === 0 ? '' : ','}${JSON.stringify(field.name)}:`);
  return (row) => {
    let text = '{';
    for (let i = 0; i < writers.length; i++) text += labels[i]! + writers[i]!(row[i]);
    return `${text}}`;
  };
}
