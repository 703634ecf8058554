import type { Column, Format, SerdeFeatures } from '../catalog/catalog';
import type { SchemaText } from '../runtime/contracts';
import type { SqlType } from '../types/sql-type';
import { avroRecordColumns, sqlTypeOfAvro } from './avro/avro-columns';
import { nonNull, parseAvroSchema } from './avro/avro-schema';
import { SerdeError } from './contracts';
import { sqlTypeOfJsonSchema } from './json/json-columns';
import { protobufColumns } from './protobuf/protobuf-columns';

export interface ColumnOptions {
  readonly isKey: boolean;
  readonly features: SerdeFeatures;
  /** `false`: names of columns and fields are put in upper case. */
  readonly keepCase: boolean;
}

/** Registered schemas to columns. */
export interface ColumnTranslator {
  columnsOf(schema: SchemaText, format: Format, options: ColumnOptions): readonly Column[];
}

/**
 * Columns that a schema declares. A schema that is no record gives one column, ROWKEY or ROWVAL; so does a record where the columns are
 * not wrapped (the whole key or value is one STRUCT). Throws SerdeError for schemas that SQL cannot hold.
 */
export function createSchemaTranslator(): ColumnTranslator {
  return { columnsOf };
}

function columnsOf(schema: SchemaText, format: Format, options: ColumnOptions): readonly Column[] {
  switch (schema.type) {
    case 'AVRO':
      return avroColumns(schema, options);
    case 'JSON':
      return singleOrFields(sqlTypeOfJsonSchema(schema, options.keepCase), options, false);
    case 'PROTOBUF':
      return protobufColumns(schema, format, options.keepCase);
  }
}

function avroColumns(schema: SchemaText, options: ColumnOptions): readonly Column[] {
  const root = nonNull(parseAvroSchema(schema));
  if (root?.kind === 'record' && options.features.wrapSingle !== false)
    return avroRecordColumns(root, options.keepCase);
  return singleOrFields(root && sqlTypeOfAvro(root, options.keepCase), options, true);
}

function singleOrFields(
  type: SqlType | undefined,
  options: ColumnOptions,
  single: boolean,
): readonly Column[] {
  if (type === undefined) throw new SerdeError('the schema has no type that SQL can hold');
  if (!single && type.kind === 'STRUCT' && options.features.wrapSingle !== false) return type.fields;
  return [{ name: options.isKey ? 'ROWKEY' : 'ROWVAL', type }];
}
