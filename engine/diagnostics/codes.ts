/** One row per code of a diagnostic. Codes are never reused; a retired one stays with `retired: true`. */
export interface CodeDescription {
  /** Short name of what is wrong. */
  readonly title: string;
  /** When it is reported. */
  readonly when: string;
  /** What mends it. */
  readonly fix: string;
  readonly retired?: true;
}

/**
 * KE1xxx text and syntax, KE2xxx names and types, KE3xxx planning, KE4xxx running, KE5xxx lint, KE9xxx not supported.
 */
export const CODES: Readonly<Record<string, CodeDescription>> = {
  KE1001: {
    title: 'syntax error',
    when: 'A token stands where ksqlDB’s grammar has no place for it.',
    fix: 'Write what the message or the hint expects at the marked place.',
  },
  KE1002: {
    title: 'unknown statement',
    when: 'A statement starts with a word that starts none.',
    fix: 'Use the statement that is suggested.',
  },
  KE1003: {
    title: 'reserved word as a name',
    when: 'A reserved keyword stands unquoted where a name is expected.',
    fix: 'Quote it with backticks, or choose another name.',
  },
  KE1004: {
    title: 'invalid name',
    when: 'A source’s name holds something other than letters, digits, "_" and "-".',
    fix: 'Choose another name, or define the variable that stands in it.',
  },
  KE1005: {
    title: 'statement too deep or too long',
    when: 'Expressions, types or statements are nested beyond what the engine reads.',
    fix: 'Split the statement, or compute parts of it in a stream of its own.',
  },
  KE1006: {
    title: 'number out of range',
    when: 'A numeric literal does not fit its type.',
    fix: 'Write a number within the range of the type.',
  },
  KE1007: {
    title: 'columns and values differ in number',
    when: 'INSERT INTO … VALUES names more or fewer columns than it has values.',
    fix: 'Give one value for each column that is named.',
  },
  KE1008: {
    title: 'unknown qualifier',
    when: 'A column is qualified by a name that is no source of the statement.',
    fix: 'Use the source’s name or its alias.',
  },
  KE1009: {
    title: 'property given twice',
    when: 'A WITH clause names a property more than once.',
    fix: 'Keep one of the two.',
  },
  KE1010: {
    title: 'invalid type',
    when: 'A type is written with parameters that it does not take, or DECIMAL with a bad precision or scale.',
    fix: 'Write DECIMAL(precision, scale) with 1 ≤ precision and 0 ≤ scale ≤ precision.',
  },
  KE9001: {
    title: 'not supported by the local engine',
    when: 'The statement is valid ksqlDB, and this engine does not run it.',
    fix: 'Run it on a ksqlDB server, or write it without the construct.',
  },
};
