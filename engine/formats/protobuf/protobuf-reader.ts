import { Big, fitDecimal } from '../../types/decimal';
import { epochDayOf } from '../../types/temporal-text';
import type { SqlType, StructField } from '../../types/sql-type';
import { formatType } from '../../types/type-text';
import { valueToText } from '../../types/value-text';
import { SerdeError } from '../contracts';
import { matchField } from '../field-names';
import { columnGroups } from './protobuf-columns';
import { SCALAR_CODECS } from './protobuf-scalars';
import type { ProtoField, ProtoMessage, ProtoScalar, ProtoType } from './protobuf-schema';
import type { ProtoReader } from './protobuf-wire';
import { WIRE } from './protobuf-wire';

/** Reads one message into a row. */
export type MessageReader = (reader: ProtoReader) => unknown[];
type ValueReader = (reader: ProtoReader) => unknown;

interface Target {
  readonly column: number;
  /** Position within the STRUCT that a oneof is. */
  readonly inner?: number;
  readonly width: number;
  readonly field: ProtoField;
  readonly read: ValueReader;
  /** Reads one entry of a map: a row of key and value. */
  readonly readEntry?: MessageReader;
}

/** Fields are matched by name without regard to case; what no column wants is passed over. */
export function protobufReader(message: ProtoMessage, columns: readonly StructField[]): MessageReader {
  let targets: ReadonlyMap<number, Target> | undefined;
  let defaults: readonly unknown[] | undefined;
  return (reader) => {
    targets ??= targetsOf(message, columns);
    defaults ??= defaultsOf(message, columns);
    const row = defaults.map((value) =>
      value === EMPTY_ARRAY ? [] : value === EMPTY_MAP ? new Map() : value,
    );
    while (!reader.done) {
      const tag = reader.uint32();
      const target = targets.get(tag >>> 3);
      if (target === undefined) reader.skip(tag & 7);
      else readField(reader, tag & 7, target, row);
    }
    return row;
  };
}

const EMPTY_ARRAY = Symbol('[]');
const EMPTY_MAP = Symbol('{}');

function targetsOf(message: ProtoMessage, columns: readonly StructField[]): Map<number, Target> {
  const targets = new Map<number, Target>();
  const names = columns.map((column) => column.name);
  for (const group of columnGroups(message)) {
    const column = indexOf(names, group.name);
    if (column < 0) continue;
    const { type } = columns[column]!;
    group.fields.forEach((field) => {
      if (!group.isOneOf) return targets.set(field.id, targetOf(field, type, column));
      if (type.kind !== 'STRUCT') return undefined;
      const inner = indexOf(
        type.fields.map((f) => f.name),
        field.name,
      );
      return inner < 0
        ? undefined
        : targets.set(field.id, {
            ...targetOf(field, type.fields[inner]!.type, column),
            inner,
            width: type.fields.length,
          });
    });
  }
  return targets;
}

/** The column that a field belongs to: of exactly its name, else of its name in another case. */
function indexOf(columns: readonly string[], field: string): number {
  return matchField(field, columns);
}

function targetOf(field: ProtoField, type: SqlType, column: number): Target {
  if (field.entry !== undefined) {
    if (type.kind !== 'MAP') return refuse(field, type);
    const parts = [
      { name: 'key', type: type.key },
      { name: 'value', type: type.value },
    ];
    return { column, width: 0, field, read: () => null, readEntry: protobufReader(field.entry, parts) };
  }
  if (!field.repeated) return { column, width: 0, field, read: valueReader(field.type, type, field) };
  if (type.kind !== 'ARRAY') return refuse(field, type);
  return { column, width: 0, field, read: valueReader(field.type, type.element, field) };
}

function refuse(field: ProtoField, type: SqlType): never {
  throw new SerdeError(
    `Cannot deserialize field ${field.name} of type ${field.type.kind} as type ${formatType(type)}`,
  );
}

function defaultsOf(message: ProtoMessage, columns: readonly StructField[]): readonly unknown[] {
  const groups = columnGroups(message);
  return columns.map((column) => {
    const at = indexOf(
      groups.map((g) => g.name),
      column.name,
    );
    const group = groups[at];
    if (group === undefined || group.isOneOf) return null;
    return defaultOf(group.fields[0]!, column.type);
  });
}

function defaultOf(field: ProtoField, type: SqlType): unknown {
  if (field.entry !== undefined) return EMPTY_MAP;
  if (field.repeated) return EMPTY_ARRAY;
  if (field.optional) return null;
  if (field.type.kind === 'enum') return field.type.names.get(0) ?? null;
  return field.type.kind === 'scalar'
    ? converted(SCALAR_CODECS[field.type.scalar].default, field.type.scalar, type)
    : null;
}

