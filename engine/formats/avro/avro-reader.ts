import { Big } from '../../types/decimal';
import type { SqlType, StructField } from '../../types/sql-type';
import { fitDecimal } from '../../types/decimal';
import { valueToText } from '../../types/value-text';
import { SerdeError } from '../contracts';
import { connectName, connectNameOfAvro } from './connect-names';
import { matchField } from '../field-names';
import type { AvroCursor } from './avro-cursor';
import type { AvroDecimal, AvroRecord, AvroType } from './avro-schema';
import { branchName } from './avro-schema';
import { sqlTypeOfAvro } from './avro-columns';

/** Consumes one encoded value and gives it as SQL holds it. */
export type AvroReader = (cursor: AvroCursor) => unknown;

/** Reads values written as `writer` into a SQL type. Throws SerdeError where they do not go together. */
export function avroReader(writer: AvroType, type: SqlType): AvroReader {
  if (writer.kind === 'union') return unionReader(writer.branches, type);
  switch (type.kind) {
    case 'BOOLEAN':
      return writer.kind === 'boolean' ? (c) => c.boolean() : refuse(writer, type);
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
      return writer.kind === 'int' ? (c) => c.int() : refuse(writer, type);
    case 'BIGINT':
      return writer.kind === 'int'
        ? (c) => c.int()
        : writer.kind === 'long'
          ? (c) => c.long()
          : refuse(writer, type);
    case 'TIMESTAMP':
      return writer.kind === 'long' ? (c) => Number(c.long()) : refuse(writer, type);
    case 'DOUBLE':
      return doubleReader(writer, type);
    case 'DECIMAL':
      return decimalReader(writer, type);
    case 'STRING':
      return stringReader(writer, type);
    case 'BYTES':
      return bytesReader(writer) ?? refuse(writer, type);
    case 'ARRAY':
      return arrayReader(writer, type);
    case 'MAP':
      return mapReader(writer, type);
    case 'STRUCT':
      return writer.kind === 'record' ? avroRecordReader(writer, type.fields) : refuse(writer, type);
  }
}

function refuse(writer: AvroType, type: SqlType): never {
  throw new SerdeError(`Cannot deserialize type ${connectNameOfAvro(writer)} as type ${connectName(type)}`);
}

function doubleReader(writer: AvroType, type: SqlType): AvroReader {
  if (writer.kind === 'double') return (c) => c.double();
  return writer.kind === 'float' ? (c) => c.float() : refuse(writer, type);
}

/** Values of other types are read as their text. */
function stringReader(writer: AvroType, type: SqlType): AvroReader {
  if (writer.kind === 'string') return (c) => c.string();
  if (writer.kind === 'enum') return (c) => writer.symbols[c.int()] ?? refuse(writer, type);
  if (!['boolean', 'int', 'long', 'float', 'double'].includes(writer.kind)) return refuse(writer, type);
  const own = sqlTypeOfAvro(writer, true)!;
  const read = avroReader(writer, own);
  return (c) => valueToText(read(c), own);
}

function bytesReader(writer: AvroType): AvroReader | undefined {
  if (writer.kind === 'bytes') return (c) => Buffer.from(c.slice(c.length()));
  return writer.kind === 'fixed' ? (c) => Buffer.from(c.slice(writer.size)) : undefined;
}

function decimalReader(writer: AvroType, type: SqlType & { kind: 'DECIMAL' }): AvroReader {
  const decimal: AvroDecimal | undefined =
    writer.kind === 'bytes' || writer.kind === 'fixed' ? writer.decimal : undefined;
  const bytes = bytesReader(writer);
  if (decimal === undefined || bytes === undefined) return refuse(writer, type);
  return (c) => fitDecimal(Big(bigIntOf(bytes(c) as Buffer), decimal.scale), type);
}

/** Two's complement, big-endian. */
function bigIntOf(bytes: Buffer): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
}

function arrayReader(writer: AvroType, type: SqlType & { kind: 'ARRAY' }): AvroReader {
  if (writer.kind !== 'array') return refuse(writer, type);
  const item = avroReader(writer.items, type.element);
  return (c) => {
    const items: unknown[] = [];
    c.blocks(() => items.push(item(c)));
    return items;
  };
}

function mapReader(writer: AvroType, type: SqlType & { kind: 'MAP' }): AvroReader {
  const [key, value] = entryReaders(writer, type);
  return (c) => {
    const entries = new Map<unknown, unknown>();
    c.blocks(() => {
      const name = key(c);
      entries.set(name, value(c));
    });
    return entries;
  };
}

function entryReaders(writer: AvroType, type: SqlType & { kind: 'MAP' }): readonly [AvroReader, AvroReader] {
  if (writer.kind === 'map') return [(c) => c.string(), avroReader(writer.values, type.value)];
  if (writer.kind !== 'array' || writer.items.kind !== 'record' || writer.items.fields.length !== 2)
    return refuse(writer, type);
  const [key, value] = writer.items.fields;
  return [avroReader(key!.type, type.key), avroReader(value!.type, type.value)];
}

