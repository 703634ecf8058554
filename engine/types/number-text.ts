/**
 * Java's `Double.toString`: a digit on both sides of the point, scientific form outside [1e-3, 1e7).
 * Digits are the shortest that read back to the same double.
 */
export function doubleToText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa, exponent] = twoDigitsAtLeast(value).split('e') as [string, string];
  return `${mantissa}E${Number(exponent)}`;
}

/** Where one digit would do, Java prints the best two: 4.9E-324, not 5.0E-324. */
function twoDigitsAtLeast(value: number): string {
  const shortest = value.toExponential();
  if (shortest.includes('.')) return shortest;
  const rounded = value.toExponential(1);
  return Number(rounded) === value ? rounded : shortest.replace('e', '.0e');
}

const JAVA_DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** ksqlDB's reading of a double: Java's decimal forms, NaN and Infinity; no hexadecimal and no type suffix. */
export function parseDouble(text: string): number {
  const trimmed = text.trim();
  if (JAVA_DOUBLE.test(trimmed)) return Number(trimmed);
  if (trimmed === 'NaN') return NaN;
  if (/^[+-]?Infinity$/.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  throw new RangeError(`For input string: "${text}"`);
}
