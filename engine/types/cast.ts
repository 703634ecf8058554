import type { BigDecimal } from './decimal';
import { decimalFromDouble, decimalFromLong, fitDecimal, parseDecimal } from './decimal';
import {
  doubleToInt,
  doubleToLong,
  longFromBigInt,
  longToDouble,
  longToInt,
  parseInteger,
  parseLong,
} from './long';
import { parseDouble } from './number-text';
import type { Long, SqlType, SqlValue } from './sql-type';
import { MS_PER_DAY, parseDateText, parseTimeText, parseTimestampText } from './temporal-text';
import { canImplicitlyCast, typesEqual } from './type-rules';
import type { StructType } from './type-rules';
import { valueToText } from './value-text';

/** Converts one non-null value; throws where the value cannot be converted. */
export type Caster = (value: SqlValue) => SqlValue;

const identity: Caster = (value) => value;

/**
 * The conversion that `CAST(x AS to)` does on a value of type `from`, or undefined where ksqlDB allows no such cast.
 * Source: ksqlDB documentation, scalar functions, "CAST".
 */
export function casterOf(from: SqlType, to: SqlType): Caster | undefined {
  if (typesEqual(from, to)) return identity;
  if (to.kind === 'STRING') return from.kind === 'BYTES' ? undefined : (value) => valueToText(value, from);
  switch (from.kind) {
    case 'INTEGER':
    case 'BIGINT':
      return castLong(to);
    case 'DOUBLE':
      return castDouble(to);
    case 'DECIMAL':
      return castDecimal(to);
    case 'STRING':
      return castString(to);
    case 'DATE':
      return to.kind === 'TIMESTAMP' ? (value) => (value as number) * MS_PER_DAY : undefined;
    case 'TIMESTAMP':
      return castTimestamp(to);
    case 'ARRAY':
      return to.kind === 'ARRAY' ? castArray(casterOf(from.element, to.element)) : undefined;
    case 'MAP':
      return to.kind === 'MAP'
        ? castMap(casterOf(from.key, to.key), casterOf(from.value, to.value))
        : undefined;
    case 'STRUCT':
      return to.kind === 'STRUCT' ? castStruct(from, to) : undefined;
    default:
      return undefined;
  }
}

/** The conversion done without a CAST: only widening of numbers, and DECIMAL to a roomier DECIMAL, also nested. */
export function implicitCasterOf(from: SqlType, to: SqlType): Caster | undefined {
  if (typesEqual(from, to)) return identity;
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY')
    return castArray(implicitCasterOf(from.element, to.element));
  if (from.kind === 'MAP' && to.kind === 'MAP') {
    return castMap(implicitCasterOf(from.key, to.key), implicitCasterOf(from.value, to.value));
  }
  if (from.kind === 'STRUCT' && to.kind === 'STRUCT') return implicitStruct(from, to);
  return canImplicitlyCast(from.kind, to.kind) ? casterOf(from, to) : undefined;
}

function castLong(to: SqlType): Caster | undefined {
  switch (to.kind) {
    case 'INTEGER':
      return (value) => longToInt(value as Long);
    case 'BIGINT':
      return identity;
    case 'DOUBLE':
      return (value) => longToDouble(value as Long);
    case 'DECIMAL':
      return (value) => fitDecimal(decimalFromLong(value as Long), to);
    default:
      return undefined;
  }
}

function castDouble(to: SqlType): Caster | undefined {
  switch (to.kind) {
    case 'INTEGER':
      return (value) => doubleToInt(value as number);
    case 'BIGINT':
      return (value) => doubleToLong(value as number);
    case 'DECIMAL':
      return (value) => fitDecimal(decimalFromDouble(value as number), to);
    default:
      return undefined;
  }
}

function castDecimal(to: SqlType): Caster | undefined {
  switch (to.kind) {
    case 'INTEGER':
      return (value) => Number(BigInt.asIntN(32, (value as BigDecimal).toBigInt()));
    case 'BIGINT':
      return (value) => longFromBigInt((value as BigDecimal).toBigInt());
    case 'DOUBLE':
      return (value) => decimalToDouble(value as BigDecimal);
    case 'DECIMAL':
      return (value) => fitDecimal(value as BigDecimal, to);
    default:
      return undefined;
  }
}

/** Nearest double. */
export function decimalToDouble(value: BigDecimal): number {
  return Number(value.toString());
}

function castString(to: SqlType): Caster | undefined {
  switch (to.kind) {
    case 'BOOLEAN':
      return (value) => parseBoolean((value as string).trim());
    case 'INTEGER':
      return (value) => parseInteger((value as string).trim());
    case 'BIGINT':
      return (value) => parseLong((value as string).trim());
    case 'DOUBLE':
      return (value) => parseDouble(value as string);
    case 'DECIMAL':
      return (value) => parseDecimal(value as string, to);
    case 'DATE':
      return (value) => parseDateText((value as string).trim());
    case 'TIME':
      return (value) => parseTimeText((value as string).trim());
    case 'TIMESTAMP':
      return (value) => parseTimestampText((value as string).trim());
    default:
      return undefined;
  }
}

/** True for any prefix of `true` or `yes` without regard to case, false for the rest. */
export function parseBoolean(text: string): boolean {
  return parseBooleanExact(text) ?? false;
}

/** As {@link parseBoolean}, but only prefixes of `false` and `no` are false; undefined for the rest. */
export function parseBooleanExact(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (lower === '') return undefined;
  if ('true'.startsWith(lower) || 'yes'.startsWith(lower)) return true;
  return 'false'.startsWith(lower) || 'no'.startsWith(lower) ? false : undefined;
}

function castTimestamp(to: SqlType): Caster | undefined {
  if (to.kind === 'DATE') return (value) => Math.floor((value as number) / MS_PER_DAY);
  if (to.kind === 'TIME') return (value) => (((value as number) % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY;
  return undefined;
}

function orNull(caster: Caster): Caster {
  return (value) => (value === null ? null : caster(value));
}

function castArray(element: Caster | undefined): Caster | undefined {
  if (element === undefined) return undefined;
  const cast = orNull(element);
  return (value) => (value as SqlValue[]).map(cast);
}

function castMap(key: Caster | undefined, held: Caster | undefined): Caster | undefined {
  if (key === undefined || held === undefined) return undefined;
  const [castKey, castValue] = [orNull(key), orNull(held)];
  return (value) =>
    new Map([...(value as Map<SqlValue, SqlValue>)].map(([k, v]) => [castKey(k), castValue(v)]));
}

/** Fields are matched by name; those that the target adds are null. */
function castStruct(from: StructType, to: StructType): Caster | undefined {
  const casts: { readonly index: number; readonly cast: Caster }[] = [];
  for (const field of to.fields) {
    const index = from.fields.findIndex((f) => f.name === field.name);
    const cast = index < 0 ? identity : casterOf(from.fields[index]!.type, field.type);
    if (cast === undefined) return undefined;
    casts.push({ index, cast: orNull(cast) });
  }
  return (value) =>
    casts.map(({ index, cast }) => (index < 0 ? null : cast((value as SqlValue[])[index] ?? null)));
}

function implicitStruct(from: StructType, to: StructType): Caster | undefined {
  const sameNames = from.fields.every((f) => to.fields.some((t) => t.name === f.name));
  const widened = to.fields.every((t) => {
    const source = from.fields.find((f) => f.name === t.name);
    return source === undefined || implicitCasterOf(source.type, t.type) !== undefined;
  });
  return sameNames && widened ? castStruct(from, to) : undefined;
}
