import type { Column, Format } from '../../catalog/catalog';
import { assertNever } from '../../source/assert-never';
import type { SqlType } from '../../types/sql-type';

const DEFAULT_NAME = 'io.confluent.ksql.avro_schemas.KsqlDataSourceSchema';
type Json = string | readonly unknown[] | Readonly<Record<string, unknown>>;

/** The schema that ksqlDB (through Connect's AvroData) registers for columns. All fields may be NULL. */
export function avroSchemaOf(columns: readonly Column[], format: Format, unwrapped: boolean): string {
  const name = format.properties['fullSchemaName'] ?? DEFAULT_NAME;
  return JSON.stringify(unwrapped ? rootType(columns[0]!.type, name) : recordOf(columns, name, true));
}

/** A bare key or value is never NULL: there are no bytes then. */
function rootType(type: SqlType, name: string): Json {
  return type.kind === 'STRUCT' ? recordOf(type.fields, name, true) : avroType(type, name);
}

function optional(type: Json): Json {
  return ['null', type];
}

function recordOf(columns: readonly Column[], fullName: string, isRoot: boolean): Json {
  const at = fullName.lastIndexOf('.');
  const namespace = isRoot && at > 0 ? { namespace: fullName.slice(0, at) } : {};
  const fields = columns.map(({ name, type }) => ({
    name,
    type: optional(avroType(type, `${fullName}_${name}`)),
    default: null,
  }));
  return { type: 'record', name: fullName.slice(at + 1), ...namespace, fields, 'connect.name': fullName };
}

function avroType(type: SqlType, fullName: string): Json {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INTEGER':
      return 'int';
    case 'BIGINT':
      return 'long';
    case 'DOUBLE':
      return 'double';
    case 'STRING':
      return 'string';
    case 'BYTES':
      return 'bytes';
    case 'DATE':
      return logical('int', 'Date', 'date');
    case 'TIME':
      return logical('int', 'Time', 'time-millis');
    case 'TIMESTAMP':
      return logical('long', 'Timestamp', 'timestamp-millis');
    case 'DECIMAL':
      return decimal(type);
    case 'ARRAY':
      return { type: 'array', items: optional(avroType(type.element, fullName)) };
    case 'MAP':
      return mapEntries(type, fullName);
    case 'STRUCT':
      return recordOf(type.fields, fullName, false);
    default:
      return assertNever(type, 'type');
  }
}

function logical(type: string, connectName: string, logicalType: string): Json {
  return {
    type,
    'connect.version': 1,
    'connect.name': `org.apache.kafka.connect.data.${connectName}`,
    logicalType,
  };
}

function decimal({ precision, scale }: SqlType & { kind: 'DECIMAL' }): Json {
  return {
    type: 'bytes',
    scale,
    precision,
    'connect.version': 1,
    'connect.parameters': { scale: String(scale), 'connect.decimal.precision': String(precision) },
    'connect.name': 'org.apache.kafka.connect.data.Decimal',
    logicalType: 'decimal',
  };
}

/** Keys may be NULL, which Avro's own maps cannot hold. */
function mapEntries(type: SqlType & { kind: 'MAP' }, fullName: string): Json {
  const short = fullName.slice(fullName.lastIndexOf('.') + 1);
  const entry = (name: string, value: Json): Json => ({ name, type: optional(value), default: null });
  const fields = [
    entry('key', avroType(type.key, `${fullName}_MapKey`)),
    entry('value', avroType(type.value, `${fullName}_MapValue`)),
  ];
  return {
    type: 'array',
    items: {
      type: 'record',
      name: short,
      fields,
      'connect.name': fullName,
      'connect.internal.type': 'MapEntry',
    },
    'connect.internal.type': 'MapEntry',
  };
}
