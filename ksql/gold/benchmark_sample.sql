-- description: Samples that the benchmark is made of; this query brings in output frame rates, session samples are inserted.
-- grain: one sample of one metric, or the taking back of one
-- owner: analytics

-- A sample is pipeline|model|UTC day#metric:bucket; one that is taken back has '-' before the metric. Frame rate buckets are 0.5 wide.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'gold.benchmark_sample.v1',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_gold_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  request_id,
  pipeline + '|' + model + '|' + CAST(source_event_time / 86400000 AS STRING)
    + '#ofps:' + LPAD(CAST(CAST(FLOOR(LEAST(output_fps, CAST(1000 AS DOUBLE)) * 2) AS INT) AS STRING), 4, '0') AS sample
FROM ai_stream_status
WHERE output_fps > 0
EMIT CHANGES;
