/** What the fuzzed statements find: streams and tables of every kind, with columns of every type. */
export const WORLD = `
CREATE TYPE point AS STRUCT<x INT, y INT>;
CREATE STREAM s (k STRING KEY, b BOOLEAN, i INT, l BIGINT, d DOUBLE, dec DECIMAL(10, 2), t STRING, raw BYTES, da DATE, ti TIME, ts TIMESTAMP,
  arr ARRAY<INT>, texts ARRAY<STRING>, m MAP<STRING, INT>, st STRUCT<x INT, sub STRUCT<y STRING>>, p point, nested ARRAY<STRUCT<a INT, b STRING>>)
  WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='JSON');
CREATE STREAM r (k STRING KEY, i INT, l BIGINT, t STRING) WITH (KAFKA_TOPIC='r', PARTITIONS=1, VALUE_FORMAT='AVRO');
CREATE STREAM two (a INT KEY, b STRING KEY, v DOUBLE) WITH (KAFKA_TOPIC='two', PARTITIONS=1, FORMAT='JSON');
CREATE STREAM plain (v STRING) WITH (KAFKA_TOPIC='plain', PARTITIONS=1, VALUE_FORMAT='DELIMITED');
CREATE TABLE tab (k STRING PRIMARY KEY, i INT, t STRING, fk STRING) WITH (KAFKA_TOPIC='tab', PARTITIONS=1, VALUE_FORMAT='JSON');
CREATE SOURCE TABLE src (k STRING PRIMARY KEY, i INT) WITH (KAFKA_TOPIC='src', PARTITIONS=1, VALUE_FORMAT='JSON');
CREATE TABLE counts AS SELECT k, COUNT(*) AS n, SUM(l) AS total, LATEST_BY_OFFSET(t) AS t FROM s GROUP BY k;
CREATE TABLE wide AS SELECT k, COUNT(*) AS n, COLLECT_LIST(i) AS list FROM s WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY k;
CREATE TABLE sess AS SELECT k, COUNT(*) AS n FROM s WINDOW SESSION (10 SECONDS) GROUP BY k;
CREATE STREAM derived AS SELECT k, i + 1 AS j, UCASE(t) AS t FROM s WHERE i > 0 EMIT CHANGES;
`;

/** Rows for {@link WORLD}: enough that expressions run on values and on NULLs. */
export const ROWS = `
INSERT INTO s (k, b, i, l, d, dec, t, da, ti, ts, arr, texts, m, st) VALUES ('a', true, 1, 10, 1.5, 2.25, 'one', '2026-01-02', '03:04:05', '2026-01-02T03:04:05',
  ARRAY[1, 2], ARRAY['x', 'y'], MAP('p' := 1), STRUCT(x := 1, sub := STRUCT(y := 'z')));
INSERT INTO s (k, i, t) VALUES ('b', -2147483648, '');
INSERT INTO s (k) VALUES ('c');
INSERT INTO r VALUES ('a', 1, 2, 'r');
INSERT INTO two VALUES (1, 'x', 2.5);
INSERT INTO plain VALUES ('line');
INSERT INTO tab VALUES ('a', 1, 'one', 'b');
`;

export const SOURCES = [
  's',
  'r',
  'two',
  'plain',
  'tab',
  'src',
  'counts',
  'wide',
  'sess',
  'derived',
  'nowhere',
];
export const COLUMNS = [
  ...['k', 'b', 'i', 'l', 'd', 'dec', 't', 'raw', 'da', 'ti', 'ts', 'arr', 'texts', 'm', 'st', 'p', 'nested'],
  ...[
    'a',
    'v',
    'fk',
    'n',
    'total',
    'list',
    'j',
    'ROWTIME',
    'ROWPARTITION',
    'ROWOFFSET',
    'WINDOWSTART',
    'WINDOWEND',
    'nope',
  ],
];
export const TYPES = [
  ...[
    'BOOLEAN',
    'INT',
    'BIGINT',
    'DOUBLE',
    'STRING',
    'BYTES',
    'DATE',
    'TIME',
    'TIMESTAMP',
    'DECIMAL(10, 2)',
    'DECIMAL(38, 38)',
  ],
  ...[
    'DECIMAL(0, 1)',
    'ARRAY<INT>',
    'MAP<STRING, BIGINT>',
    'MAP<INT, INT>',
    'STRUCT<x INT>',
    'STRUCT<>',
    'point',
    'nothing',
  ],
];
export const LITERALS = [
  ...[
    'NULL',
    'TRUE',
    'FALSE',
    '0',
    '1',
    '-1',
    '2147483647',
    '2147483648',
    '-9223372036854775808',
    '9223372036854775808',
    '1.5',
    '-0.0',
  ],
  ...[
    '1e400',
    '1E-9',
    '.5',
    "''",
    "'a'",
    "'1'",
    "'2026-01-02'",
    "'2026-01-02T03:04:05'",
    "'yyyy-MM-dd'",
    "'%'",
    "'['",
    "'$.a[0]'",
  ],
  ...[
    `'{"a":[1,null]}'`,
    "'äß😀'",
    "'it''s'",
    "'https://h:1/p?q=1#f'",
    'ARRAY[]',
    'ARRAY[1, NULL]',
    'MAP()',
    "MAP('a' := 1)",
    'STRUCT(x := 1)',
  ],
];

/** Columns by source, for statements that mostly make sense. */
export const COLUMNS_OF: Readonly<Record<string, readonly string[]>> = {
  s: ['k', 'b', 'i', 'l', 'd', 'dec', 't', 'raw', 'da', 'ti', 'ts', 'arr', 'texts', 'm', 'st', 'p', 'nested'],
  r: ['k', 'i', 'l', 't'],
  two: ['a', 'b', 'v'],
  tab: ['k', 'i', 't', 'fk'],
  src: ['k', 'i'],
  counts: ['k', 'n', 'total', 't'],
  wide: ['k', 'n', 'list'],
  sess: ['k', 'n'],
  derived: ['k', 'j', 't'],
};
