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

function mapOf(type: SqlType & { kind: 'MAP' }): Json {
  if (type.key.kind === 'STRING')
    return { type: 'object', 'connect.type': 'map', additionalProperties: optional(type.value) };
  const properties = {
    key: optional(type.key, { 'connect.index': 0 }),
    value: optional(type.value, { 'connect.index': 1 }),
  };
  return { type: 'array', 'connect.type': 'map', items: { type: 'object', properties } };
}

/** Columns of a JSON schema; one that is no object is a single column. `undefined`: SQL has no type for it. */
export function sqlTypeOfJsonSchema(
  schema: unknown,
  keepCase: boolean,
  root: unknown = schema,
): SqlType | undefined {
  const node = resolved(schema, root);
  if (node === undefined) return undefined;
  const { oneOf, anyOf } = node as { oneOf?: Json[]; anyOf?: Json[] };
  if (oneOf ?? anyOf) return unionType((oneOf ?? anyOf)!, keepCase, root);
  return logicalType(node) ?? plainType(node, keepCase, root);
}

function resolved(schema: unknown, root: unknown): Json | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const reference = (schema as Json)['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema as Json;
  const path = reference.slice(2).split('/');
  return resolved(
    path.reduce<unknown>((node, part) => (node as Json | undefined)?.[part], root),
    root,
  );
}

function unionType(branches: readonly Json[], keepCase: boolean, root: unknown): SqlType | undefined {
  const others = branches.filter((branch) => branch['type'] !== 'null');
  if (others.length === 1) return sqlTypeOfJsonSchema(others[0], keepCase, root);
  const fields = others.flatMap((branch, index) => {
    const type = sqlTypeOfJsonSchema(branch, keepCase, root);
    return type === undefined ? [] : [{ name: `connect_union_field_${index}`, type }];
  });
  return fields.length > 0 ? { kind: 'STRUCT', fields } : undefined;
}

function logicalType(node: Json): SqlType | undefined {
  switch (node['title']) {
    case `${CONNECT}.Date`:
      return { kind: 'DATE' };
    case `${CONNECT}.Time`:
      return { kind: 'TIME' };
    case `${CONNECT}.Timestamp`:
      return { kind: 'TIMESTAMP' };
    case `${CONNECT}.Decimal`: {
      const parameters = (node['connect.parameters'] ?? {}) as Json;
      return {
        kind: 'DECIMAL',
        precision: Number(parameters['connect.decimal.precision'] ?? 64),
        scale: Number(parameters['scale'] ?? 0),
      };
    }
    default:
      return undefined;
  }
}

const SMALL_INTEGERS: ReadonlySet<unknown> = new Set(['int8', 'int16', 'int32']);

function plainType(node: Json, keepCase: boolean, root: unknown): SqlType | undefined {
  const type = Array.isArray(node['type'])
    ? (node['type'] as string[]).find((t) => t !== 'null')
    : node['type'];
  switch (type) {
    case 'boolean':
      return { kind: 'BOOLEAN' };
    case 'integer':
      return { kind: SMALL_INTEGERS.has(node['connect.type']) ? 'INTEGER' : 'BIGINT' };
    case 'number':
      return { kind: 'DOUBLE' };
    case 'string':
      return { kind: node['connect.type'] === 'bytes' ? 'BYTES' : 'STRING' };
    case 'array':
      return arrayType(node, keepCase, root);
    case 'object':
      return objectType(node, keepCase, root);
    default:
      return undefined;
  }
}

function arrayType(node: Json, keepCase: boolean, root: unknown): SqlType | undefined {
  const element = sqlTypeOfJsonSchema(node['items'], keepCase, root);
  if (element === undefined) return undefined;
  if (node['connect.type'] !== 'map' || element.kind !== 'STRUCT') return { kind: 'ARRAY', element };
  const [key, value] = element.fields;
  return key && value && { kind: 'MAP', key: key.type, value: value.type };
}

function objectType(node: Json, keepCase: boolean, root: unknown): SqlType | undefined {
  const { properties, additionalProperties } = node;
  if (node['connect.type'] === 'map' || properties === undefined) {
    const value = sqlTypeOfJsonSchema(additionalProperties, keepCase, root);
    return value && { kind: 'MAP', key: { kind: 'STRING' }, value };
  }
  const fields = Object.entries(properties as Record<string, Json>)
    .sort(([, a], [, b]) => Number(a['connect.index'] ?? 0) - Number(b['connect.index'] ?? 0))
    .flatMap(([name, property]) => {
      const type = sqlTypeOfJsonSchema(property, keepCase, root);
      return type === undefined ? [] : [{ name: keepCase ? name : name.toUpperCase(), type }];
    });
  return { kind: 'STRUCT', fields };
}
