import type { BigDecimal } from '../../types/decimal';
import type { SqlType, StructField } from '../../types/sql-type';
import { formatType } from '../../types/type-text';
import { twosComplement } from '../avro/avro-writer';
import { SerdeError } from '../contracts';
import { matchField } from '../field-names';
import { columnGroups } from './protobuf-columns';
import { SCALAR_CODECS } from './protobuf-scalars';
import type { ProtoField, ProtoMessage, ProtoScalar, ProtoType } from './protobuf-schema';
import { ProtoWriter, WIRE } from './protobuf-wire';

export type MessageWriter = (row: readonly unknown[], writer: ProtoWriter) => void;
/** Writes tag and value of one field. */
type FieldWriter = (writer: ProtoWriter, value: unknown) => void;

const MS_PER_DAY = 86_400_000;

/** Writes rows as messages. NULLs of plain fields are left out, and so read back as the type's default. */
export function protobufWriter(message: ProtoMessage, columns: readonly StructField[]): MessageWriter {
  const names = columns.map((column) => column.name);
  const writers = columnGroups(message).flatMap((group) => {
    const index = matchField(group.name, names);
    if (index < 0) return [];
    const { type } = columns[index]!;
    return [
      { index, write: group.isOneOf ? oneOfWriter(group.fields, type) : fieldWriter(group.fields[0]!, type) },
    ];
  });
  return (row, writer) => {
    for (const { index, write } of writers) {
      const value = row[index];
      if (value !== null && value !== undefined) write(writer, value);
    }
  };
}

function oneOfWriter(fields: readonly ProtoField[], type: SqlType): FieldWriter {
  if (type.kind !== 'STRUCT') throw new SerdeError(`Cannot serialize type ${formatType(type)} as a oneof`);
  const writers = type.fields.map((f) => {
    const field =
      fields[
        matchField(
          f.name,
          fields.map((x) => x.name),
        )
      ];
    return field && fieldWriter(field, f.type);
  });
  return (writer, value) =>
    (value as unknown[]).forEach((item, i) => item !== null && writers[i]?.(writer, item));
}

function fieldWriter(field: ProtoField, type: SqlType): FieldWriter {
  if (field.entry !== undefined) return mapWriter(field, field.entry, type);
  if (field.repeated) return repeatedWriter(field, type);
  const write = valueWriter(field.type, type);
  const { wireType } = write;
  const implicit = field.type.kind === 'scalar' && !field.optional && field.oneOf === undefined;
  return (writer, value) => {
    if (implicit && isDefault(value)) return;
    writer.tag(field.id, wireType);
    write.write(writer, value);
  };
}

/** proto3 does not write default values of fields without presence. */
function isDefault(value: unknown): boolean {
  return (
    value === false || value === '' || Object.is(value, 0) || (Buffer.isBuffer(value) && value.length === 0)
  );
}

function repeatedWriter(field: ProtoField, type: SqlType): FieldWriter {
  if (type.kind !== 'ARRAY') return refuse(field.type, type);
  const write = valueWriter(field.type, type.element);
  const fallback =
    field.type.kind === 'scalar' || field.type.kind === 'wrapper'
      ? SCALAR_CODECS[field.type.scalar].default
      : undefined;
  const isPacked = write.wireType !== WIRE.bytes;
  return (writer, value) => {
    const items = (value as unknown[]).map((item) => item ?? fallback ?? refuseNullElement(field));
    if (items.length === 0) return;
    if (!isPacked) {
      for (const item of items) write.write(writer.tag(field.id, WIRE.bytes), item);
      return;
    }
    const packed = new ProtoWriter();
    for (const item of items) write.write(packed, item);
    writer.tag(field.id, WIRE.bytes).block(packed.finish());
  };
}

/** Elements of a repeated field have no presence, and a message has no default. */
function refuseNullElement(field: ProtoField): never {
  throw new SerdeError(`field ${field.name}: protobuf cannot hold a NULL element`);
}

