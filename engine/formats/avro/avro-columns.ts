import type { Column } from '../../catalog/catalog';
import type { SqlType } from '../../types/sql-type';
import type { AvroRecord, AvroType } from './avro-schema';
import { branchName, nonNull } from './avro-schema';

/**
 * SQL type of an Avro type as Kafka Connect sees it; undefined for types that SQL has none for (such fields are left out).
 * Field names are put in upper case unless `keepCase`.
 */
export function sqlTypeOfAvro(type: AvroType, keepCase: boolean): SqlType | undefined {
  switch (type.kind) {
    case 'null':
      return undefined;
    case 'boolean':
      return { kind: 'BOOLEAN' };
    case 'int':
      return { kind: type.logical === 'date' ? 'DATE' : type.logical === 'time-millis' ? 'TIME' : 'INTEGER' };
    case 'long':
      return { kind: type.logical === 'timestamp-millis' ? 'TIMESTAMP' : 'BIGINT' };
    case 'float':
    case 'double':
      return { kind: 'DOUBLE' };
    case 'string':
    case 'enum':
      return { kind: 'STRING' };
    case 'bytes':
    case 'fixed':
      return type.decimal === undefined ? { kind: 'BYTES' } : { kind: 'DECIMAL', ...type.decimal };
    case 'array':
      return arrayType(type, keepCase);
    case 'map':
      return mapOf({ kind: 'STRING' }, sqlTypeOfAvro(type.values, keepCase));
    case 'record':
      return { kind: 'STRUCT', fields: avroRecordColumns(type, keepCase) };
    case 'union':
      return unionType(type, keepCase);
  }
}

function arrayType(type: AvroType & { kind: 'array' }, keepCase: boolean): SqlType | undefined {
  if (type.isMap && type.items.kind === 'record') {
    const [key, value] = type.items.fields.map((field) => sqlTypeOfAvro(field.type, keepCase));
    return key && mapOf(key, value);
  }
  const element = sqlTypeOfAvro(type.items, keepCase);
  return element && { kind: 'ARRAY', element };
}

function mapOf(key: SqlType, value: SqlType | undefined): SqlType | undefined {
  return value && { kind: 'MAP', key, value };
}

function unionType(type: AvroType & { kind: 'union' }, keepCase: boolean): SqlType | undefined {
  const single = nonNull(type);
  if (single !== undefined) return sqlTypeOfAvro(single, keepCase);
  const branches = type.branches.filter((branch) => branch.kind !== 'null');
  const fields = branches.flatMap((branch) =>
    namedType(branchName(branch), sqlTypeOfAvro(branch, keepCase), keepCase),
  );
  return fields.length > 0 ? { kind: 'STRUCT', fields } : undefined;
}

function namedType(name: string, type: SqlType | undefined, keepCase: boolean): Column[] {
  return type === undefined ? [] : [{ name: keepCase ? name : name.toUpperCase(), type }];
}

export function avroRecordColumns(record: AvroRecord, keepCase: boolean): Column[] {
  return record.fields.flatMap((field) =>
    namedType(field.name, sqlTypeOfAvro(field.type, keepCase), keepCase),
  );
}
