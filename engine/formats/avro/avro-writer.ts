import type { BigDecimal } from '../../types/decimal';
import type { Long, SqlType, StructField } from '../../types/sql-type';
import { formatType } from '../../types/type-text';
import { SerdeError } from '../contracts';
import { matchField } from '../field-names';
import type { AvroOutput } from './avro-output';
import type { AvroField, AvroRecord, AvroType } from './avro-schema';
import { sqlTypeOfAvro } from './avro-columns';

/** Encodes one SQL value. */
export type AvroWriter = (value: unknown, output: AvroOutput) => void;

/** Writes values of a SQL type as a schema says. Throws SerdeError where they do not go together. */
export function avroWriter(schema: AvroType, type: SqlType): AvroWriter {
  if (schema.kind === 'union') return unionWriter(schema.branches, type);
  const write = valueWriter(schema, type);
  return (value, output) => {
    if (value === null || value === undefined)
      throw new SerdeError(`null value for a non-optional ${schema.kind}`);
    write(value, output);
  };
}

function unionWriter(branches: readonly AvroType[], type: SqlType): AvroWriter {
  const nullBranch = branches.findIndex((branch) => branch.kind === 'null');
  const fitting = branches.flatMap((branch, index) =>
    branch.kind === 'null' ? [] : tryWriter(branch, type, index),
  );
  const [chosen] = fitting;
  if (chosen === undefined) return refuse({ kind: 'union', branches }, type);
  return (value, output) => {
    if (value === null || value === undefined) {
      if (nullBranch < 0) throw new SerdeError('null value for a union without null');
      return output.int(nullBranch);
    }
    output.int(chosen.index);
    chosen.write(value, output);
  };
}

function tryWriter(
  branch: AvroType,
  type: SqlType,
  index: number,
): { readonly index: number; readonly write: AvroWriter }[] {
  try {
    return [{ index, write: valueWriter(branch, type) }];
  } catch {
    return [];
  }
}

function refuse(schema: AvroType, type: SqlType): never {
  throw new SerdeError(`Cannot serialize type ${formatType(type)} as type ${schema.kind}`);
}

function valueWriter(schema: AvroType, type: SqlType): AvroWriter {
  switch (schema.kind) {
    case 'boolean':
      return type.kind === 'BOOLEAN' ? (v, o) => o.byte(v === true ? 1 : 0) : refuse(schema, type);
    case 'int':
      return ['INTEGER', 'DATE', 'TIME'].includes(type.kind)
        ? (v, o) => o.int(v as number)
        : refuse(schema, type);
    case 'long':
      return ['INTEGER', 'BIGINT', 'TIMESTAMP'].includes(type.kind)
        ? (v, o) => o.long(v as Long)
        : refuse(schema, type);
    case 'float':
      return type.kind === 'DOUBLE' ? (v, o) => o.float(v as number) : refuse(schema, type);
    case 'double':
      return type.kind === 'DOUBLE' ? (v, o) => o.double(v as number) : refuse(schema, type);
    case 'string':
      return type.kind === 'STRING' ? (v, o) => o.string(v as string) : refuse(schema, type);
    case 'enum':
      return type.kind === 'STRING'
        ? (v, o) => o.int(symbolIndex(schema.symbols, v as string))
        : refuse(schema, type);
    case 'bytes':
      return bytesWriter(schema, type);
    case 'fixed':
      return type.kind === 'BYTES' ? (v, o) => o.raw(v as Buffer) : refuse(schema, type);
    case 'array':
      return type.kind === 'MAP' ? entriesWriter(schema, type) : arrayWriter(schema, type);
    case 'map':
      return mapWriter(schema, type);
    case 'record':
      return type.kind === 'STRUCT'
        ? (avroRecordWriter(schema, type.fields) as AvroWriter)
        : refuse(schema, type);
    case 'null':
    case 'union':
      return refuse(schema, type);
  }
}

function symbolIndex(symbols: readonly string[], value: string): number {
  const index = symbols.indexOf(value);
  if (index < 0) throw new SerdeError(`'${value}' is not a symbol of the enum: ${symbols.join(', ')}`);
  return index;
}

function bytesWriter(schema: AvroType & { kind: 'bytes' }, type: SqlType): AvroWriter {
  if (schema.decimal === undefined)
    return type.kind === 'BYTES' ? (v, o) => o.block(v as Buffer) : refuse(schema, type);
  const { scale } = schema.decimal;
  if (type.kind !== 'DECIMAL') return refuse(schema, type);
  return (v, o) => o.block(twosComplement((v as BigDecimal).setScale(scale).unscaledValue()));
}

/** Shortest two's complement form, big-endian. */
export function twosComplement(value: bigint): Buffer {
  let size = 1;
  while (BigInt.asIntN(size * 8, value) !== value) size++;
  const hex = BigInt.asUintN(size * 8, value)
    .toString(16)
    .padStart(size * 2, '0');
  return Buffer.from(hex, 'hex');
}

