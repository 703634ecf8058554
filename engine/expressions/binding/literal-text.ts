import { parseBooleanExact } from '../../types/cast';
import { Big, fitDecimal } from '../../types/decimal';
import { longFromBigInt } from '../../types/long';
import type { SqlType, SqlValue } from '../../types/sql-type';
import { parseDateText, parseTimeText, parseTimestampText } from '../../types/temporal-text';
import { formatType } from '../../types/type-text';

/** A text literal that was checked to be one of the type. */
export function readText(text: string, type: SqlType): SqlValue {
  switch (type.kind) {
    case 'BOOLEAN':
      return parseBooleanExact(text) ?? null;
    case 'INTEGER':
    case 'BIGINT':
      return longFromBigInt(Big(text).toBigInt());
    case 'DECIMAL':
      return fitDecimal(Big(text), type);
    case 'DOUBLE':
      return Number(text);
    case 'DATE':
      return parseDateText(text);
    case 'TIME':
      return parseTimeText(text);
    case 'TIMESTAMP':
      return parseTimestampText(text);
    default:
      throw new Error(`text literal as ${formatType(type)}`);
  }
}
