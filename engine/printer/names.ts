import { isReserved } from '../lexer/keywords';

const PLAIN = /^[A-Z_][A-Z0-9_@]*$/;

/** Whether ksqlDB would read the name as another one, or as none, without quotes. */
export function needsQuotes(name: string): boolean {
  return !PLAIN.test(name) || isReserved(name);
}

/** The name, in backticks when it needs them. */
export function formatName(name: string): string {
  return needsQuotes(name) ? quoteName(name) : name;
}

/** The name in backticks, as ksqlDB shows columns of a schema. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A string literal; a quote inside is doubled. */
export function formatString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
