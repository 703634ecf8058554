-- description: How often each value occurred on the seven UTC days before a day: bucket counts of both latencies and of frame rates.
-- grain: pipeline, model, UTC day that is judged (days since the epoch)
-- owner: analytics

-- Repartitions: samples lie by request, days of a model come together here.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.benchmark.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  SPLIT(sample, '|')[1] + '|' + SPLIT(sample, '|')[2] + '|'
    + CAST(CAST(SPLIT(SPLIT(sample, '|')[3], '#')[1] AS BIGINT) + days_ahead AS STRING) AS benchmark_key,
  HISTOGRAM(SPLIT(sample, '#')[2]) AS buckets,
  SUM(CASE
    WHEN SUBSTRING(SPLIT(sample, '#')[2], 1, 5) = 'ptff:' THEN CAST(1 AS BIGINT)
    WHEN SUBSTRING(SPLIT(sample, '#')[2], 1, 6) = '-ptff:' THEN CAST(-1 AS BIGINT)
    ELSE CAST(0 AS BIGINT) END) AS prompt_to_first_frame_count,
  SUM(CASE
    WHEN SUBSTRING(SPLIT(sample, '#')[2], 1, 5) = 'late:' THEN CAST(1 AS BIGINT)
    WHEN SUBSTRING(SPLIT(sample, '#')[2], 1, 6) = '-late:' THEN CAST(-1 AS BIGINT)
    ELSE CAST(0 AS BIGINT) END) AS e2e_latency_count,
  SUM(CASE
    WHEN SUBSTRING(SPLIT(sample, '#')[2], 1, 5) = 'ofps:' THEN CAST(1 AS BIGINT)
    WHEN SUBSTRING(SPLIT(sample, '#')[2], 1, 6) = '-ofps:' THEN CAST(-1 AS BIGINT)
    ELSE CAST(0 AS BIGINT) END) AS output_fps_count
FROM benchmark_contribution
GROUP BY SPLIT(sample, '|')[1] + '|' + SPLIT(sample, '|')[2] + '|'
    + CAST(CAST(SPLIT(SPLIT(sample, '|')[3], '#')[1] AS BIGINT) + days_ahead AS STRING)
EMIT CHANGES;
