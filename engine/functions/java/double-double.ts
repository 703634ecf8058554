/**
 * Numbers as unevaluated sums of two doubles, about 32 digits.
 * Source: Dekker, "A floating-point technique for extending the available precision" (1971).
 */
export type DoubleDouble = readonly [high: number, low: number];

const SPLITTER = 134217729;

export function twoSum(a: number, b: number): DoubleDouble {
  const s = a + b;
  const t = s - a;
  return [s, a - (s - t) + (b - t)];
}

function quickTwoSum(a: number, b: number): DoubleDouble {
  const s = a + b;
  return [s, b - (s - a)];
}

function split(a: number): DoubleDouble {
  const t = SPLITTER * a;
  const high = t - (t - a);
  return [high, a - high];
}

export function twoProduct(a: number, b: number): DoubleDouble {
  const p = a * b;
  const [ah, al] = split(a);
  const [bh, bl] = split(b);
  return [p, ah * bh - p + ah * bl + al * bh + al * bl];
}

export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [s, e] = twoSum(a[0], b[0]);
  return quickTwoSum(s, e + a[1] + b[1]);
}

export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [p, e] = twoProduct(a[0], b[0]);
  return quickTwoSum(p, e + a[0] * b[1] + a[1] * b[0]);
}

export function divide(a: DoubleDouble, b: number): DoubleDouble {
  const q = a[0] / b;
  const [p, e] = twoProduct(q, b);
  return quickTwoSum(q, (a[0] - p - e + a[1]) / b);
}

export function negate(a: DoubleDouble): DoubleDouble {
  return [-a[0], -a[1]];
}
