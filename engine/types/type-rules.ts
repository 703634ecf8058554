import type { SqlType, SqlTypeKind } from './sql-type';

export type DecimalType = Extract<SqlType, { kind: 'DECIMAL' }>;
export type ArrayType = Extract<SqlType, { kind: 'ARRAY' }>;
export type MapType = Extract<SqlType, { kind: 'MAP' }>;
export type StructType = Extract<SqlType, { kind: 'STRUCT' }>;

export const BOOLEAN: SqlType = Object.freeze({ kind: 'BOOLEAN' });
export const INTEGER: SqlType = Object.freeze({ kind: 'INTEGER' });
export const BIGINT: SqlType = Object.freeze({ kind: 'BIGINT' });
export const DOUBLE: SqlType = Object.freeze({ kind: 'DOUBLE' });
export const STRING: SqlType = Object.freeze({ kind: 'STRING' });
export const BYTES: SqlType = Object.freeze({ kind: 'BYTES' });
export const DATE: SqlType = Object.freeze({ kind: 'DATE' });
export const TIME: SqlType = Object.freeze({ kind: 'TIME' });
export const TIMESTAMP: SqlType = Object.freeze({ kind: 'TIMESTAMP' });

export function decimalType(precision: number, scale: number): DecimalType {
  return { kind: 'DECIMAL', precision, scale };
}
export function arrayOf(element: SqlType): ArrayType {
  return { kind: 'ARRAY', element };
}
export function mapOf(key: SqlType, value: SqlType): MapType {
  return { kind: 'MAP', key, value };
}
export function structOf(...fields: readonly (readonly [name: string, type: SqlType])[]): StructType {
  return { kind: 'STRUCT', fields: fields.map(([name, type]) => ({ name, type })) };
}

/** Structural equality; field names of structs are compared with regard to case. */
export function typesEqual(a: SqlType, b: SqlType): boolean {
  if (a.kind === 'DECIMAL') return b.kind === 'DECIMAL' && a.precision === b.precision && a.scale === b.scale;
  if (a.kind === 'ARRAY') return b.kind === 'ARRAY' && typesEqual(a.element, b.element);
  if (a.kind === 'MAP') return b.kind === 'MAP' && typesEqual(a.key, b.key) && typesEqual(a.value, b.value);
  if (a.kind === 'STRUCT') {
    return (
      b.kind === 'STRUCT' &&
      a.fields.length === b.fields.length &&
      a.fields.every(
        (field, i) => field.name === b.fields[i]!.name && typesEqual(field.type, b.fields[i]!.type),
      )
    );
  }
  return a.kind === b.kind;
}

/** Position in the widening order INTEGER, BIGINT, DECIMAL, DOUBLE; undefined for the other types. */
const NUMERIC_RANK: Partial<Record<SqlTypeKind, number>> = { INTEGER: 0, BIGINT: 1, DECIMAL: 2, DOUBLE: 3 };

export function isNumeric(type: SqlType): boolean {
  return NUMERIC_RANK[type.kind] !== undefined;
}

/** True where a value of kind `from` may stand for one of kind `to` without a CAST. */
export function canImplicitlyCast(from: SqlTypeKind, to: SqlTypeKind): boolean {
  if (from === to) return true;
  const [f, t] = [NUMERIC_RANK[from], NUMERIC_RANK[to]];
  return f !== undefined && t !== undefined && f < t;
}

/** The DECIMAL that holds every value of a type: INTEGER (10, 0), BIGINT (19, 0); undefined for DOUBLE and the rest. */
export function asDecimalType(type: SqlType): DecimalType | undefined {
  if (type.kind === 'DECIMAL') return type;
  if (type.kind === 'INTEGER') return decimalType(10, 0);
  if (type.kind === 'BIGINT') return decimalType(19, 0);
  return undefined;
}

/** The DECIMAL that holds every value of both: integer digits and scale of whichever has more. */
export function widerDecimal(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale);
  return decimalType(Math.max(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}

/** The narrowest numeric type both can be widened to; undefined if one is not numeric. */
export function commonNumericType(a: SqlType, b: SqlType): SqlType | undefined {
  const [ra, rb] = [NUMERIC_RANK[a.kind], NUMERIC_RANK[b.kind]];
  if (ra === undefined || rb === undefined) return undefined;
  const wider = ra >= rb ? a : b;
  return wider.kind === 'DECIMAL' ? widerDecimal(asDecimalType(a)!, asDecimalType(b)!) : wider;
}
