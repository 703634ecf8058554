import { assertNever } from '../../source/assert-never';
import { Big, fitDecimal } from '../../types/decimal';
import { longFromBigInt, parseLong } from '../../types/long';
import type { SqlType, StructField } from '../../types/sql-type';
import { formatType } from '../../types/type-text';
import { SerdeError } from '../contracts';
import type { JsonScanner } from './json-scanner';

/** Consumes one JSON value and gives it as the column's type holds it. */
export type JsonReader = (scanner: JsonScanner) => unknown;

const QUOTE = 34;
const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
const T = 116;
const F = 102;
const N = 110;

/** Reads a value of a type with ksqlDB's coercions; JSON `null` is NULL for every type. */
export function jsonReader(type: SqlType): JsonReader {
  const read = nonNullReader(type);
  return (scanner) => {
    if (scanner.peek() !== N) return read(scanner);
    scanner.word('null');
    return null;
  };
}

function nonNullReader(type: SqlType): JsonReader {
  switch (type.kind) {
    case 'BOOLEAN':
      return readBoolean;
    case 'INTEGER':
      return numeric(type, toInteger);
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return numeric(type, (text) => Number(toLong(text)));
    case 'BIGINT':
      return numeric(type, toLong);
    case 'DOUBLE':
      return numeric(type, toDouble);
    case 'DECIMAL':
      return numeric(type, (text) => fitDecimal(Big(text), type));
    case 'STRING':
      return readString;
    case 'BYTES':
      return (scanner) =>
        scanner.peek() === QUOTE ? Buffer.from(scanner.string(), 'base64') : mismatch(scanner, type);
    case 'ARRAY':
      return arrayReader(type);
    case 'MAP':
      return mapReader(type);
    case 'STRUCT': {
      const read = jsonFieldsReader(type.fields);
      return (scanner) => (scanner.peek() === OPEN_BRACE ? read(scanner) : mismatch(scanner, type));
    }
    default:
      return assertNever(type, 'type');
  }
}

function mismatch(scanner: JsonScanner, type: SqlType): never {
  const found = scanner.compactText();
  throw new SerdeError(
    `Can't convert type. sourceType: ${jsonKind(found)}, requiredType: ${formatType(type)}`,
  );
}

function jsonKind(text: string): string {
  const kinds: Readonly<Record<string, string>> = {
    '{': 'ObjectNode',
    '[': 'ArrayNode',
    '"': 'TextNode',
    t: 'BooleanNode',
    f: 'BooleanNode',
  };
  return kinds[text[0] ?? ''] ?? 'NumericNode';
}

function readBoolean(scanner: JsonScanner): boolean {
  switch (scanner.peek()) {
    case T:
      scanner.word('true');
      return true;
    case F:
      scanner.word('false');
      return false;
    default:
      return mismatch(scanner, { kind: 'BOOLEAN' });
  }
}

/** A STRING column over any other value holds that value's JSON text. */
function readString(scanner: JsonScanner): string {
  return scanner.peek() === QUOTE ? scanner.string() : scanner.compactText();
}

/** Numbers may also be written as text. */
function numeric(type: SqlType, convert: (text: string) => unknown): JsonReader {
  return (scanner) => {
    const code = scanner.peek();
    if (code === QUOTE) return fromText(scanner.string(), type, convert);
    if (code === T || code === F || code === OPEN_BRACE || code === OPEN_BRACKET)
      return mismatch(scanner, type);
    return fromText(scanner.numberText(), type, convert);
  };
}

function fromText(text: string, type: SqlType, convert: (text: string) => unknown): unknown {
  try {
    return convert(text);
  } catch (cause) {
    throw new SerdeError(`Can't convert '${text}' to ${formatType(type)}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function toLong(text: string): number | bigint {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value)) return value + 0;
  return /^[+-]?\d+$/.test(text) ? parseLong(text) : longFromBigInt(Big(text).toBigInt());
}

function toInteger(text: string): number {
  const value = toLong(text);
  return typeof value === 'number' && value === (value | 0)
    ? value
    : Number(BigInt.asIntN(32, BigInt(value)));
}

function toDouble(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || (Number.isNaN(value) && text !== 'NaN')) throw new RangeError('not a number');
  return value;
}

function arrayReader(type: SqlType & { kind: 'ARRAY' }): JsonReader {
  const element = jsonReader(type.element);
  return (scanner) => {
    if (scanner.peek() !== OPEN_BRACKET) return mismatch(scanner, type);
    const elements: unknown[] = [];
    scanner.array(() => elements.push(element(scanner)));
    return elements;
  };
}

function mapReader(type: SqlType & { kind: 'MAP' }): JsonReader {
  const value = jsonReader(type.value);
  return (scanner) => {
    if (scanner.peek() !== OPEN_BRACE) return mismatch(scanner, type);
    const entries = new Map<string, unknown>();
    scanner.object((name) => entries.set(name, value(scanner)));
    return entries;
  };
}

/** Most fields of unknown names that a reader remembers, so that endless new names cannot fill the memory. */
const MAX_REMEMBERED_NAMES = 4096;
const UNKNOWN = -1;

/**
 * Reads an object into a row of its fields. A field belongs to the column of exactly its name, else to the column of its name in
 * upper case; the exact one wins where both are there.
 */
export function jsonFieldsReader(fields: readonly StructField[]): (scanner: JsonScanner) => unknown[] {
  const readers = fields.map((field) => jsonReader(field.type));
  const exact = new Map(fields.map((field, index) => [field.name, index]));
  const remembered = new Map<string, number>();
  const exactlySet = new Array<number>(fields.length).fill(0);
  let serial = 0;

  const indexOf = (name: string): number => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const index = exact.get(name) ?? exact.get(name.toUpperCase()) ?? UNKNOWN;
    if (remembered.size < MAX_REMEMBERED_NAMES) remembered.set(name, index);
    return index;
  };

  return (scanner) => {
    const row = new Array<unknown>(fields.length).fill(null);
    const current = ++serial;
    scanner.object((name) => {
      const index = indexOf(name);
      const isExact = index !== UNKNOWN && fields[index]!.name === name;
      if (index === UNKNOWN || (!isExact && exactlySet[index] === current)) return scanner.skip();
      if (isExact) exactlySet[index] = current;
      row[index] = readers[index]!(scanner);
    });
    return row;
  };
}
