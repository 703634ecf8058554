import type { Column } from '../../catalog/catalog';
import { assertNever } from '../../source/assert-never';
import type { SqlType } from '../../types/sql-type';

type Json = Readonly<Record<string, unknown>>;

/** The JSON schema that ksqlDB (through Connect's JsonSchemaData) registers for columns. All values may be null. */
export function jsonSchemaOf(columns: readonly Column[], unwrapped: boolean): string {
  return JSON.stringify(unwrapped ? optional(columns[0]!.type) : objectOf(columns));
}

function optional(type: SqlType, more: Json = {}): Json {
  return { ...more, oneOf: [{ type: 'null' }, schemaOfType(type)] };
}

function objectOf(fields: readonly Column[]): Json {
  const properties = fields.map((field, index) => [
    field.name,
    optional(field.type, { 'connect.index': index }),
  ]);
  return { type: 'object', properties: Object.fromEntries(properties) as Json };
}

function schemaOfType(type: SqlType): Json {
  switch (type.kind) {
    case 'BOOLEAN':
      return { type: 'boolean' };
    case 'INTEGER':
      return { type: 'integer', 'connect.type': 'int32' };
    case 'BIGINT':
      return { type: 'integer', 'connect.type': 'int64' };
    case 'DOUBLE':
      return { type: 'number', 'connect.type': 'float64' };
    case 'STRING':
      return { type: 'string' };
    case 'BYTES':
      return { type: 'string', 'connect.type': 'bytes' };
    case 'DATE':
      return logical('Date', 'int32');
    case 'TIME':
      return logical('Time', 'int32');
    case 'TIMESTAMP':
      return logical('Timestamp', 'int64');
    case 'DECIMAL':
      return decimal(type);
    case 'ARRAY':
      return { type: 'array', items: optional(type.element) };
    case 'MAP':
      return mapOf(type);
    case 'STRUCT':
      return objectOf(type.fields);
    default:
      return assertNever(type, 'type');
  }
}

const CONNECT = 'org.apache.kafka.connect.data';

function logical(name: string, connectType: string): Json {
  return { type: 'integer', title: `${CONNECT}.${name}`, 'connect.version': 1, 'connect.type': connectType };
}

function decimal({ precision, scale }: SqlType & { kind: 'DECIMAL' }): Json {
  return {
    type: 'number',
    title: `${CONNECT}.Decimal`,
    'connect.version': 1,
    'connect.type': 'bytes',
    'connect.parameters': { scale: String(scale), 'connect.decimal.precision': String(precision) },
  };
}

/** Connect lists a map's entries, as its keys may be NULL. */
function mapOf(type: SqlType & { kind: 'MAP' }): Json {
  const properties = {
    key: optional(type.key, { 'connect.index': 0 }),
    value: optional(type.value, { 'connect.index': 1 }),
  };
  return { type: 'array', 'connect.type': 'map', items: { type: 'object', properties } };
}
