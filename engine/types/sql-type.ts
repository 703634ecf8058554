/** ksqlDB's SQL types as plain data. */
export type SqlType =
  | { readonly kind: 'BOOLEAN' }
  | { readonly kind: 'INTEGER' }
  | { readonly kind: 'BIGINT' }
  | { readonly kind: 'DOUBLE' }
  | { readonly kind: 'STRING' }
  | { readonly kind: 'BYTES' }
  | { readonly kind: 'DATE' }
  | { readonly kind: 'TIME' }
  | { readonly kind: 'TIMESTAMP' }
  | { readonly kind: 'DECIMAL'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'ARRAY'; readonly element: SqlType }
  | { readonly kind: 'MAP'; readonly key: SqlType; readonly value: SqlType }
  | { readonly kind: 'STRUCT'; readonly fields: readonly StructField[] };

export interface StructField {
  readonly name: string;
  readonly type: SqlType;
}

export type SqlTypeKind = SqlType['kind'];

/**
 * How values of each type are held at run time. `null` is SQL NULL everywhere; `undefined` is never a value.
 *
 * | type | JavaScript |
 * |---|---|
 * | BOOLEAN | boolean |
 * | INTEGER | number, integral, 32 bits (arithmetic wraps as Java's does) |
 * | BIGINT | {@link Long}: number while it is a safe integer, else bigint; always in that canonical form; 64 bits, wraps |
 * | DOUBLE | number |
 * | STRING | string |
 * | BYTES | Buffer |
 * | DATE | number: days since the epoch |
 * | TIME | number: milliseconds of the day |
 * | TIMESTAMP | number: milliseconds since the epoch |
 * | DECIMAL | BigDecimal of the package `bigdecimal.js`, its scale the type's |
 * | ARRAY | Array |
 * | MAP | Map, in insertion order (keys as their type says; STRING as a rule) |
 * | STRUCT | Array of the field values in the order of the type's fields |
 */
export type SqlValue = unknown;

/** See {@link SqlValue}: BIGINT. `types/long.ts` has the arithmetic. */
export type Long = number | bigint;
