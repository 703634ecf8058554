import type { Column } from '../../catalog/catalog';
import type { SqlType } from '../../types/sql-type';
import { SerdeError } from '../contracts';
import type { AvroRecord, AvroType } from './avro-schema';
import { branchName, nonNull } from './avro-schema';

/**
 * SQL type of an Avro type as Kafka Connect sees it; undefined for types that SQL has none for (such fields are left out).
 * Field names are put in upper case unless `keepCase`.
 */
export function sqlTypeOfAvro(
  type: AvroType,
  keepCase: boolean,
  within: readonly AvroRecord[] = [],
): SqlType | undefined {
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
      return arrayType(type, keepCase, within);
    case 'map':
      return mapOf({ kind: 'STRING' }, sqlTypeOfAvro(type.values, keepCase, within));
    case 'record':
      return { kind: 'STRUCT', fields: avroRecordColumns(type, keepCase, within) };
    case 'union':
      return unionType(type, keepCase, within);
  }
}

function arrayType(
  type: AvroType & { kind: 'array' },
  keepCase: boolean,
  within: readonly AvroRecord[],
): SqlType | undefined {
  if (type.isMap && type.items.kind === 'record') {
    const [key, value] = type.items.fields.map((field) => sqlTypeOfAvro(field.type, keepCase, within));
    return key && mapOf(key, value);
  }
  const element = sqlTypeOfAvro(type.items, keepCase, within);
  return element && { kind: 'ARRAY', element };
}

function mapOf(key: SqlType, value: SqlType | undefined): SqlType | undefined {
  return value && { kind: 'MAP', key, value };
}

function unionType(
  type: AvroType & { kind: 'union' },
  keepCase: boolean,
  within: readonly AvroRecord[],
): SqlType | undefined {
  const single = nonNull(type);
  if (single !== undefined) return sqlTypeOfAvro(single, keepCase, within);
  const branches = type.branches.filter((branch) => branch.kind !== 'null');
  const fields = branches.flatMap((branch) =>
    namedType(branchName(branch), sqlTypeOfAvro(branch, keepCase, within), keepCase),
  );
  return fields.length > 0 ? { kind: 'STRUCT', fields } : undefined;
}

function namedType(name: string, type: SqlType | undefined, keepCase: boolean): Column[] {
  return type === undefined ? [] : [{ name: keepCase ? name : name.toUpperCase(), type }];
}

/** `within`: the records around; SQL has no type for one that holds itself. */
export function avroRecordColumns(
  record: AvroRecord,
  keepCase: boolean,
  within: readonly AvroRecord[] = [],
): Column[] {
  if (within.includes(record)) throw new SerdeError(`the record ${record.name} holds itself`);
  const inside = [...within, record];
  return record.fields.flatMap((field) =>
    namedType(field.name, sqlTypeOfAvro(field.type, keepCase, inside), keepCase),
  );
}