function unionReader(branches: readonly AvroType[], type: SqlType): AvroReader {
  const others = branches.filter((branch) => branch.kind !== 'null');
  const readers =
    others.length > 1 && isUnionStruct(others, type)
      ? structBranches(branches, type)
      : branches.map((b) => branchReader(b, type));
  return (c) => {
    const index = c.int();
    const read = readers[index];
    if (read === undefined) throw new SerdeError(`invalid Avro data: a union has no branch ${index}`);
    return read(c);
  };
}

/** A branch that does not fit the type is an error only once a value has it. */
function branchReader(branch: AvroType, type: SqlType): AvroReader {
  if (branch.kind === 'null') return () => null;
  try {
    return avroReader(branch, type);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** A union of several types is a STRUCT with one field a type, of which one is set. */
function isUnionStruct(branches: readonly AvroType[], type: SqlType): type is SqlType & { kind: 'STRUCT' } {
  return (
    type.kind === 'STRUCT' &&
    branches.every((b) => type.fields.some((f) => matchField(f.name, [branchName(b)]) >= 0))
  );
}

function structBranches(
  branches: readonly AvroType[],
  type: SqlType & { kind: 'STRUCT' },
): readonly AvroReader[] {
  return branches.map((branch) => {
    if (branch.kind === 'null') return () => null;
    const index = type.fields.findIndex((f) => matchField(f.name, [branchName(branch)]) >= 0);
    const read = avroReader(branch, type.fields[index]!.type);
    return (c) => type.fields.map((_, i) => (i === index ? read(c) : null));
  });
}

/**
 * Reads a record into a row. Fields are matched by name without regard to case, an exact match first; fields that no used column
 * wants are passed over without decoding them.
 */
export function avroRecordReader(
  writer: AvroRecord,
  columns: readonly StructField[],
  used?: ReadonlySet<number>,
): (cursor: AvroCursor) => unknown[] {
  const targets = fieldTargets(writer, columns, used);
  const readers = writer.fields.map((field, i) => {
    const target = targets[i]!;
    return target < 0 ? avroSkipper(field.type) : lazily(() => avroReader(field.type, columns[target]!.type));
  });
  const count = readers.length;
  const width = columns.length;
  // Most columns of most rows are NULL: where that is written as one byte 0, no reader is needed.
  const nullIsZero = writer.fields.map(
    ({ type }) => type.kind === 'union' && type.branches[0]?.kind === 'null',
  );
  return (cursor) => {
    const row = new Array<unknown>(width).fill(null);
    for (let i = 0; i < count; i++) {
      const target = targets[i]!;
      if (nullIsZero[i]! && cursor.bytes[cursor.position] === 0) cursor.position++;
      else if (target < 0) readers[i]!(cursor);
      else row[target] = readers[i]!(cursor);
    }
    return row;
  };
}

/** Records may hold themselves: readers of fields are made when they are first needed. */
function lazily(make: () => AvroReader): AvroReader {
  let reader: AvroReader | undefined;
  return (cursor) => (reader ??= make())(cursor);
}

function fieldTargets(
  writer: AvroRecord,
  columns: readonly StructField[],
  used?: ReadonlySet<number>,
): readonly number[] {
  const names = writer.fields.map((field) => field.name);
  const targets = new Array<number>(names.length).fill(-1);
  columns.forEach((column, index) => {
    const at = matchField(column.name, names);
    if (at >= 0 && used?.has(index) !== false) targets[at] = index;
  });
  return targets;
}

/** Passes over one value. */
export function avroSkipper(type: AvroType): AvroReader {
  switch (type.kind) {
    case 'null':
      return () => undefined;
    case 'boolean':
      return (c) => void (c.position += 1);
    case 'int':
    case 'long':
    case 'enum':
      return (c) => {
        while (c.bytes[c.position++]! & 0x80);
      };
    case 'float':
      return (c) => void (c.position += 4);
    case 'double':
      return (c) => void (c.position += 8);
    case 'string':
    case 'bytes':
      return skipText;
    case 'fixed':
      return (c) => void (c.position += type.size);
    case 'array':
      return blockSkipper(lazily(() => avroSkipper(type.items)));
    case 'map': {
      const value = lazily(() => avroSkipper(type.values));
      return blockSkipper((c) => {
        skipText(c);
        value(c);
      });
    }
    case 'record': {
      const fields = type.fields.map((field) => lazily(() => avroSkipper(field.type)));
      return (c) => {
        for (const skip of fields) skip(c);
      };
    }
    case 'union': {
      const branches = type.branches.map((branch) => lazily(() => avroSkipper(branch)));
      return (c) => branches[c.int()]!(c);
    }
  }
}

/** `position += length()` would read the position before the length has moved it. */
function skipText(cursor: AvroCursor): void {
  const size = cursor.length();
  cursor.position += size;
}

function blockSkipper(item: AvroReader): AvroReader {
  return (c) => c.blocks(() => item(c));
}
