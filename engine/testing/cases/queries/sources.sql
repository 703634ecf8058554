-- What the cases in this folder read: jobs and their results, and what is known of orchestrators and sessions.
CREATE STREAM job (id STRING KEY, orch STRING, ms INT, price DOUBLE, tags ARRAY<STRING>, gpu STRUCT<name STRING, slots INT>)
  WITH (KAFKA_TOPIC='job', PARTITIONS=4, VALUE_FORMAT='JSON');
CREATE STREAM result (id STRING KEY, orch STRING, ok BOOLEAN, took INT)
  WITH (KAFKA_TOPIC='result', PARTITIONS=4, VALUE_FORMAT='JSON');
CREATE STREAM rating (id STRING KEY, stars INT)
  WITH (KAFKA_TOPIC='rating', PARTITIONS=4, VALUE_FORMAT='JSON');
CREATE TABLE orchestrator (orch STRING PRIMARY KEY, region STRING, slots INT)
  WITH (KAFKA_TOPIC='orchestrator', PARTITIONS=4, VALUE_FORMAT='JSON');
CREATE TABLE tariff (orch STRING PRIMARY KEY, cents INT)
  WITH (KAFKA_TOPIC='tariff', PARTITIONS=4, VALUE_FORMAT='JSON');
CREATE TABLE session (id STRING PRIMARY KEY, orch STRING, fps INT)
  WITH (KAFKA_TOPIC='session', PARTITIONS=4, VALUE_FORMAT='JSON');
