-- description: What each sample of the network gives to the benchmark of each of the seven UTC days after its own.
-- grain: one sample of one metric and one day that it counts for, or the taking back of one
-- owner: analytics

-- A sample is benchmark key#metric:bucket; one that is taken back has '-' before the metric. Keys: pipeline|model|UTC day judged (days since the epoch)
-- for latencies (ptff, late) and frame rates (ofps), pipeline|model|GPU type|day for delivered megapixels (mpps, with the number of days ahead).
-- Buckets: latencies and megapixels grow by 5 % (of ms, of 1/1000 Mpixel/s), frame rates are 0.5 wide up to 1000.
-- Read under one dimension, as the samples are the same under all.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'gold.benchmark_contribution.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_gold_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  request_id,
  EXPLODE(FILTER(
    ARRAY_CONCAT(
      ARRAY_CONCAT(
      TRANSFORM(GENERATE_SERIES(1, 7), d => CASE
        WHEN prompt_to_first_frame_ms IS NOT NULL
          THEN pipeline + '|' + model + '|' + CAST(event_time / 86400000 + d AS STRING) + '#' + CASE WHEN sign < 0 THEN '-' ELSE '' END + 'ptff:' + LPAD(CAST(CAST(FLOOR(LN(GREATEST(prompt_to_first_frame_ms, CAST(1 AS BIGINT))) / LN(CAST(1.05 AS DOUBLE))) AS INT) AS STRING), 4, '0')
        ELSE '' END),
      TRANSFORM(GENERATE_SERIES(1, 7), d => CASE
        WHEN e2e_latency_ms IS NOT NULL
          THEN pipeline + '|' + model + '|' + CAST(event_time / 86400000 + d AS STRING) + '#' + CASE WHEN sign < 0 THEN '-' ELSE '' END + 'late:' + LPAD(CAST(CAST(FLOOR(LN(GREATEST(e2e_latency_ms, CAST(1 AS BIGINT))) / LN(CAST(1.05 AS DOUBLE))) AS INT) AS STRING), 4, '0')
        ELSE '' END)),
      ARRAY_CONCAT(
      TRANSFORM(GENERATE_SERIES(1, 7), d => CASE
        WHEN output_fps > 0
          THEN pipeline + '|' + model + '|' + CAST(event_time / 86400000 + d AS STRING) + '#ofps:' + LPAD(CAST(CAST(FLOOR(LEAST(output_fps, CAST(1000 AS DOUBLE)) * 2) AS INT) AS STRING), 4, '0')
        ELSE '' END),
      TRANSFORM(GENERATE_SERIES(1, 7), d => CASE
        WHEN delivered_mpps > 0
          THEN pipeline + '|' + model + '|' + gpu_type + '|' + CAST(event_time / 86400000 + d AS STRING) + '#mpp' + CAST(d AS STRING) + ':'
            + LPAD(CAST(CAST(FLOOR(LN(GREATEST(delivered_mpps * 1000, CAST(1 AS DOUBLE))) / LN(CAST(1.05 AS DOUBLE))) AS INT) AS STRING), 4, '0')
        ELSE '' END))),
    s => s <> '')) AS sample
FROM ${service_sample}
WHERE dimension = 'model' AND kind IN ('session', 'request', 'status')
EMIT CHANGES;
