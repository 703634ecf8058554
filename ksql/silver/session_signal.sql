-- description: Everything that says something about a session, in one shape, whichever family it came in.
-- grain: one event that names a request
-- owner: analytics

-- Traces say how far the session came, status samples what it delivered, errors whether a failure is excusable; payments know the
-- model of a session that never got as far as a status; ingest metrics only prove that it was still alive.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'silver.session_signal.v1',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_silver_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  request_id,
  id AS event_id,
  event_time,
  family,
  gateway,
  EXTRACTJSONFIELD(line, '$.data.type') AS signal,
  NULLIF(EXTRACTJSONFIELD(line, '$.data.stream_id'), '') AS stream_id,
  CASE
    WHEN NULLIF(LCASE(EXTRACTJSONFIELD(line, '$.data.orchestrator_info.address')), '') IS NOT NULL
      THEN CAST(event_time AS STRING) + LCASE(EXTRACTJSONFIELD(line, '$.data.orchestrator_info.address'))
  END AS timed_orchestrator,
  NULLIF(LCASE(EXTRACTJSONFIELD(line, '$.data.orchestrator_info.address')), '') AS orchestrator,
  CASE
    WHEN NULLIF(EXTRACTJSONFIELD(line, '$.data.pipeline_id'), '') IS NOT NULL
      THEN CAST(event_time AS STRING) + REGEXP_REPLACE(EXTRACTJSONFIELD(line, '$.data.pipeline_id'), '[|#\s]', '_')
  END AS timed_pipeline,
  CASE
    WHEN NULLIF(EXTRACTJSONFIELD(line, '$.data.pipeline'), '') IS NOT NULL
      THEN CAST(event_time AS STRING) + REGEXP_REPLACE(EXTRACTJSONFIELD(line, '$.data.pipeline'), '[|#\s]', '_')
    WHEN REGEXP_EXTRACT('^[0-9]+_(.+)$', EXTRACTJSONFIELD(line, '$.data.manifestID'), 1) IS NOT NULL
      THEN CAST(event_time AS STRING)
        + REGEXP_REPLACE(REGEXP_EXTRACT('^[0-9]+_(.+)$', EXTRACTJSONFIELD(line, '$.data.manifestID'), 1), '[|#\s]', '_')
  END AS timed_model,
  CASE WHEN family = 'ai_stream_status' THEN EXTRACTJSONFIELD(line, '$.data.state') END AS state,
  CASE
    WHEN family = 'ai_stream_status' THEN CAST(NULLIF(EXTRACTJSONFIELD(line, '$.data.inference_status.fps'), 'null') AS DOUBLE)
  END AS output_fps,
  CASE
    WHEN family = 'ai_stream_events' AND EXTRACTJSONFIELD(line, '$.data.type') = 'error'
      THEN LCASE(COALESCE(EXTRACTJSONFIELD(line, '$.data.message'), ''))
  END AS error
FROM gateway_event_unique
WHERE request_id IS NOT NULL
  AND family IN ('stream_trace', 'ai_stream_status', 'ai_stream_events', 'stream_ingest_metrics', 'create_new_payment')
PARTITION BY request_id
EMIT CHANGES;
