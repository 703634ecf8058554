import { assertNever } from '../source/assert-never';
import type { BigDecimal } from './decimal';
import { doubleToText } from './number-text';
import type { SqlType, SqlValue } from './sql-type';
import { dateToText, timestampToText, timeToText } from './temporal-text';

/** A value's text as CAST(… AS STRING) gives it; `null` inside a collection prints as `null`. */
export function valueToText(value: SqlValue, type: SqlType): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
      return (value as number | bigint | boolean).toString();
    case 'STRING':
      return value as string;
    case 'DOUBLE':
      return doubleToText(value as number);
    case 'DECIMAL':
      return (value as BigDecimal).toPlainString();
    case 'BYTES':
      return (value as Buffer).toString('base64');
    case 'DATE':
      return dateToText(value as number);
    case 'TIME':
      return timeToText(value as number);
    case 'TIMESTAMP':
      return timestampToText(value as number);
    case 'ARRAY':
      return `[${(value as SqlValue[]).map((v) => valueToText(v, type.element)).join(', ')}]`;
    case 'MAP':
      return `{${[...(value as Map<SqlValue, SqlValue>)]
        .map(([k, v]) => `${valueToText(k, type.key)}=${valueToText(v, type.value)}`)
        .join(', ')}}`;
    case 'STRUCT':
      return structToText(value as SqlValue[], type.fields);
    default:
      return assertNever(type, 'type');
  }
}

/** `Struct{A=1,B=x}`; fields that are null are left out. */
function structToText(values: SqlValue[], fields: Extract<SqlType, { kind: 'STRUCT' }>['fields']): string {
  const parts = fields.flatMap((field, i) =>
    values[i] === null || values[i] === undefined
      ? []
      : [`${field.name}=${valueToText(values[i], field.type)}`],
  );
  return `Struct{${parts.join(',')}}`;
}
