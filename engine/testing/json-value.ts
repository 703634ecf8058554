import { JsonScanner } from '../formats/json/json-scanner';
import { Big } from '../types/decimal';

/** A number as it is written: cases hold 64-bit integers and decimals that a double would round. */
export class JsonNumber {
  constructor(readonly text: string) {}
  equals(other: JsonNumber): boolean {
    return this.text === other.text || Big(this.text).sameValue(Big(other.text));
  }
  toJSON(): unknown {
    return Number(this.text);
  }
}
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Text that is no JSON, and from where on. */
export class JsonTextError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
    this.name = 'JsonTextError';
  }
}

/** Parses JSON without losing digits. @throws JsonTextError */
export function parseJson(text: string): JsonValue {
  const scanner = new JsonScanner();
  scanner.reset(text);
  try {
    const value = read(scanner);
    scanner.end();
    return value;
  } catch (error) {
    throw new JsonTextError((error as Error).message.replace(/^invalid JSON: /, ''), scanner.position);
  }
}

function read(scanner: JsonScanner): JsonValue {
  switch (String.fromCharCode(scanner.peek())) {
    case '{': {
      const object: Record<string, JsonValue> = {};
      scanner.object((name) => (object[name] = read(scanner)));
      return object;
    }
    case '[': {
      const array: JsonValue[] = [];
      scanner.array(() => array.push(read(scanner)));
      return array;
    }
    case '"':
      return scanner.string();
    case 't':
      scanner.word('true');
      return true;
    case 'f':
      scanner.word('false');
      return false;
    case 'n':
      scanner.word('null');
      return null;
    default:
      return new JsonNumber(scanner.numberText());
  }
}

/** JSON text with numbers as they were written. */
export function jsonText(value: JsonValue | undefined): string {
  if (value === undefined) return 'null';
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${(value as JsonValue[]).map(jsonText).join(',')}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([k, v]) => `${JSON.stringify(k)}:${jsonText(v)}`)
      .join(',')}}`;
  return JSON.stringify(value);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  );
}

/** A plain copy for those who need no exact digits. */
export function plain(value: JsonValue | undefined): unknown {
  if (value === undefined) return undefined;
  if (value instanceof JsonNumber) return Number(value.text);
  if (Array.isArray(value)) return (value as JsonValue[]).map(plain);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}
