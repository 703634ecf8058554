-- description: How often each value occurred on the seven UTC days before a day: bucket counts of both latencies, of frame rates and of delivered megapixels.
-- grain: pipeline, model (and GPU type, for megapixels), UTC day that is judged (days since the epoch)
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
  SPLIT(sample, '#')[1] AS benchmark_key,
  HISTOGRAM(SPLIT(sample, '#')[2]) AS buckets,
  SUM(CASE
    WHEN SPLIT(sample, '#')[2] LIKE 'ptff:%' THEN CAST(1 AS BIGINT)
    WHEN SPLIT(sample, '#')[2] LIKE '-ptff:%' THEN CAST(-1 AS BIGINT)
    ELSE CAST(0 AS BIGINT) END) AS prompt_to_first_frame_count,
  SUM(CASE
    WHEN SPLIT(sample, '#')[2] LIKE 'late:%' THEN CAST(1 AS BIGINT)
    WHEN SPLIT(sample, '#')[2] LIKE '-late:%' THEN CAST(-1 AS BIGINT)
    ELSE CAST(0 AS BIGINT) END) AS e2e_latency_count,
  SUM(CASE
    WHEN SPLIT(sample, '#')[2] LIKE 'ofps:%' THEN CAST(1 AS BIGINT)
    WHEN SPLIT(sample, '#')[2] LIKE '-ofps:%' THEN CAST(-1 AS BIGINT)
    ELSE CAST(0 AS BIGINT) END) AS output_fps_count,
  SUM(CASE
    WHEN SPLIT(sample, '#')[2] LIKE 'mpp_:%' THEN CAST(1 AS BIGINT)
    WHEN SPLIT(sample, '#')[2] LIKE '-mpp_:%' THEN CAST(-1 AS BIGINT)
    ELSE CAST(0 AS BIGINT) END) AS delivered_mpps_count
FROM ${benchmark_contribution}
GROUP BY SPLIT(sample, '#')[1]
EMIT CHANGES;
