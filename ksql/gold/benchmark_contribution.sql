-- description: Each benchmark sample seven times, once for each of the seven UTC days after its own.
-- grain: one sample and one day that it counts for
-- owner: analytics
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'gold.benchmark_contribution.v1',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_gold_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  request_id,
  sample,
  EXPLODE(GENERATE_SERIES(1, 7)) AS days_ahead
FROM benchmark_sample
EMIT CHANGES;
