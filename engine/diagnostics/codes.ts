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
  KE2101: {
    title: 'unknown stream or table',
    when: 'A statement reads, fills or drops a stream or table that does not exist.',
    fix: 'Create it before, or correct its name.',
  },
  KE2102: {
    title: 'unknown alias',
    when: 'A column or a star is qualified by a name that is no source or alias of the query.',
    fix: 'Use the source’s name or its alias.',
  },
  KE2103: {
    title: 'ambiguous column',
    when: 'More than one source of a join has the column.',
    fix: 'Qualify it with the source’s name or alias.',
  },
  KE2104: {
    title: 'unknown column',
    when: 'No source of the query has the column.',
    fix: 'Use one of the columns that the hint lists.',
  },
  KE2105: {
    title: 'reserved column name',
    when: 'A column is named like a system column: ROWTIME, ROWPARTITION, ROWOFFSET, WINDOWSTART, WINDOWEND.',
    fix: 'Give it another name, or an alias.',
  },
  KE2106: {
    title: 'duplicate column',
    when: 'Two columns of a projection or a schema have the same name.',
    fix: 'Give one of them an alias.',
  },
  KE2107: {
    title: 'self join',
    when: 'A source is joined with itself.',
    fix: 'Make a copy of it with CREATE … AS, and join that.',
  },
  KE2108: {
    title: 'expression without a fitting type',
    when: 'A clause holds an expression whose type it cannot take.',
    fix: 'Cast it, or compare what can be compared.',
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
  KE2401: {
    title: 'no such variant of a function',
    when: 'No variant of the function takes arguments of these types.',
    fix: 'Cast the arguments to the types of a variant that the message lists.',
  },
  KE2402: {
    title: 'more than one variant of a function',
    when: 'Several variants of the function fit the arguments equally well.',
    fix: 'Cast the arguments to one type.',
  },
  KE2403: {
    title: 'unknown function',
    when: 'A function of that name does not exist.',
    fix: 'Use one that SHOW FUNCTIONS lists.',
  },
  KE2404: {
    title: 'types do not fit',
    when: 'An operator, a comparison or an access is used on types that it does not take.',
    fix: 'Cast one side, or use another operator.',
  },
  KE2405: {
    title: 'unknown column or field in an expression',
    when: 'An expression names a column or a field of a STRUCT that is not there.',
    fix: 'Use one of the columns or fields that the message lists.',
  },
  KE2406: {
    title: 'wrong CASE',
    when: 'The branches of a CASE have different types, only NULLs, or conditions that are not BOOLEAN.',
    fix: 'Give all branches one type.',
  },
  KE3001: {
    title: 'key missing from projection',
    when: 'A query does not select the columns that become the key of its result.',
    fix: 'Select them.',
  },
  KE3002: {
    title: 'no value columns',
    when: 'A query selects nothing but the key.',
    fix: 'Select a column of the value, or a copy of the key by AS_VALUE.',
  },
  KE3003: {
    title: 'stream or table expected',
    when: 'CREATE STREAM gives a table, or CREATE TABLE gives a stream.',
    fix: 'Create the other kind.',
  },
  KE3004: {
    title: 'schema does not fit',
    when: 'The columns of a query are not those of the sink, or of the schema that is registered for it.',
    fix: 'Select the columns that are expected, in their order and types.',
  },
  KE3011: {
    title: 'wrong grouping',
    when: 'GROUP BY, HAVING and aggregate functions do not fit together.',
    fix: 'Group by every column that is not aggregated, and aggregate the others.',
  },
  KE3012: {
    title: 'aggregate function in a wrong place',
    when: 'An aggregate function is nested, filtered by WHERE, or cannot take back what a table retracts.',
    fix: 'Use HAVING, or a function that can be undone such as SUM and COUNT.',
  },
  KE3013: {
    title: 'table function in a wrong place',
    when: 'A table function such as EXPLODE stands outside SELECT, over a table, or together with aggregates.',
    fix: 'Explode into a stream first, and aggregate that.',
  },
  KE3014: {
    title: 'wrong PARTITION BY',
    when: 'PARTITION BY is empty, over a table, or together with GROUP BY.',
    fix: 'Re-key a stream in a query of its own.',
  },
  KE3015: {
    title: 'wrong window',
    when: 'A window stands where ksqlDB has none: over a table, without GROUP BY, or over a windowed table.',
    fix: 'Window an aggregation over a stream.',
  },
  KE3016: {
    title: 'clause not allowed',
    when: 'A statement has a clause that its kind does not take, or one twice.',
    fix: 'Leave the clause out.',
  },
  KE3021: {
    title: 'join not possible',
    when: 'The kinds, keys, order or condition of a join are none that ksqlDB can run.',
    fix: 'Join on one equality, streams within a time, tables on their primary keys.',
  },
  KE3022: {
    title: 'sources not co-partitioned',
    when: 'The sources of a join differ in number of partitions or in the format or type of their keys.',
    fix: 'Repartition one of them with PARTITION BY or another number of PARTITIONS.',
  },
  KE3031: {
    title: 'wrong WITH property',
    when: 'A property is missing, unknown, or has a value that it cannot take.',
    fix: 'Correct it as the message says.',
  },
  KE3032: {
    title: 'format does not fit',
    when: 'A format is unknown, or cannot hold the columns.',
    fix: 'Choose another KEY_FORMAT or VALUE_FORMAT.',
  },
  KE3033: {
    title: 'topic does not fit',
    when: 'A topic does not exist, or has other partitions or replicas than the statement says.',
    fix: 'Create the topic, or correct PARTITIONS and REPLICAS.',
  },
  KE3034: {
    title: 'registered schema does not fit',
    when: 'The registry has no schema that was asked for, or one that cannot be read.',
    fix: 'Declare the columns, or register a schema first.',
  },
  KE3041: {
    title: 'declaration refused',
    when: 'A source is declared without columns or a key, or its name is taken.',
    fix: 'Declare what the message asks for.',
  },
  KE3042: {
    title: 'others depend on it',
    when: 'A source is dropped that queries or other sources still use.',
    fix: 'Drop those first.',
  },
  KE3043: {
    title: 'insert refused',
    when: 'INSERT INTO names a target or values that it cannot take.',
    fix: 'Insert into a stream or table that can be written, with values of its types.',
  },
  KE3044: {
    title: 'query id refused',
    when: 'A query of that id does not exist, or exists already.',
    fix: 'Take an id that SHOW QUERIES lists.',
  },
  KE3051: {
    title: 'pull query not possible',
    when: 'A pull query has a clause or a source that cannot be answered from state.',
    fix: 'Add EMIT CHANGES, or pull from a materialised table.',
  },
  KE3061: {
    title: 'query cannot be changed in place',
    when: 'CREATE OR REPLACE changes what a running query’s state depends on.',
    fix: 'Create the next version beside it, under a new name.',
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
  KE5010: {
    title: 'unexplained partitioning',
    when: 'A join, or a GROUP BY that gives records another key, without a comment about partitions.',
    fix: 'Say in a comment how the records come together, or re-key them in a stream of its own.',
  },
  KE5011: {
    title: 'name that needs quotes',
    when: 'A stream or table is named in quotes, or a topic not in lower-case words.',
    fix: 'Use letters, digits and _; in topics lower-case words with . _ or - between them.',
  },
  KE5012: {
    title: 'pull query outside the surface',
    when: 'A pull query in a file reads a table that is not marked with -- serving: yes.',
    fix: 'Mark the table, or read one that is.',
  },
  KE9001: {
    title: 'not supported by the local engine',
    when: 'The statement is valid ksqlDB, and this engine does not run it.',
    fix: 'Run it on a ksqlDB server, or write it without the construct.',
  },
};
