import type { SqlType } from '../../types/sql-type';
import type { AvroType } from './avro-schema';

const OF_SQL: Readonly<Record<SqlType['kind'], string>> = {
  BOOLEAN: 'boolean',
  INTEGER: 'int32',
  BIGINT: 'int64',
  DOUBLE: 'float64',
  STRING: 'string',
  BYTES: 'bytes',
  DATE: 'int32',
  TIME: 'int32',
  TIMESTAMP: 'int64',
  DECIMAL: 'bytes',
  ARRAY: 'array',
  MAP: 'map',
  STRUCT: 'struct',
};
const OF_AVRO: Partial<Record<AvroType['kind'], string>> = {
  int: 'int32',
  long: 'int64',
  float: 'float32',
  double: 'float64',
  fixed: 'bytes',
  enum: 'string',
  record: 'struct',
  union: 'struct',
};

/** What Kafka Connect, and so ksqlDB's messages about data, call a type. */
export function connectName(type: SqlType): string {
  return OF_SQL[type.kind];
}

export function connectNameOfAvro(type: AvroType): string {
  return OF_AVRO[type.kind] ?? type.kind;
}
