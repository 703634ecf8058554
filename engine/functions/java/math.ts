import { add, divide, multiply, negate, twoProduct, twoSum } from './double-double';
import type { DoubleDouble } from './double-double';

/**
 * Functions of java.lang.Math that V8 computes a last digit apart: here they are rounded from about 30 digits, as the
 * JVM's own come within half a digit of the true value. Beyond the ranges they are meant for they are V8's.
 */
const LN2: DoubleDouble = [0.6931471805599453, 2.3190468138462996e-17];
/** Half of pi in three parts. */
const HALF_PI: readonly [number, number, number] = [
  1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33,
];
const ONE: DoubleDouble = [1, 0];
/** Multiples of half of pi beyond this lose digits in the reduction. */
const LARGEST_ANGLE = 1e6;

/** `start`, plus each term times `x` over the next one or two whole numbers, from `first` on. */
function series(start: DoubleDouble, x: DoubleDouble, first: number, step: 1 | 2): DoubleDouble {
  let [sum, term] = [start, start];
  for (let n = first; n < first + 60; n += step) {
    term = divide(multiply(term, x), step === 1 ? n : n * (n + 1));
    sum = add(sum, term);
    if (Math.abs(term[0]) < Math.abs(sum[0]) * 1e-34) break;
  }
  return sum;
}

function exponential(x: DoubleDouble): { readonly value: DoubleDouble; readonly exponent: number } {
  const exponent = Math.round(x[0] / LN2[0]);
  const rest = add(x, negate(multiply(LN2, [exponent, 0])));
  return { value: series(ONE, rest, 1, 1), exponent };
}

function scaled([high, low]: DoubleDouble, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return (high + low) * 2 ** half * 2 ** (exponent - half);
}

/** One step of Newton's method from V8's value. */
function logarithm(x: number): DoubleDouble {
  const near = Math.log(x);
  const { value, exponent } = exponential([-near, 0]);
  const product = multiply([x * 2 ** Math.trunc(exponent / 2), 0], value);
  const rest = 2 ** (exponent - Math.trunc(exponent / 2));
  return add([near, 0], add([product[0] * rest, product[1] * rest], [-1, 0]));
}

function isOrdinary(value: number): boolean {
  return value !== 0 && Number.isFinite(value) && Math.abs(value) > 1e-290 && Math.abs(value) < 1e290;
}

export function exp(x: number): number {
  const near = Math.exp(x);
  if (x === 0 || !isOrdinary(near)) return near;
  const { value, exponent } = exponential([x, 0]);
  return scaled(value, exponent);
}

export function log(x: number): number {
  if (!(x > 0) || x === 1 || !isOrdinary(x)) return Math.log(x);
  const [high, low] = logarithm(x);
  return high + low;
}

export function pow(base: number, exponent: number): number {
  const near = Math.pow(base, exponent);
  if (!isOrdinary(near) || !isOrdinary(base) || Math.abs(base) === 1 || exponent === 0) return near;
  const power = multiply(logarithm(Math.abs(base)), [exponent, 0]);
  const { value, exponent: scale } = exponential(power);
  return Math.sign(near) * scaled(value, scale);
}

/** The angle less so many quarter turns, and how many. */
function reduced(x: number): { readonly rest: DoubleDouble; readonly quarter: number } {
  const turns = Math.round(x / HALF_PI[0]);
  const [a, b] = twoProduct(turns, HALF_PI[0]);
  const [c, d] = twoProduct(turns, HALF_PI[1]);
  const rest = add(add(twoSum(x, -a), [-b, 0]), add([-c, -d], [-turns * HALF_PI[2], 0]));
  return { rest, quarter: ((turns % 4) + 4) % 4 };
}

function sineAndCosine(x: number): readonly [sine: DoubleDouble, cosine: DoubleDouble] {
  const { rest, quarter } = reduced(x);
  const square = negate(multiply(rest, rest));
  const [s, c] = [series(rest, square, 2, 2), series(ONE, square, 1, 2)];
  const turned = [
    [s, c],
    [c, negate(s)],
    [negate(s), negate(c)],
    [negate(c), s],
  ] as const;
  return turned[quarter]!;
}

function isAngle(x: number): boolean {
  return Math.abs(x) > 1e-8 && Math.abs(x) < LARGEST_ANGLE;
}

export function sin(x: number): number {
  if (!isAngle(x)) return Math.sin(x);
  const [[high, low]] = sineAndCosine(x);
  return high + low;
}

export function cos(x: number): number {
  if (!isAngle(x)) return Math.cos(x);
  const [, [high, low]] = sineAndCosine(x);
  return high + low;
}

export function tan(x: number): number {
  if (!isAngle(x)) return Math.tan(x);
  const [sine, cosine] = sineAndCosine(x);
  const quotient = sine[0] / cosine[0];
  const rest = add(sine, negate(multiply(cosine, [quotient, 0])));
  return quotient + rest[0] / cosine[0];
}
