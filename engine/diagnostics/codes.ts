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
  KE1011: {
    title: 'file outside the declaration’s rules',
    when: 'A file of ksql/ names a window that the environment does not have, is not named like its object, or does not fit versions.yaml.',
    fix: 'Do what the message says; ksql/README.md has the rules of the files.',
  },
  KE1012: {
    title: 'variable without a value',
    when: 'A file refers to ${name}, and neither the environment nor a DEFINE gives it a value.',
    fix: 'Add it to ksql/variables.yaml, or pass --define name=value.',
  },
  KE2201: {
    title: 'files that need each other',
    when: 'What a file reads is made, in the end, from what it makes.',
    fix: 'Read what comes before the cycle instead.',
  },
  KE2202: {
    title: 'object made twice',
    when: 'Two files make an object of the same name.',
    fix: 'Give each object a name of its own.',
  },
  KE5001: {
    title: 'property left to defaults',
    when: 'CREATE … AS or CREATE over a topic leaves out its topic, formats, partitions, replicas or retention.',
    fix: 'Write the properties that are named into WITH (…).',
  },
  KE5002: {
    title: 'star in a persistent query',
    when: 'A persistent query selects *, source.* or struct->*.',
    fix: 'Name the columns.',
  },
  KE5003: {
    title: 'window without explicit bounds',
    when: 'A window has no RETENTION or no GRACE PERIOD, or a join WITHIN a time has no GRACE PERIOD.',
    fix: 'Write both; the retention is at least the size plus the grace.',
  },
  KE5004: {
    title: 'EMIT FINAL',
    when: 'A persistent query gives only final results, which later records must release.',
    fix: 'Use EMIT CHANGES, or send a heartbeat into every partition and allow it in a comment.',
  },
  KE5005: {
    title: 'window not among the columns',
    when: 'A windowed aggregate selects no WINDOWSTART or no WINDOWEND.',
    fix: 'Select both under names of their own.',
  },
  KE5006: {
    title: 'average of averages',
    when: 'A column that is an average or a ratio of aggregates is averaged again.',
    fix: 'Carry the sum and the count through, and divide once, at the end.',
  },
  KE5007: {
    title: 'result differs from run to run',
    when: 'A persistent query asks the clock or chance: UNIX_TIMESTAMP(), UNIX_DATE(), UUID(), RANDOM().',
    fix: 'Derive the value from the record, its ROWTIME, key, partition and offset.',
  },
  KE5008: {
    title: 'offset reset without a reason',
    when: 'SET auto.offset.reset stands without a comment.',
    fix: 'Say why in a comment on the line or above it.',
  },
  KE5009: {
    title: 'state without a version',
    when: 'A computed table or a stream joined within a time is not named …_v<n>.',
    fix: 'Give the name a version.',
  },
  KE9001: {
    title: 'not supported by the local engine',
    when: 'The statement is valid ksqlDB, and this engine does not run it.',
    fix: 'Run it on a ksqlDB server, or write it without the construct.',
  },
};
