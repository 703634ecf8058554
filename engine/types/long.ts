import type { Long } from './sql-type';

/**
 * 64-bit arithmetic on the canonical {@link Long} form: a number while it is a safe integer, else a bigint.
 * All results wrap at 64 bits as Java's `long` does. Safe numbers take the fast path.
 */
const MIN_SAFE = BigInt(Number.MIN_SAFE_INTEGER);
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
export const LONG_MAX = 9223372036854775807n;
export const LONG_MIN = -9223372036854775808n;

/** Wraps `value` to 64 bits and brings it to canonical form. */
export function longFromBigInt(value: bigint): Long {
  const wrapped = BigInt.asIntN(64, value);
  return wrapped >= MIN_SAFE && wrapped <= MAX_SAFE ? Number(wrapped) : wrapped;
}

export function addLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return longFromBigInt(BigInt(a) + BigInt(b));
}

export function subtractLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return longFromBigInt(BigInt(a) - BigInt(b));
}

export function multiplyLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // `+ 0` turns -0 into 0.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return longFromBigInt(BigInt(a) * BigInt(b));
}

/** Truncates toward zero. Throws on division by zero, as Java does. */
export function divideLong(a: Long, b: Long): Long {
  if (b === 0) throw new RangeError('/ by zero');
  // (a - a % b) / b is exact where a / b might round up.
  if (typeof a === 'number' && typeof b === 'number') return (a - (a % b)) / b + 0;
  return longFromBigInt(BigInt(a) / BigInt(b));
}

/** The sign follows the dividend. Throws on division by zero, as Java does. */
export function remainderLong(a: Long, b: Long): Long {
  if (b === 0) throw new RangeError('/ by zero');
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  return longFromBigInt(BigInt(a) % BigInt(b));
}

export function negateLong(a: Long): Long {
  return typeof a === 'number' ? 0 - a : longFromBigInt(-a);
}

export function absLong(a: Long): Long {
  return a < 0 ? negateLong(a) : a;
}

/** Nearest double, as Java's widening conversion. */
export function longToDouble(a: Long): number {
  return typeof a === 'number' ? a : Number(a);
}

/** Java's narrowing `(int)`: the low 32 bits. */
export function longToInt(a: Long): number {
  return typeof a === 'number' && a === (a | 0) ? a : Number(BigInt.asIntN(32, BigInt(a)));
}

/** Java's `(long) double`: truncates, saturates, NaN gives 0. */
export function doubleToLong(value: number): Long {
  if (Number.isNaN(value)) return 0;
  const truncated = Math.trunc(value) + 0;
  if (Number.isSafeInteger(truncated)) return truncated;
  if (truncated >= 9.223372036854775807e18) return LONG_MAX;
  if (truncated <= -9.223372036854775808e18) return LONG_MIN;
  return longFromBigInt(BigInt(truncated));
}

/** Java's `(int) double`: truncates, saturates, NaN gives 0. */
export function doubleToInt(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-2147483648, Math.min(2147483647, Math.trunc(value))) + 0;
}

const INTEGRAL = /^[+-]?\d+$/;

/** Java's `Long.parseLong`. Throws when the text is no integer or does not fit 64 bits. */
export function parseLong(text: string): Long {
  if (!INTEGRAL.test(text)) throw new RangeError(`For input string: "${text}"`);
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (value > LONG_MAX || value < LONG_MIN) throw new RangeError(`For input string: "${text}"`);
  return longFromBigInt(value);
}

/** Java's `Integer.parseInt`. Throws when the text is no integer or does not fit 32 bits. */
export function parseInteger(text: string): number {
  const value = INTEGRAL.test(text) ? Number(text) : NaN;
  if (!(value >= -2147483648 && value <= 2147483647)) throw new RangeError(`For input string: "${text}"`);
  return value + 0;
}
