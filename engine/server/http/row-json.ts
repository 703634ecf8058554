import type { BigDecimal } from 'bigdecimal.js';
import { assertNever } from '../../source/assert-never';
import { doubleToText } from '../../types/number-text';
import type { SqlType, SqlValue } from '../../types/sql-type';
import { dateToText, timestampToText, timeToText } from '../../types/temporal-text';

type JsonWriter = (value: SqlValue) => string;

/** Writes values of one SQL type as the REST API shows them: doubles as Java prints them, times as ISO text, bytes as base64. */
export function jsonWriter(type: SqlType): JsonWriter {
  const write = notNull(type);
  return (value) => (value === null || value === undefined ? 'null' : write(value));
}

function notNull(type: SqlType): JsonWriter {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
      return String;
    case 'DOUBLE':
      return (value) => doubleJson(value as number);
    case 'STRING':
      return JSON.stringify;
    case 'BYTES':
      return (value) => `"${(value as Buffer).toString('base64')}"`;
    case 'DATE':
      return (value) => `"${dateToText(value as number)}"`;
    case 'TIME':
      return (value) => `"${timeToText(value as number)}"`;
    case 'TIMESTAMP':
      return (value) => `"${timestampToText(value as number)}"`;
    case 'DECIMAL':
      return (value) => (value as BigDecimal).toPlainString();
    case 'ARRAY': {
      const element = jsonWriter(type.element);
      return (value) => `[${(value as SqlValue[]).map(element).join(',')}]`;
    }
    case 'MAP': {
      const member = jsonWriter(type.value);
      return (value) =>
        `{${[...(value as Map<SqlValue, SqlValue>)].map(([key, item]) => `${JSON.stringify(String(key))}:${member(item)}`).join(',')}}`;
    }
    case 'STRUCT': {
      const fields = type.fields.map(({ name, type: fieldType }) => ({
        label: `${JSON.stringify(name)}:`,
        write: jsonWriter(fieldType),
      }));
      return (value) =>
        `{${fields.map(({ label, write }, i) => label + write((value as SqlValue[])[i])).join(',')}}`;
    }
    default:
      return assertNever(type);
  }
}

/** JSON has no NaN or infinities: they stand as text, as Jackson writes them. */
function doubleJson(value: number): string {
  return Number.isFinite(value) ? doubleToText(value) : `"${doubleToText(value)}"`;
}

/** One row as a JSON array. */
export function rowWriter(types: readonly SqlType[]): (row: readonly SqlValue[]) => string {
  const writers = types.map(jsonWriter);
  return (row) => `[${writers.map((write, i) => write(row[i])).join(',')}]`;
}
