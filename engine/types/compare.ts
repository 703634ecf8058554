import { assertNever } from '../source/assert-never';
import type { BigDecimal } from './decimal';
import type { SqlType, SqlValue } from './sql-type';

export type Comparator = (a: SqlValue, b: SqlValue) => number;
export type Equality = (a: SqlValue, b: SqlValue) => boolean;

const byOperator: Comparator = (a, b) =>
  (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
/** Java's Double.compare: NaN equals itself and is the greatest; -0.0 is less than 0.0. */
const byDouble: Comparator = (a, b) => {
  const [x, y] = [a as number, b as number];
  if (x < y) return -1;
  if (x > y) return 1;
  if (x === y) return x === 0 ? (Object.is(x, y) ? 0 : Object.is(x, -0) ? -1 : 1) : 0;
  return Number.isNaN(x) ? (Number.isNaN(y) ? 0 : 1) : -1;
};
const byBytes: Comparator = (a, b) => Buffer.compare(a as Buffer, b as Buffer);
const byDecimal: Comparator = (a, b) => (a as BigDecimal).compareTo(b as BigDecimal);

/** Order of two non-null values of one type; undefined for types without an order. Strings: by UTF-16 code unit, as Java. */
export function comparatorOf(type: SqlType): Comparator | undefined {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'STRING':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return byOperator;
    case 'DOUBLE':
      return byDouble;
    case 'DECIMAL':
      return byDecimal;
    case 'BYTES':
      return byBytes;
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return undefined;
    default:
      return assertNever(type, 'type');
  }
}

const sameValue: Equality = (a, b) => a === b;

/** Deep equality of two values of one type; two NULLs are equal (as inside collections). */
export function equalityOf(type: SqlType): Equality {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'STRING':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return sameValue;
    case 'DOUBLE':
      return (a, b) => a === b || (Number.isNaN(a) && Number.isNaN(b));
    case 'DECIMAL':
      return nullSafe((a, b) => (a as BigDecimal).compareTo(b as BigDecimal) === 0);
    case 'BYTES':
      return nullSafe((a, b) => (a as Buffer).equals(b as Buffer));
    case 'ARRAY':
      return nullSafe(arrayEquality(equalityOf(type.element)));
    case 'MAP':
      return nullSafe(mapEquality(equalityOf(type.value)));
    case 'STRUCT':
      return nullSafe(structEquality(type.fields.map((field) => equalityOf(field.type))));
    default:
      return assertNever(type, 'type');
  }
}

function nullSafe(equal: Equality): Equality {
  return (a, b) => (a === null || b === null ? a === b : equal(a, b));
}

function arrayEquality(element: Equality): Equality {
  return (a, b) => {
    const [x, y] = [a as SqlValue[], b as SqlValue[]];
    return x.length === y.length && x.every((value, i) => element(value, y[i]));
  };
}

function mapEquality(value: Equality): Equality {
  return (a, b) => {
    const [x, y] = [a as Map<SqlValue, SqlValue>, b as Map<SqlValue, SqlValue>];
    if (x.size !== y.size) return false;
    for (const [key, held] of x) if (!y.has(key) || !value(held, y.get(key))) return false;
    return true;
  };
}

function structEquality(fields: readonly Equality[]): Equality {
  return (a, b) =>
    fields.every((equal, i) => equal((a as SqlValue[])[i] ?? null, (b as SqlValue[])[i] ?? null));
}

/**
 * A string that is the same for equal values of a type and differs otherwise: the identity of a value in sets
 * and of a group in GROUP BY.
 */
export function identityOf(type: SqlType): (value: SqlValue) => string | number | bigint | boolean | null {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'STRING':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'DOUBLE':
      return (value) => value as string | number | bigint | boolean | null;
    case 'DECIMAL':
      return (value) => (value === null ? null : (value as BigDecimal).toPlainString());
    case 'BYTES':
      return (value) => (value === null ? null : (value as Buffer).toString('latin1'));
    case 'ARRAY': {
      const element = identityOf(type.element);
      return (value) => (value === null ? null : sequence((value as SqlValue[]).map(element)));
    }
    case 'MAP': {
      const [key, held] = [identityOf(type.key), identityOf(type.value)];
      return (value) =>
        value === null
          ? null
          : sequence(
              [...(value as Map<SqlValue, SqlValue>)].map(([k, v]) => sequence([key(k), held(v)])).sort(),
            );
    }
    case 'STRUCT': {
      const fields = type.fields.map((field) => identityOf(field.type));
      return (value) =>
        value === null ? null : sequence(fields.map((field, i) => field((value as SqlValue[])[i] ?? null)));
    }
    default:
      return assertNever(type, 'type');
  }
}

/** Length-prefixed, so that no two sequences share a text. */
function sequence(parts: readonly (string | number | bigint | boolean | null)[]): string {
  return parts
    .map((part) => {
      const text = `${part === null ? 'n' : (typeof part)[0]}${String(part)}`;
      return `${text.length}:${text}`;
    })
    .join('');
}
