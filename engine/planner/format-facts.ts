import type { Column, Format, FormatName, SerdeFeatures } from '../catalog/catalog';
import { formatColumn, formatKeyColumn } from '../catalog/schema-text';
import type { SqlType, SqlTypeKind } from '../types/sql-type';
import { formatType } from '../types/type-text';
import { fail } from '../analyzer/errors';

interface FormatFacts {
  /** A single column can stand in an object of its own. */
  readonly wraps: boolean;
  /** A single column can be the whole payload. */
  readonly unwraps: boolean;
  /** Schemas lie in the registry, and columns can be inferred from there. */
  readonly usesRegistry: boolean;
  /** Names of the properties it takes, see {@link Format.properties}. */
  readonly properties: readonly string[];
}

/**
 * What each format can do: "Serialization formats" of ksqlDB's reference.
 * https://docs.confluent.io/platform/7.9/ksqldb/reference/serialization.html
 */
const FACTS: Readonly<Record<FormatName, FormatFacts>> = {
  NONE: { wraps: false, unwraps: false, usesRegistry: false, properties: [] },
  KAFKA: { wraps: false, unwraps: true, usesRegistry: false, properties: [] },
  DELIMITED: { wraps: false, unwraps: true, usesRegistry: false, properties: ['delimiter'] },
  JSON: { wraps: true, unwraps: true, usesRegistry: false, properties: [] },
  JSON_SR: { wraps: true, unwraps: true, usesRegistry: true, properties: ['fullSchemaName', 'schemaId'] },
  AVRO: { wraps: true, unwraps: true, usesRegistry: true, properties: ['fullSchemaName', 'schemaId'] },
  PROTOBUF: {
    wraps: true,
    unwraps: false,
    usesRegistry: true,
    properties: ['fullSchemaName', 'schemaId', 'nullableRepresentation', 'unwrapPrimitives'],
  },
  PROTOBUF_NOSR: {
    wraps: true,
    unwraps: false,
    usesRegistry: false,
    properties: ['nullableRepresentation', 'unwrapPrimitives'],
  },
};

export function formatFacts(name: FormatName): FormatFacts {
  return FACTS[name];
}

/** The format of that name in any case; unknown ones are refused. */
export function formatNamed(name: string): FormatName {
  const upper = name.toUpperCase();
  return upper in FACTS ? (upper as FormatName) : fail('format', `Unknown format: ${upper}`);
}

/** Refuses properties that the format does not take. */
export function checkFormatProperties({ name, properties }: Format): void {
  const unknown = Object.keys(properties).filter((property) => !FACTS[name].properties.includes(property));
  if (unknown.length > 0)
    fail('format', `${name} does not support the following configs: [${unknown.join(', ')}]`);
  for (const [property, value] of Object.entries(properties)) {
    if (property === 'fullSchemaName' && value.trim() === '') {
      fail(
        'format',
        `fullSchemaName cannot be empty. Format configuration: {fullSchemaName=${value.trim()}}`,
      );
    }
  }
}

/** Keys of one column are unwrapped in every format that can do both. */
export function keyFeatures(format: Format, columns: readonly Column[]): SerdeFeatures {
  const { wraps, unwraps } = FACTS[format.name];
  return columns.length === 1 && wraps && unwraps ? { wrapSingle: false } : {};
}

/** Refuses key columns that the format, or ksqlDB in any format, cannot hold. */
export function checkKeyFormat(format: Format, features: SerdeFeatures, columns: readonly Column[]): void {
  for (const column of columns) refuseMapInKey(column);
  const reason = unsupportedReason(format, features, columns, formatKeyColumn);
  if (reason !== undefined) refuseSchema('Key', format, features, columns.map(formatKeyColumn), reason);
}

export function checkValueFormat(format: Format, features: SerdeFeatures, columns: readonly Column[]): void {
  const reason = unsupportedReason(format, features, columns, formatColumn);
  if (reason !== undefined) refuseSchema('Value', format, features, columns.map(formatColumn), reason);
}

function refuseSchema(
  part: string,
  format: Format,
  features: SerdeFeatures,
  columns: readonly string[],
  reason: string,
): never {
  const schema = `Persistence{columns=[${columns.join(', ')}], features=[${featureNames(features).join(', ')}]}`;
  return fail(
    'format',
    `${part} format does not support schema.\nformat: ${format.name}\nschema: ${schema}\nreason: ${reason}`,
  );
}

/** ksqlDB's names of the features. */
export function featureNames({ wrapSingle }: SerdeFeatures): readonly string[] {
  if (wrapSingle === undefined) return [];
  return [wrapSingle ? 'WRAP_SINGLES' : 'UNWRAP_SINGLES'];
}

function refuseMapInKey(column: Column): void {
  if (!containsMap(column.type)) return;
  const message =
    'Map keys, including types that contain maps, are not supported as they may lead to unexpected behavior ' +
    `due to inconsistent serialization. Key column name: \`${column.name}\`. Column type: ${formatType(column.type)}. ` +
    'See https://github.com/confluentinc/ksql/issues/6621 for more.';
  fail('format', message);
}