function mapWriter(field: ProtoField, entry: ProtoMessage, type: SqlType): FieldWriter {
  if (type.kind !== 'MAP') return refuse(field.type, type);
  const write = protobufWriter(entry, [
    { name: 'key', type: type.key },
    { name: 'value', type: type.value },
  ]);
  return (writer, value) => {
    for (const pair of value as Map<unknown, unknown>) {
      const message = new ProtoWriter();
      write(pair, message);
      writer.tag(field.id, WIRE.bytes).block(message.finish());
    }
  };
}

interface ValueWriter {
  readonly wireType: number;
  readonly write: (writer: ProtoWriter, value: unknown) => void;
}

function refuse(type: ProtoType, sql: SqlType): never {
  throw new SerdeError(`Cannot serialize type ${formatType(sql)} as type ${type.kind}`);
}

function nested(fill: (message: ProtoWriter, value: unknown) => void): ValueWriter {
  return {
    wireType: WIRE.bytes,
    write(writer, value) {
      const message = new ProtoWriter();
      fill(message, value);
      writer.block(message.finish());
    },
  };
}

function valueWriter(type: ProtoType, sql: SqlType): ValueWriter {
  switch (type.kind) {
    case 'scalar':
      return fits(type.scalar, sql) ? SCALAR_CODECS[type.scalar] : refuse(type, sql);
    case 'wrapper': {
      const codec = SCALAR_CODECS[type.scalar];
      if (!fits(type.scalar, sql)) return refuse(type, sql);
      return nested((message, value) => {
        if (!isDefault(value)) codec.write(message.tag(1, codec.wireType), value);
      });
    }
    case 'enum': {
      const numbers = new Map([...type.names].map(([number, name]) => [name, number]));
      return {
        wireType: WIRE.varint,
        write: (writer, value) => void writer.varint(BigInt(numbers.get(value as string) ?? 0)),
      };
    }
    case 'message': {
      if (sql.kind !== 'STRUCT') return refuse(type, sql);
      let write: MessageWriter | undefined;
      return nested((message, value) =>
        (write ??= protobufWriter(type.message, sql.fields))(value as unknown[], message),
      );
    }
    case 'timestamp':
      return nested((message, value) => numbersInto(message, timestampParts(value as number)));
    case 'date':
      return nested((message, value) => numbersInto(message, dateParts(value as number)));
    case 'time':
      return nested((message, value) => numbersInto(message, timeParts(value as number)));
    case 'decimal':
      return nested((message, value) => decimalInto(message, value as BigDecimal));
  }
}

const COMPATIBLE: Readonly<Record<string, ReadonlySet<SqlType['kind']>>> = {
  double: new Set(['DOUBLE']),
  float: new Set(['DOUBLE']),
  bool: new Set(['BOOLEAN']),
  string: new Set(['STRING']),
  bytes: new Set(['BYTES']),
  int32: new Set(['INTEGER']),
  sint32: new Set(['INTEGER']),
  sfixed32: new Set(['INTEGER']),
};
const INTEGERS: ReadonlySet<SqlType['kind']> = new Set(['INTEGER', 'BIGINT']);

function fits(scalar: ProtoScalar, sql: SqlType): boolean {
  return (COMPATIBLE[scalar] ?? INTEGERS).has(sql.kind);
}

function numbersInto(message: ProtoWriter, values: readonly number[]): void {
  values.forEach((value, i) => value !== 0 && message.tag(i + 1, WIRE.varint).varint(BigInt(value)));
}

function timestampParts(ms: number): number[] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, (ms - seconds * 1000) * 1e6];
}

function dateParts(epochDay: number): number[] {
  const date = new Date(epochDay * MS_PER_DAY);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
}

function timeParts(ms: number): number[] {
  return [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1000) % 60,
    (ms % 1000) * 1e6,
  ];
}

function decimalInto(message: ProtoWriter, value: BigDecimal): void {
  message.tag(1, WIRE.bytes).block(twosComplement(value.unscaledValue()));
  message.tag(2, WIRE.varint).varint(BigInt(value.precision()));
  if (value.scale() !== 0) message.tag(3, WIRE.varint).varint(BigInt(value.scale()));
}
