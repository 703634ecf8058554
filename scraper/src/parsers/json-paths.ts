import type { JsonRows } from '../config/kinds';
import { ScrapeError } from '../errors';
import type { Row } from './row';

/** An element that a path met, and the keys or indexes that its `*` stood for. */
interface Match {
  readonly value: unknown;
  readonly keys: readonly string[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function child(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Every element under a path of keys with dots between, `*` for each element of an array or value of an object. */
function matches(root: unknown, path: string): Match[] {
  let found: Match[] = [{ value: root, keys: [] }];
  for (const step of path.split('.')) {
    found = found.flatMap(({ value, keys }) =>
      step === '*'
        ? (isObject(value) ? Object.entries(value) : []).map(([key, inner]) => ({
            value: inner,
            keys: [...keys, key],
          }))
        : [{ value: child(value, step), keys }],
    );
  }
  return found.filter(({ value }) => value !== undefined && value !== null);
}

/**
 * The value of a column: a path below the element; from the root where it begins with `/`, each `*` standing for what it stood for on
 * the way to the element; or `@n`, what the n-th `*` stood for.
 */
function columnValue(root: unknown, { value, keys }: Match, path: string): unknown {
  if (path.startsWith('@')) return keys[Number(path.slice(1)) - 1];
  let star = 0;
  const steps = (path.startsWith('/') ? path.slice(1) : path).split('.');
  return steps.reduce(
    (at, step) => child(at, step === '*' ? (keys[star++] ?? '') : step),
    path.startsWith('/') ? root : value,
  );
}

/** As text; undefined where there is nothing, or a number that JSON.parse could not hold exactly. */
function asText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? undefined : JSON.stringify(value);
    default:
      return undefined;
  }
}

function textsOf(root: unknown, match: Match, columns: Readonly<Record<string, string>>): Row {
  const row: Row = {};
  for (const [column, path] of Object.entries(columns)) {
    const text = asText(columnValue(root, match, path));
    if (text !== undefined) row[column] = text;
  }
  return row;
}

/** Single values of a payload. */
export function jsonFields(root: unknown, fields: Readonly<Record<string, string>>): Row {
  return textsOf(root, { value: root, keys: [] }, fields);
}

/** A value on the way to many elements comes again in each row: few bytes of payload must not become many of rows. */
const MAX_CHARACTERS = 2_000_000;

/** One row for each object that `each` meets. Throws when they take more room than any event has. */
export function jsonRows(root: unknown, rows: JsonRows): Row[] {
  let characters = 0;
  return matches(root, rows.each)
    .filter(({ value }) => isObject(value))
    .map((match) => {
      const row: Row = { row: rows.name, ...textsOf(root, match, rows.columns) };
      for (const [column, text] of Object.entries(row)) characters += column.length + text.length;
      if (characters > MAX_CHARACTERS)
        throw new ScrapeError(
          'too_large',
          `its rows "${rows.name}" take more than ${MAX_CHARACTERS} characters`,
        );
      return row;
    });
}
