export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON's null counts as absent; an empty text does not. */
export const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** The text of a scalar; '' for what is absent or null. An exponent is written as Java's BigDecimal writes it: 1E+21. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return typeof value === 'number' ? text.replace('e', 'E') : text;
}

/** The value at a path of names; undefined where a step is missing. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

/** Likewise, the path written with points, as text. */
export const textAt = (value: unknown, path: string): string => textOf(at(value, ...path.split('.')));

/** A number where there is one. */
export function numberAt(value: unknown, path: string): number | null {
  const text = textAt(value, path);
  return text === '' ? null : Number(text);
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Separators of composed keys may not occur in their parts. */
export const dimension = (text: string): string => text.replace(/[|#\s]/g, '_');
