import { assertNever } from '../../source/assert-never';
import { Big, fitDecimal } from '../../types/decimal';
import { longFromBigInt, parseInteger, parseLong } from '../../types/long';
import { parseDouble } from '../../types/number-text';
import type { SqlType, StructField } from '../../types/sql-type';
import { formatType } from '../../types/type-text';
import { SerdeError } from '../contracts';
import type { JsonScanner } from './json-scanner';
import { canBe, isUnion } from './json-union';
import type { JsonForm } from './json-writer';

/** Consumes one JSON value and gives it as the column's type holds it. */
export type JsonReader = (scanner: JsonScanner) => unknown;

const QUOTE = 34;
const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
const T = 116;
const F = 102;
const N = 110;

/** Reads a value of a type with ksqlDB's coercions; JSON `null` is NULL for every type. */
export function jsonReader(type: SqlType, form: JsonForm = 'plain'): JsonReader {
  const read = nonNullReader(type, form);
  return (scanner) => {
    if (scanner.peek() !== N) return read(scanner);
    scanner.word('null');
    return null;
  };
}

function nonNullReader(type: SqlType, form: JsonForm): JsonReader {
  switch (type.kind) {
    case 'BOOLEAN':
      return readBoolean;
    case 'INTEGER':
      return numeric(type, toInteger, parseInteger);
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return numeric(
        type,
        (text) => Number(toLong(text)),
        (text) => Number(parseLong(text)),
      );
    case 'BIGINT':
      return numeric(type, toLong, parseLong);
    case 'DOUBLE':
      return numeric(type, Number, parseDouble);
    case 'DECIMAL':
      return numeric(type, (text) => fitDecimal(Big(text), type));
    case 'STRING':
      return readString;
    case 'BYTES':
      return (scanner) =>
        scanner.peek() === QUOTE ? fromText(scanner.string(), type, base64) : mismatch(scanner, type);
    case 'ARRAY':
      return arrayReader(type, form);
    case 'MAP':
      return mapReader(type, form);
    case 'STRUCT': {
      if (form === 'connect' && isUnion(type)) return unionReader(type);
      const read = jsonFieldsReader(type.fields, form);
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

/** Names of the values as ksqlDB's messages have them. */
function jsonKind(text: string): string {
  const kinds: Readonly<Record<string, string>> = {
    '{': 'ObjectNode',
    '[': 'ArrayNode',
    '"': 'TextNode',
    t: 'BooleanNode',
    f: 'BooleanNode',
  };
  return kinds[text[0] ?? ''] ?? numberKind(text);
}

function numberKind(text: string): string {
  if (!/^-?\d+$/.test(text)) return 'DecimalNode';
  const value = BigInt(text);
  if (BigInt.asIntN(32, value) === value) return 'IntNode';
  return BigInt.asIntN(64, value) === value ? 'LongNode' : 'BigIntegerNode';
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

/** A STRING column over any other value holds that value's JSON text; numbers as Java's BigDecimal prints them. */
function readString(scanner: JsonScanner): string {
  const code = scanner.peek();
  if (code === QUOTE) return scanner.string();
  const text = scanner.compactText();
  return code !== OPEN_BRACE && code !== OPEN_BRACKET && /^-?[\d.]+[eE]/.test(text)
    ? Big(text).toString()
    : text;
}

/** Numbers of any form are cut to the type; text must be a number of the type as Java writes them. */
function numeric(
  type: SqlType,
  convert: (text: string) => unknown,
  convertText: (text: string) => unknown = convert,
): JsonReader {
  return (scanner) => {
    const code = scanner.peek();
    if (code === QUOTE) return fromText(scanner.string(), type, convertText);
    if (code === T || code === F || code === OPEN_BRACE || code === OPEN_BRACKET)
      return mismatch(scanner, type);
    return fromText(scanner.numberText(), type, convert);
  };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function base64(text: string): Buffer {
  if (!BASE64.test(text)) throw new RangeError('not in base64');
  return Buffer.from(text, 'base64');
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

function arrayReader(type: SqlType & { kind: 'ARRAY' }, form: JsonForm): JsonReader {
  const element = jsonReader(type.element, form);
  return (scanner) => {
    if (scanner.peek() !== OPEN_BRACKET) return mismatch(scanner, type);
    const elements: unknown[] = [];
    scanner.array(() => elements.push(element(scanner)));
    return elements;
  };
}

function mapReader(type: SqlType & { kind: 'MAP' }, form: JsonForm): JsonReader {
  const value = jsonReader(type.value, form);
  const entry = jsonFieldsReader(
    [
      { name: 'key', type: type.key },
      { name: 'value', type: type.value },
    ],
    form,
  );
  return (scanner) => {
    const code = scanner.peek();
    if (code === OPEN_BRACKET && form === 'connect') return entriesOf(scanner, entry);
    if (code !== OPEN_BRACE) return mismatch(scanner, type);
    const entries = new Map<string, unknown>();
    scanner.object((name) => entries.set(name, value(scanner)));
    return entries;
  };
}

/** Where a MAP may be a list of its entries, as Connect writes it, an object is read too. */
function entriesOf(
  scanner: JsonScanner,
  read: (scanner: JsonScanner) => unknown[],
): ReadonlyMap<unknown, unknown> {
  const entries = new Map<unknown, unknown>();
  scanner.array(() => {
    const [key, value] = read(scanner);
    entries.set(key, value);
  });
  return entries;
}

/** Reads into the first branch that the value fits; an object into the first with a field of it, as Connect does. */
function unionReader(type: SqlType & { kind: 'STRUCT' }): JsonReader {
  const readers = type.fields.map((field) => jsonReader(field.type, 'connect'));
  return (scanner) => {
    const first = scanner.peek();
    const start = scanner.position;
    for (const [index, field] of type.fields.entries()) {
      if (!canBe(field.type, first)) continue;
      scanner.position = start;
      const value = attempt(() => readers[index]!(scanner));
      const isOther =
        Array.isArray(value) && field.type.kind === 'STRUCT' && value.every((part) => part === null);
      if (value !== undefined && !isOther) return type.fields.map((_, i) => (i === index ? value : null));
    }
    scanner.position = start;
    return mismatch(scanner, type);
  };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SerdeError) return undefined;
    throw error;
  }
}

/** Most fields of unknown names that a reader remembers, so that endless new names cannot fill the memory. */
const MAX_REMEMBERED_NAMES = 4096;
const UNKNOWN = -1;

/**
 * Reads an object into a row of its fields. A field belongs to the column of exactly its name, else to the column of its name in
 * upper case; the exact one wins where both are there.
 */
export function jsonFieldsReader(
  fields: readonly StructField[],
  form: JsonForm = 'plain',
): (scanner: JsonScanner) => unknown[] {
  const readers = fields.map((field) => jsonReader(field.type, form));
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
