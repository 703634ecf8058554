import { HIDDEN } from '../change';
import { textsOf } from './wire';

/** Shorter texts would tear words apart, and hide nothing. */
const MIN_LENGTH = 3;

/** `text` without the values of the properties in `names`, wherever it quotes them. */
export function hideSecrets(
  text: string,
  properties: readonly Readonly<Record<string, unknown>>[],
  names: readonly string[],
): string {
  const values = properties.flatMap((item) => names.flatMap((name) => textsOf(item[name])));
  // The longest first, as one secret may hold another.
  const hidden = [...new Set(values)].filter((value) => value.length >= MIN_LENGTH);
  return hidden
    .sort((a, b) => b.length - a.length)
    .reduce((all, value) => all.replaceAll(value, HIDDEN), text);
}
