import type { Column, Format } from '../../catalog/catalog';
import type { SchemaText } from '../../runtime/contracts';
import { assertNever } from '../../source/assert-never';
import type { SqlType } from '../../types/sql-type';
import { SerdeError } from '../contracts';
import type { ProtoField, ProtoFile, ProtoMessage, ProtoScalar, ProtoType } from './protobuf-schema';
import { parseProtobuf } from './protobuf-schema';

/** Columns of a proto3 file's message: the one that `fullSchemaName` names, else the first. */
export function protobufColumns(schema: SchemaText, format: Format, keepCase: boolean): readonly Column[] {
  return messageColumns(chosenMessage(parseProtobuf(schema), format), keepCase, []);
}

export function chosenMessage(file: ProtoFile, format: Format): ProtoMessage {
  const name = format.properties['fullSchemaName'];
  const message = name === undefined ? file.at([0]) : file.find(name);
  if (message === undefined) throw new SerdeError(`the protobuf schema has no message ${name ?? ''}`);
  return message;
}

/** Groups of fields: a `oneof` becomes one STRUCT of its fields. */
export interface ColumnGroup {
  readonly name: string;
  readonly fields: readonly ProtoField[];
  readonly isOneOf: boolean;
}

/** Connect puts the oneofs of a message before its other fields, each named for its place among them. */
export function columnGroups(message: ProtoMessage): readonly ColumnGroup[] {
  const oneOfs = [...new Set(message.fields.flatMap((field) => field.oneOf ?? []))];
  const unions = oneOfs.map((oneOf, index) => ({
    name: `${oneOf}_${index}`,
    fields: message.fields.filter((field) => field.oneOf === oneOf),
    isOneOf: true,
  }));
  const others = message.fields.filter((field) => field.oneOf === undefined);
  return [...unions, ...others.map((field) => ({ name: field.name, fields: [field], isOneOf: false }))];
}

/** `within`: the messages around; SQL has no type for one that holds itself. */
function messageColumns(message: ProtoMessage, keepCase: boolean, within: readonly ProtoMessage[]): Column[] {
  if (within.includes(message)) throw new SerdeError(`the message ${message.name} holds itself`);
  const named = (name: string): string => (keepCase ? name : name.toUpperCase());
  const inside = [...within, message];
  return columnGroups(message).map(({ name, fields, isOneOf }) => ({
    name: named(name),
    type: isOneOf
      ? {
          kind: 'STRUCT',
          fields: fields.map((f) => ({ name: named(f.name), type: fieldType(f, keepCase, inside) })),
        }
      : fieldType(fields[0]!, keepCase, inside),
  }));
}

function fieldType(field: ProtoField, keepCase: boolean, within: readonly ProtoMessage[]): SqlType {
  if (field.entry !== undefined) {
    const [key, value] = field.entry.fields.map((part) => fieldType(part, keepCase, within));
    return { kind: 'MAP', key: key!, value: value! };
  }
  const type = sqlType(field.type, keepCase, within);
  return field.repeated ? { kind: 'ARRAY', element: type } : type;
}

function sqlType(type: ProtoType, keepCase: boolean, within: readonly ProtoMessage[]): SqlType {
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
      return { kind: 'STRUCT', fields: messageColumns(type.message, keepCase, within) };
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
