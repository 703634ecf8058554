import { createSchemaTranslator } from '../../formats/schema-translator';
import { protobufNoSrDeserializer } from '../../formats/protobuf/protobuf-format';
import type { StructField } from '../../types/sql-type';
import type { SqlType } from '../../types/sql-type';
import { isObject } from '../json-value';
import type { JsonObject, JsonValue } from '../json-value';

/** Lines of an answer whose rows are messages, the rows in the text form of Protocol Buffers, as cases write them. */
export function protobufLinesAsText(lines: readonly JsonObject[]): readonly JsonObject[] {
  const header = lines[0]?.['header'];
  const schema = isObject(header) ? header['protoSchema'] : undefined;
  if (typeof schema !== 'string') return lines;
  const format = { name: 'PROTOBUF_NOSR', properties: {} } as const;
  const options = { isKey: false, features: {}, keepCase: true };
  const columns = createSchemaTranslator().columnsOf({ type: 'PROTOBUF', text: schema }, format, options);
  const reader = protobufNoSrDeserializer({
    topic: '',
    format,
    features: {},
    columns,
    isKey: false,
  });
  return lines.map((line) => {
    const { row } = line;
    const bytes = isObject(row) ? row['protobufBytes'] : undefined;
    if (typeof bytes !== 'string') return line;
    return { ...line, row: fieldsText(columns, reader.deserialize(Buffer.from(bytes, 'base64')) ?? [], '') };
  }) as readonly JsonValue[] as readonly JsonObject[];
}

/** Fields at their default are not part of a message, and so not of its text. */
function fieldsText(fields: readonly StructField[], values: readonly unknown[], indent: string): string {
  return fields.map(({ name, type }, i) => fieldText(name, type, values[i], indent)).join('');
}

function fieldText(name: string, type: SqlType, value: unknown, indent: string): string {
  if (value === null || value === undefined) return '';
  switch (type.kind) {
    case 'ARRAY':
      return (value as unknown[]).map((item) => itemText(name, type.element, item, indent)).join('');
    case 'MAP':
      return [...(value as Map<unknown, unknown>)]
        .map(
          ([key, item]) =>
            `${indent}${name} {\n${itemText('key', type.key, key, `${indent}  `)}` +
            `${itemText('value', type.value, item, `${indent}  `)}${indent}}\n`,
        )
        .join('');
    default:
      return isDefault(value) ? '' : itemText(name, type, value, indent);
  }
}

function isDefault(value: unknown): boolean {
  return value === 0 || value === '' || value === false || (Buffer.isBuffer(value) && value.length === 0);
}

function itemText(name: string, type: SqlType, value: unknown, indent: string): string {
  if (type.kind !== 'STRUCT') return `${indent}${name}: ${scalarText(value)}\n`;
  const inner = fieldsText(type.fields, value as unknown[], `${indent}  `);
  return `${indent}${name} {\n${inner}${indent}}\n`;
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return quoted(Buffer.from(value));
  return Buffer.isBuffer(value) ? quoted(value) : String(value);
}

function quoted(bytes: Buffer): string {
  const shown = [...bytes].map((byte) => {
    if (byte === 34 || byte === 92) return `\\${String.fromCharCode(byte)}`;
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${shown.join('')}"`;
}
