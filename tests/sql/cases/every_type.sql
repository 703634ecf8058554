-- One column of every type; the cases beside it send rows of NULLs, or set what they need.
CREATE STREAM every_type (
  id INT KEY,
  txt STRING,
  i INT,
  l BIGINT,
  d DOUBLE,
  dc DECIMAL(6, 2),
  b BOOLEAN,
  raw BYTES,
  da DATE,
  ti TIME,
  ts TIMESTAMP,
  ai ARRAY<INT>,
  al ARRAY<BIGINT>,
  texts ARRAY<STRING>,
  m MAP<STRING, INT>,
  st STRUCT<x INT, y STRING>
) WITH (KAFKA_TOPIC = 'every_type', PARTITIONS = 1, VALUE_FORMAT = 'JSON');
