-- description: Status samples of running streams, about one every 10 s: state, input and output frame rates.
-- grain: one status event
-- owner: analytics

-- The event's field `pipeline` holds the model's id, its field `pipeline_id` the pipeline.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'silver.ai_stream_status.v1',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_silver_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.silver.AiStreamStatus'
) AS
SELECT
  request_id,
  id AS event_id,
  event_time AS source_event_time,
  arrived_at,
  gateway,
  NULLIF(EXTRACTJSONFIELD(line, '$.data.stream_id'), '') AS stream_id,
  REGEXP_REPLACE(COALESCE(NULLIF(EXTRACTJSONFIELD(line, '$.data.pipeline_id'), ''), 'unknown'), '[|#\s]', '_') AS pipeline,
  REGEXP_REPLACE(COALESCE(NULLIF(EXTRACTJSONFIELD(line, '$.data.pipeline'), ''), 'unknown'), '[|#\s]', '_') AS model,
  COALESCE(NULLIF(LCASE(EXTRACTJSONFIELD(line, '$.data.orchestrator_info.address')), ''), 'unattributed') AS orchestrator,
  NULLIF(EXTRACTJSONFIELD(line, '$.data.orchestrator_info.url'), '') AS orchestrator_url,
  EXTRACTJSONFIELD(line, '$.data.state') AS state,
  CAST(NULLIF(EXTRACTJSONFIELD(line, '$.data.input_status.fps'), 'null') AS DOUBLE) AS input_fps,
  CAST(NULLIF(EXTRACTJSONFIELD(line, '$.data.inference_status.fps'), 'null') AS DOUBLE) AS output_fps,
  CAST(NULLIF(EXTRACTJSONFIELD(line, '$.data.inference_status.restart_count'), 'null') AS INT) AS restart_count,
  NULLIF(EXTRACTJSONFIELD(line, '$.data.inference_status.last_error'), 'null') AS last_error
FROM gateway_event_unique
WHERE family = 'ai_stream_status'
PARTITION BY request_id
EMIT CHANGES;
