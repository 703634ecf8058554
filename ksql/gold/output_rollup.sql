-- description: Output frame rate by the window of the status sample, as sum and count; samples at 0 frames are counted apart.
-- grain: orchestrator, pipeline, model, window of the sample
-- owner: analytics
-- windows: 1m

-- Keyed like session_rollup and unwindowed like it, so that the two can be joined.
-- Repartitions: status samples lie by request.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.output_rollup_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  orchestrator + '|' + pipeline + '|' + model + '|' + CAST(source_event_time / ${window_ms} * ${window_ms} AS STRING) AS rollup_key,
  COUNT(*) AS status_samples,
  SUM(CASE WHEN output_fps > 0 THEN 1 ELSE 0 END) AS output_fps_count,
  SUM(CASE WHEN output_fps > 0 THEN output_fps ELSE CAST(0 AS DOUBLE) END) AS output_fps_sum
FROM ai_stream_status
GROUP BY orchestrator + '|' + pipeline + '|' + model + '|' + CAST(source_event_time / ${window_ms} * ${window_ms} AS STRING)
EMIT CHANGES;
