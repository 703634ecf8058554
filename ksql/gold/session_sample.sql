-- description: What a session gives to the benchmark now and what it gave before the last change, so that a change can be taken back.
-- grain: one request
-- owner: analytics

-- Each array holds [before, now], or [now] at first; '' stands for no sample, as a NULL would be skipped and leave an old pair behind.
-- A sample is pipeline|model|UTC day of the request#metric:bucket. Latency buckets grow by 5 %: bucket i holds 1.05^i to 1.05^(i+1) ms.
-- With a cache, changes within one commit interval would be passed over and never taken back.
SET 'cache.max.bytes.buffering' = '0';

CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.session_sample.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  request_id,
  LATEST_BY_OFFSET(CASE
    WHEN requested_at IS NOT NULL AND prompt_to_first_frame_ms IS NOT NULL
      THEN pipeline + '|' + model + '|' + CAST(requested_at / 86400000 AS STRING)
        + '#ptff:' + LPAD(CAST(CAST(FLOOR(LN(GREATEST(prompt_to_first_frame_ms, CAST(1 AS BIGINT))) / LN(CAST(1.05 AS DOUBLE))) AS INT) AS STRING), 4, '0')
    ELSE '' END, 2) AS prompt_to_first_frame,
  LATEST_BY_OFFSET(CASE
    WHEN requested_at IS NOT NULL AND e2e_latency_ms IS NOT NULL
      THEN pipeline + '|' + model + '|' + CAST(requested_at / 86400000 AS STRING)
        + '#late:' + LPAD(CAST(CAST(FLOOR(LN(GREATEST(e2e_latency_ms, CAST(1 AS BIGINT))) / LN(CAST(1.05 AS DOUBLE))) AS INT) AS STRING), 4, '0')
    ELSE '' END, 2) AS e2e_latency
FROM session_change
GROUP BY request_id
EMIT CHANGES;