function containsMap(type: SqlType): boolean {
  if (type.kind === 'ARRAY') return containsMap(type.element);
  if (type.kind === 'STRUCT') return type.fields.some((field) => containsMap(field.type));
  return type.kind === 'MAP';
}

function unsupportedReason(
  format: Format,
  { wrapSingle }: SerdeFeatures,
  columns: readonly Column[],
  print: (column: Column) => string,
): string | undefined {
  switch (format.name) {
    case 'NONE':
      if (columns.length === 0) return undefined;
      return `The 'NONE' format can only be used when no columns are defined. Got: [${columns.map(print).join(', ')}]`;
    case 'KAFKA':
      if (columns.length > 1)
        return `The 'KAFKA' format only supports a single field. Got: [${columns.map(print).join(', ')}]`;
      return unsupportedType('KAFKA', columns, KAFKA_TYPES, false);
    case 'DELIMITED':
      return unsupportedType('DELIMITED', columns, DELIMITED_TYPES, true);
    case 'AVRO':
      if (hasForeignMapKey(columns)) return 'Avro only supports MAPs with STRING keys';
      return foreignAvroName(wrapSingle === false ? columns.flatMap((c) => structsIn(c.type)) : columns);
    case 'PROTOBUF':
    case 'PROTOBUF_NOSR':
      if (hasForeignMapKey(columns)) return 'PROTOBUF format only supports MAP types with STRING keys';
      if (columns.some((column) => hasNestedArray(column.type))) return 'Array cannot be nested';
      return foreignProtobufName(columns);
    case 'JSON':
    case 'JSON_SR':
      return undefined;
  }
}

const KAFKA_TYPES: ReadonlySet<SqlTypeKind> = new Set(['INTEGER', 'BIGINT', 'DOUBLE', 'STRING', 'BYTES']);
const DELIMITED_TYPES: ReadonlySet<SqlTypeKind> = new Set([
  'BOOLEAN',
  'INTEGER',
  'BIGINT',
  'DOUBLE',
  'STRING',
  'BYTES',
  'DECIMAL',
  'DATE',
  'TIME',
  'TIMESTAMP',
]);

function unsupportedType(
  format: string,
  columns: readonly Column[],
  types: ReadonlySet<SqlTypeKind>,
  namesColumn: boolean,
): string | undefined {
  const column = columns.find(({ type }) => !types.has(type.kind));
  if (column === undefined) return undefined;
  return `The '${format}' format does not support type '${column.type.kind}'${namesColumn ? `, column: \`${column.name}\`` : ''}`;
}

/** Avro's names are letters, digits and '_', and do not begin with a digit; `undefined`: all are. */
function foreignAvroName(columns: readonly Column[]): string | undefined {
  const name = foreignName(columns);
  if (name === undefined) return undefined;
  const wrong = /^[A-Za-z_]/.test(name) ? 'character in' : 'initial character';
  return `Schema is not compatible with Avro: Illegal ${wrong}: ${name}`;
}

/** So are protobuf's. */
function foreignProtobufName(columns: readonly Column[]): string | undefined {
  const name = foreignName(columns);
  return name === undefined
    ? undefined
    : `Schema is not compatible with Protobuf: "${name}" is not a valid identifier.`;
}

/** The first name, at any depth, that would have to be quoted in a schema. */
function foreignName(columns: readonly Column[]): string | undefined {
  for (const { name, type } of columns) {
    if (!/^[A-Za-z_]\w*$/.test(name)) return name;
    const inner = foreignName(structsIn(type));
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function structsIn(type: SqlType): readonly Column[] {
  switch (type.kind) {
    case 'ARRAY':
      return structsIn(type.element);
    case 'MAP':
      return structsIn(type.value);
    case 'STRUCT':
      return type.fields;
    default:
      return [];
  }
}

/** A repeated field of protobuf has no repeated elements. */
function hasNestedArray(type: SqlType): boolean {
  switch (type.kind) {
    case 'ARRAY':
      return type.element.kind === 'ARRAY' || hasNestedArray(type.element);
    case 'MAP':
      return hasNestedArray(type.value);
    case 'STRUCT':
      return type.fields.some((field) => hasNestedArray(field.type));
    default:
      return false;
  }
}

function hasForeignMapKey(columns: readonly Column[]): boolean {
  return columns.some((column) => mapWithForeignKey(column.type));
}

function mapWithForeignKey(type: SqlType): boolean {
  if (type.kind === 'ARRAY') return mapWithForeignKey(type.element);
  if (type.kind === 'STRUCT') return type.fields.some((field) => mapWithForeignKey(field.type));
  return type.kind === 'MAP' && (type.key.kind !== 'STRING' || mapWithForeignKey(type.value));
}
