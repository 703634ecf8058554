-- description: Points that a stream's request passed, from the gateway's and the runner's traces.
-- grain: one trace event
-- owner: analytics
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'silver.stream_trace.v1',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_silver_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.silver.StreamTrace'
) AS
SELECT
  request_id,
  id AS event_id,
  event_time AS source_event_time,
  arrived_at,
  gateway,
  NULLIF(EXTRACTJSONFIELD(line, '$.data.stream_id'), '') AS stream_id,
  NULLIF(EXTRACTJSONFIELD(line, '$.data.pipeline_id'), '') AS pipeline,
  NULLIF(LCASE(EXTRACTJSONFIELD(line, '$.data.orchestrator_info.address')), '') AS orchestrator,
  NULLIF(EXTRACTJSONFIELD(line, '$.data.orchestrator_info.url'), '') AS orchestrator_url,
  EXTRACTJSONFIELD(line, '$.data.type') AS trace_type,
  EXTRACTJSONFIELD(line, '$.data.message') AS message
FROM gateway_event_unique
WHERE family = 'stream_trace'
PARTITION BY request_id
EMIT CHANGES;
