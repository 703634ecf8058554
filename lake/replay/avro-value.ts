import type { Type } from 'avsc';
import { types } from 'avsc';
import type { DuckDBValue } from '@duckdb/node-api';

/** Says that a value does not fit a type: it may have been written with another version of the schema. */
export class Misfit extends Error {}

const MICROS_PER_MS = 1_000n;

/**
 * A value of the lake as Avro's library takes it, the way back of what the converter and the sink did: records became structs, enums
 * texts, logical types dates, times and decimals. `get` of DuckDB's values tells which it is.
 * @throws Misfit
 */
export function toAvro(value: DuckDBValue, type: Type): unknown {
  if (type instanceof types.WrappedUnionType) return unionValue(value, type);
  if (value === null) {
    if (type instanceof types.NullType) return null;
    throw new Misfit(`null where ${type.typeName} is expected`);
  }
  if (type instanceof types.RecordType) return recordValue(fieldsOf(value), type);
  if (type instanceof types.ArrayType) return itemsOf(value).map((item) => toAvro(item, type.itemsType));
  if (type instanceof types.MapType)
    return Object.fromEntries(
      entriesOf(value).map(({ key, value: item }) => [String(key), toAvro(item, type.valuesType as Type)]),
    );
  return scalarValue(value, type);
}

/** By field name; what the type does not know must be null. */
export function recordValue(
  fields: ReadonlyMap<string, DuckDBValue>,
  type: types.RecordType,
): Record<string, unknown> {
  const known = new Set(type.fields.map(({ name }) => name));
  for (const [name, value] of fields) {
    if (value !== null && !known.has(name)) throw new Misfit(`no field ${name}`);
  }
  return Object.fromEntries(
    type.fields.map((field) => [field.name, toAvro(fields.get(field.name) ?? null, field.type)]),
  );
}

function unionValue(value: DuckDBValue, union: types.WrappedUnionType): unknown {
  const branches = union.types;
  if (value === null) {
    if (branches.some((branch) => branch instanceof types.NullType)) return null;
    throw new Misfit('null in a union without null');
  }
  const others = branches.filter((branch) => !(branch instanceof types.NullType));
  if (others.length !== 1)
    throw new Error(
      `a union of ${others.map((it) => it.typeName).join(', ')} cannot be restored: the lake does not say which it was`,
    );
  const branch = others[0]!;
  return { [branch.branchName!]: toAvro(value, branch) };
}

function scalarValue(value: NonNullable<DuckDBValue>, type: Type): unknown {
  const plain = plainValue(value, type);
  const fitted = typeof plain === 'number' && type.typeName === 'long' ? BigInt(plain) : plain;
  if (!type.isValid(fitted)) throw new Misfit(`${typeof fitted} where ${type.typeName} is expected`);
  return fitted;
}

/** What lies on the wire for a date, a time, a decimal or bytes; everything else as it is. */
function plainValue(value: NonNullable<DuckDBValue>, type: Type): unknown {
  if (typeof value !== 'object') return value;
  if ('micros' in value) return sized(value.micros / MICROS_PER_MS, type);
  if ('days' in value && !('months' in value)) return value.days;
  if ('bytes' in value) return Buffer.from(value.bytes);
  if ('scale' in value) return decimalBytes(value.value, type);
  throw new Misfit(`${value.constructor.name} where ${type.typeName} is expected`);
}

const sized = (ms: bigint, type: Type): unknown => (type.typeName === 'int' ? Number(ms) : ms);

/** Two's complement, big-endian, as short as it goes; as long as the type says where it is fixed. */
function decimalBytes(unscaled: bigint, type: Type): Buffer {
  let length = 1;
  while (BigInt.asIntN(8 * length, unscaled) !== unscaled) length++;
  const size = type instanceof types.FixedType ? type.size : length;
  const bytes = Buffer.alloc(size);
  let rest = BigInt.asUintN(8 * size, unscaled);
  for (let index = size - 1; index >= 0; index--) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function fieldsOf(value: NonNullable<DuckDBValue>): ReadonlyMap<string, DuckDBValue> {
  if (typeof value === 'object' && 'entries' in value && !Array.isArray(value.entries))
    return new Map(Object.entries(value.entries as Record<string, DuckDBValue>));
  throw new Misfit('a record was expected');
}

function itemsOf(value: NonNullable<DuckDBValue>): readonly DuckDBValue[] {
  if (typeof value === 'object' && 'items' in value) return value.items;
  throw new Misfit('an array was expected');
}

function entriesOf(
  value: NonNullable<DuckDBValue>,
): readonly { readonly key: DuckDBValue; readonly value: DuckDBValue }[] {
  if (typeof value === 'object' && 'entries' in value && Array.isArray(value.entries)) return value.entries;
  throw new Misfit('a map was expected');
}
