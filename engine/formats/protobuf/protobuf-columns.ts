import type { Column, Format } from '../../catalog/catalog';
import type { SchemaText } from '../../runtime/contracts';
import { assertNever } from '../../source/assert-never';
import type { SqlType } from '../../types/sql-type';
import { SerdeError } from '../contracts';
import type { ProtoField, ProtoFile, ProtoMessage, ProtoScalar, ProtoType } from './protobuf-schema';
import { parseProtobuf } from './protobuf-schema';

/** Columns of a proto3 file's message: the one that `fullSchemaName` names, else the first. */
export function protobufColumns(schema: SchemaText, format: Format, keepCase: boolean): readonly Column[] {
  return messageColumns(chosenMessage(parseProtobuf(schema), format), keepCase);
}

export function chosenMessage(file: ProtoFile, format: Format): ProtoMessage {
  const name = format.properties['fullSchemaName'];
  const message = name === undefined ? file.messages[0] : file.find(name);
  if (message === undefined) throw new SerdeError(`the protobuf schema has no message ${name ?? ''}`);
  return message;
}

/** Groups of fields: a `oneof` becomes one STRUCT of its fields. */
export interface ColumnGroup {
  readonly name: string;
  readonly fields: readonly ProtoField[];
  readonly isOneOf: boolean;
}

export function columnGroups(message: ProtoMessage): readonly ColumnGroup[] {
  const groups: { name: string; fields: ProtoField[]; isOneOf: boolean }[] = [];
  let oneOfs = 0;
  for (const field of message.fields) {
    const open =
      field.oneOf === undefined
        ? undefined
        : groups.find((g) => g.isOneOf && g.fields[0]!.oneOf === field.oneOf);
    if (open !== undefined) open.fields.push(field);
    else if (field.oneOf !== undefined)
      groups.push({ name: `${field.oneOf}_${oneOfs++}`, fields: [field], isOneOf: true });
    else groups.push({ name: field.name, fields: [field], isOneOf: false });
  }
  return groups;
}

function messageColumns(message: ProtoMessage, keepCase: boolean): Column[] {
  const named = (name: string): string => (keepCase ? name : name.toUpperCase());
  return columnGroups(message).map(({ name, fields, isOneOf }) => ({
    name: named(name),
    type: isOneOf
      ? { kind: 'STRUCT', fields: fields.map((f) => ({ name: named(f.name), type: fieldType(f, keepCase) })) }
      : fieldType(fields[0]!, keepCase),
  }));
}

function fieldType(field: ProtoField, keepCase: boolean): SqlType {
  const type = sqlType(field.type, keepCase);
  if (field.mapKey !== undefined) return { kind: 'MAP', key: sqlType(field.mapKey, keepCase), value: type };
  return field.repeated ? { kind: 'ARRAY', element: type } : type;
}

function sqlType(type: ProtoType, keepCase: boolean): SqlType {
  switch (type.kind) {
    case 'scalar':
    case 'wrapper':
      return { kind: SCALAR_TYPES[type.scalar] };
    case 'timestamp':
      return { kind: 'TIMESTAMP' };
    case 'date':
      return { kind: 'DATE' };
    case 'time':
      return { kind: 'TIME' };
    case 'decimal':
      return { kind: 'DECIMAL', precision: type.precision, scale: type.scale };
    case 'enum':
      return { kind: 'STRING' };
    case 'message':
      return { kind: 'STRUCT', fields: messageColumns(type.message, keepCase) };
    default:
      return assertNever(type, 'type');
  }
}

const SCALAR_TYPES: Readonly<
  Record<ProtoScalar, 'BOOLEAN' | 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'STRING' | 'BYTES'>
> = {
  double: 'DOUBLE',
  float: 'DOUBLE',
  int32: 'INTEGER',
  sint32: 'INTEGER',
  sfixed32: 'INTEGER',
  uint32: 'BIGINT',
  fixed32: 'BIGINT',
  int64: 'BIGINT',
  uint64: 'BIGINT',
  sint64: 'BIGINT',
  fixed64: 'BIGINT',
  sfixed64: 'BIGINT',
  bool: 'BOOLEAN',
  string: 'STRING',
  bytes: 'BYTES',
};
