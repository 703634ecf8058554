import { ERROR_CODES, WireError } from './wire-error';

/** Reads a JSON object. @throws WireError worded as stock's JSON parser words it */
export function parseJsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new WireError(ERROR_CODES.badRequest, `Invalid JSON in request: ${describeJsonError(text, error)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new WireError(
    ERROR_CODES.badRequest,
    `Invalid JSON in request: an object is expected, ${value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`} was found`,
  );
}

const SOURCE = 'at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled);';

function describeJsonError(text: string, error: unknown): string {
  const start = /^\s*/.exec(text)![0].length;
  const token = /^[A-Za-z_$][\w$]*/.exec(text.slice(start))?.[0];
  if (text.trim() === '') return `No content to map due to end-of-input\n ${SOURCE} line: 1, column: 0]`;
  if (token && !['null', 'true', 'false'].includes(token)) {
    const place = position(text, start + token.length + 2);
    return `Unrecognized token '${token}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n ${SOURCE} ${place}]`;
  }
  const message = error instanceof Error ? error.message : String(error);
  const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
  return `${message}\n ${SOURCE} ${position(text, offset + 1)}]`;
}

/** 1-based line and column before the given 1-based offset. */
function position(text: string, offset: number): string {
  const before = text.slice(0, offset - 1).split('\n');
  return `line: ${before.length}, column: ${before.at(-1)!.length + 1}`;
}

/** A member that must be text; absent or null gives `fallback`. */
export function textMember(body: Readonly<Record<string, unknown>>, name: string, fallback: string): string {
  const value = body[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'string') return value;
  throw new WireError(
    ERROR_CODES.badRequest,
    `Invalid JSON in request: "${name}" is a ${typeof value}, text is expected`,
  );
}

/** A member that must be an object of plain values: each as text. */
export function propertiesMember(
  body: Readonly<Record<string, unknown>>,
  name: string,
): Record<string, string> {
  const value = body[name];
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new WireError(ERROR_CODES.badRequest, `Invalid JSON in request: "${name}" must be an object`);
  const entries = Object.entries(value).map(([key, item]): [string, string] => {
    if (item !== null && typeof item === 'object')
      throw new WireError(
        ERROR_CODES.badRequest,
        `Invalid JSON in request: "${name}" has an object for "${key}", a plain value is expected`,
      );
    return [key, String(item)];
  });
  return Object.fromEntries(entries);
}