function arrayWriter(schema: AvroType & { kind: 'array' }, type: SqlType): AvroWriter {
  if (type.kind !== 'ARRAY') return refuse(schema, type);
  const item = avroWriter(schema.items, type.element);
  return (value, output) => {
    const items = value as unknown[];
    if (items.length > 0) output.long(items.length);
    for (const element of items) item(element, output);
    output.int(0);
  };
}

function entriesWriter(schema: AvroType & { kind: 'array' }, type: SqlType & { kind: 'MAP' }): AvroWriter {
  if (schema.items.kind !== 'record' || schema.items.fields.length !== 2) return refuse(schema, type);
  const [keyField, valueField] = schema.items.fields;
  return writeEntries(avroWriter(keyField!.type, type.key), avroWriter(valueField!.type, type.value));
}

function mapWriter(schema: AvroType & { kind: 'map' }, type: SqlType): AvroWriter {
  if (type.kind !== 'MAP' || type.key.kind !== 'STRING') return refuse(schema, type);
  return writeEntries((key, output) => output.string(key as string), avroWriter(schema.values, type.value));
}

function writeEntries(writeKey: AvroWriter, writeValue: AvroWriter): AvroWriter {
  return (value, output) => {
    const entries = value as Map<unknown, unknown>;
    if (entries.size > 0) output.long(entries.size);
    for (const [key, item] of entries) {
      writeKey(key, output);
      writeValue(item, output);
    }
    output.int(0);
  };
}

/** Fields that no column fills are written with their default. */
export function avroRecordWriter(
  schema: AvroRecord,
  columns: readonly StructField[],
): (row: readonly unknown[], output: AvroOutput) => void {
  const names = columns.map((column) => column.name);
  const indexes = schema.fields.map((field) => matchField(field.name, names));
  const writers = schema.fields.map((field, i) => {
    const index = indexes[i]!;
    return index < 0 ? defaultWriter(field) : fieldWriter(field, columns[index]!, index);
  });
  // Most columns of most rows are NULL: that is one byte, and needs no writer.
  const nulls = schema.fields.map(({ type }, i) => (indexes[i]! < 0 ? -1 : nullByte(type)));
  return (row, output) => {
    for (let i = 0; i < writers.length; i++) {
      if (nulls[i]! >= 0 && (row[indexes[i]!] ?? null) === null) output.byte(nulls[i]!);
      else writers[i]!(row, output);
    }
  };
}

/** How an optional field's NULL is written, -1 where it is not one byte: the branch of the union, zig-zag. */
function nullByte(type: AvroType): number {
  const branch = type.kind === 'union' ? type.branches.findIndex(({ kind }) => kind === 'null') : -1;
  return branch >= 0 && branch < 64 ? branch * 2 : -1;
}

type FieldWriter = (row: readonly unknown[], output: AvroOutput) => void;

/** NULL for a field that must have a value is written as the field's default, where it has one. */
function fieldWriter(field: AvroField, column: StructField, index: number): FieldWriter {
  const write = avroWriter(field.type, column.type);
  const writeDefault = 'default' in field && field.type.kind !== 'union' ? defaultWriter(field) : undefined;
  return (row, output) => {
    if (writeDefault !== undefined && (row[index] ?? null) === null) return writeDefault(row, output);
    try {
      write(row[index], output);
    } catch (cause) {
      throw new SerdeError(`field ${field.name}: ${(cause as Error).message}`, { cause });
    }
  };
}

function defaultWriter(field: AvroField): FieldWriter {
  if (!('default' in field)) throw new SerdeError(`field ${field.name} has no column and no default`);
  const { type, default: value } = field;
  if (type.kind === 'union') {
    // A union's default belongs to its first branch.
    const write = constantWriter(type.branches[0]!, value);
    return (_row, output) => {
      output.int(0);
      write(output);
    };
  }
  const write = constantWriter(type, value);
  return (_row, output) => write(output);
}

function constantWriter(type: AvroType, json: unknown): (output: AvroOutput) => void {
  if (type.kind === 'null') return () => undefined;
  const sqlType = sqlTypeOfAvro(type, true);
  if (sqlType === undefined) throw new SerdeError('unsupported default');
  const write = avroWriter(type, sqlType);
  const value = sqlOfJson(json, sqlType);
  return (output) => write(value, output);
}

function sqlOfJson(json: unknown, type: SqlType): unknown {
  if (json === null) return null;
  if (type.kind === 'ARRAY') return (json as unknown[]).map((item) => sqlOfJson(item, type.element));
  if (type.kind === 'MAP')
    return new Map(Object.entries(json as object).map(([k, v]) => [k, sqlOfJson(v, type.value)]));
  if (type.kind === 'STRUCT')
    return type.fields.map((f) => sqlOfJson((json as Record<string, unknown>)[f.name] ?? null, f.type));
  return type.kind === 'BYTES' ? Buffer.from(json as string, 'latin1') : json;
}