function readField(reader: ProtoReader, wireType: number, target: Target, row: unknown[]): void {
  const { column, field, read, readEntry, inner, width } = target;
  if (readEntry !== undefined) {
    const [key, value] = readEntry(reader.message());
    (row[column] as Map<unknown, unknown>).set(key, value);
  } else if (field.repeated) {
    readRepeated(reader, wireType, target, row[column] as unknown[]);
  } else if (inner !== undefined) {
    const struct = new Array<unknown>(width).fill(null);
    struct[inner] = read(reader);
    row[column] = struct;
  } else {
    row[column] = read(reader);
  }
}

/** Numbers may come packed into one block. */
function readRepeated(
  reader: ProtoReader,
  wireType: number,
  { field, read }: Target,
  items: unknown[],
): void {
  const single =
    field.type.kind === 'scalar'
      ? SCALAR_CODECS[field.type.scalar].wireType
      : field.type.kind === 'enum'
        ? WIRE.varint
        : WIRE.bytes;
  if (wireType !== WIRE.bytes || single === WIRE.bytes) {
    items.push(read(reader));
    return;
  }
  const packed = reader.message();
  while (!packed.done) items.push(read(packed));
}

function valueReader(type: ProtoType, sql: SqlType, field: ProtoField): ValueReader {
  switch (type.kind) {
    case 'scalar': {
      const { read } = SCALAR_CODECS[type.scalar];
      return (reader) => converted(read(reader), type.scalar, sql);
    }
    case 'wrapper':
      return wrapperReader(type.scalar, sql);
    case 'enum':
      return (reader) => type.names.get(reader.uint32()) ?? null;
    case 'message': {
      if (sql.kind !== 'STRUCT') return refuse(field, sql);
      const read = protobufReader(type.message, sql.fields);
      return (reader) => read(reader.message());
    }
    case 'timestamp':
      return (reader) => {
        const [seconds, nanos] = numbers(reader.message());
        return seconds * 1000 + Math.floor(nanos / 1e6);
      };
    case 'date':
      return (reader) => {
        const [year, month, day] = numbers(reader.message());
        return epochDayOf(year, month, day);
      };
    case 'time':
      return (reader) => {
        const [hours, minutes, seconds, nanos] = numbers(reader.message());
        return ((hours * 60 + minutes) * 60 + seconds) * 1000 + Math.floor(nanos / 1e6);
      };
    case 'decimal':
      return decimalReader(sql, field);
  }
}

/** The varint fields 1 to 4 of a small message. */
function numbers(reader: ProtoReader): [number, number, number, number] {
  const values: [number, number, number, number] = [0, 0, 0, 0];
  while (!reader.done) {
    const tag = reader.uint32();
    const id = tag >>> 3;
    if ((tag & 7) === WIRE.varint && id >= 1 && id <= 4)
      values[id - 1] = Number(BigInt.asIntN(64, reader.varint()));
    else reader.skip(tag & 7);
  }
  return values;
}

function wrapperReader(scalar: ProtoScalar, sql: SqlType): ValueReader {
  const codec = SCALAR_CODECS[scalar];
  return (reader) => {
    const message = reader.message();
    let value = codec.default;
    while (!message.done) {
      const tag = message.uint32();
      if (tag >>> 3 === 1) value = codec.read(message);
      else message.skip(tag & 7);
    }
    return converted(value, scalar, sql);
  };
}

function decimalReader(sql: SqlType, field: ProtoField): ValueReader {
  if (sql.kind !== 'DECIMAL') return refuse(field, sql);
  return (reader) => {
    const message = reader.message();
    let unscaled = 0n;
    let scale = 0;
    while (!message.done) {
      const tag = message.uint32();
      const id = tag >>> 3;
      if (id === 1) unscaled = bigIntOf(message.block());
      else if (id === 3) scale = Number(BigInt.asIntN(32, message.varint()));
      else message.skip(tag & 7);
    }
    return fitDecimal(Big(unscaled, scale), sql);
  };
}

function bigIntOf(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
}

/** A STRING column takes any scalar as its text. */
function converted(value: unknown, scalar: ProtoScalar, sql: SqlType): unknown {
  if (sql.kind !== 'STRING' || scalar === 'string') return value;
  return valueToText(value, {
    kind: scalar === 'bool' ? 'BOOLEAN' : scalar === 'double' || scalar === 'float' ? 'DOUBLE' : 'BIGINT',
  });
}
