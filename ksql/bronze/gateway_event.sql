-- description: Each gateway record, judged once: what it is, when it happened, and why it is not used where it is not.
-- grain: one record of the gateway topic, copies included
-- owner: telemetry

-- `reason` is NULL for a valid event, `out_of_contract` for a family that nobody here reads, otherwise a code, a colon and a sentence.
-- A failing expression would be NULL in a projection but drop the row in WHERE, so everything is judged here and filtered downstream.
-- A JSON null counts as absent. Times are checked as text before they are cast for the same reason. Age is judged against the arrival (ROWTIME is the broker's).
-- An event whose own time cannot be used keeps its arrival's: brokers refuse records from the future, and the query would die of one.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'bronze.gateway_event.v1',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_bronze_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  TIMESTAMP = 'event_time'
) AS
SELECT
  CASE WHEN IS_JSON_STRING(line) THEN EXTRACTJSONFIELD(line, '$.id') END AS event_id,
  CASE WHEN IS_JSON_STRING(line) THEN EXTRACTJSONFIELD(line, '$.type') END AS family,
  CASE WHEN IS_JSON_STRING(line) THEN NULLIF(EXTRACTJSONFIELD(line, '$.gateway'), '') END AS gateway,
  CASE
    WHEN IS_JSON_STRING(line)
      THEN COALESCE(
        NULLIF(EXTRACTJSONFIELD(line, '$.data.request_id'), ''),
        NULLIF(EXTRACTJSONFIELD(line, '$.data.requestID'), ''))
  END AS request_id,
  CASE
    WHEN NOT IS_JSON_STRING(line) THEN ROWTIME
    WHEN REGEXP_EXTRACT('^[0-9]{13}$', NULLIF(EXTRACTJSONFIELD(line, '$.data.timestamp'), 'null')) IS NOT NULL
        AND CAST(NULLIF(EXTRACTJSONFIELD(line, '$.data.timestamp'), 'null') AS BIGINT)
          BETWEEN ROWTIME - ${max_event_age_ms} AND ROWTIME + ${max_event_ahead_ms}
      THEN CAST(NULLIF(EXTRACTJSONFIELD(line, '$.data.timestamp'), 'null') AS BIGINT)
    WHEN NULLIF(EXTRACTJSONFIELD(line, '$.data.timestamp'), 'null') IS NULL
        AND REGEXP_EXTRACT('^[0-9]{13}$', EXTRACTJSONFIELD(line, '$.timestamp')) IS NOT NULL
        AND CAST(EXTRACTJSONFIELD(line, '$.timestamp') AS BIGINT)
          BETWEEN ROWTIME - ${max_event_age_ms} AND ROWTIME + ${max_event_ahead_ms}
      THEN CAST(EXTRACTJSONFIELD(line, '$.timestamp') AS BIGINT)
    ELSE ROWTIME
  END AS event_time,
  ROWTIME AS arrived_at,
  ROWPARTITION AS raw_partition,
  ROWOFFSET AS raw_offset,
  CASE
    WHEN NOT IS_JSON_STRING(line)
      THEN 'not_json: the value is no JSON text'
    WHEN REGEXP_EXTRACT('^\s*\{', line) IS NULL
      THEN 'not_an_object: the value is JSON, but no object'
    WHEN COALESCE(EXTRACTJSONFIELD(line, '$.type'), '') = ''
      THEN 'missing_type: the envelope has no type'
    WHEN EXTRACTJSONFIELD(line, '$.type') NOT IN (
        'stream_trace', 'ai_stream_status', 'ai_stream_events', 'stream_ingest_metrics', 'discovery_results',
        'network_capabilities', 'create_new_payment', 'create_signed_ticket', 'job_gateway', 'job_payment', 'job_auth',
        'job_orchestrator', 'worker_lifecycle', 'ai_llm_request', 'ai_batch_request')
      THEN 'out_of_contract'
    WHEN COALESCE(EXTRACTJSONFIELD(line, '$.id'), '') = ''
      THEN 'missing_id: the envelope has no id, so copies could not be told apart'
    WHEN REGEXP_EXTRACT('^[0-9]{13}$', COALESCE(EXTRACTJSONFIELD(line, '$.timestamp'), '')) IS NULL
      THEN 'bad_timestamp: the envelope''s timestamp is not 13 digits, milliseconds since the epoch'
    WHEN EXTRACTJSONFIELD(line, '$.type') IN ('discovery_results', 'network_capabilities')
        AND SUBSTRING(COALESCE(EXTRACTJSONFIELD(line, '$.data'), ''), 1, 1) <> '['
      THEN 'bad_data: data is no array'
    WHEN EXTRACTJSONFIELD(line, '$.type') NOT IN ('discovery_results', 'network_capabilities')
        AND SUBSTRING(COALESCE(EXTRACTJSONFIELD(line, '$.data'), ''), 1, 1) <> '{'
      THEN 'bad_data: data is no object'
    WHEN NULLIF(EXTRACTJSONFIELD(line, '$.data.timestamp'), 'null') IS NOT NULL
        AND REGEXP_EXTRACT('^[0-9]{13}$', NULLIF(EXTRACTJSONFIELD(line, '$.data.timestamp'), 'null')) IS NULL
      THEN 'bad_data_timestamp: data.timestamp is not 13 digits, milliseconds since the epoch'
    WHEN EXTRACTJSONFIELD(line, '$.type') IN ('stream_trace', 'ai_stream_status', 'stream_ingest_metrics')
        AND COALESCE(EXTRACTJSONFIELD(line, '$.data.request_id'), '') = ''
      THEN 'missing_request_id: data.request_id is empty, so the event belongs to no session'
    WHEN EXTRACTJSONFIELD(line, '$.type') = 'stream_trace'
        AND COALESCE(EXTRACTJSONFIELD(line, '$.data.type'), '') = ''
      THEN 'missing_data_type: data.type, the point that was traced, is empty'
    WHEN COALESCE(EXTRACTJSONFIELD(line, '$.data.orchestrator_info.address'), '') <> ''
        AND REGEXP_EXTRACT('^0x[0-9a-fA-F]{40}$', EXTRACTJSONFIELD(line, '$.data.orchestrator_info.address')) IS NULL
      THEN 'bad_address: data.orchestrator_info.address is not 0x and 40 hexadecimal digits'
    WHEN EXTRACTJSONFIELD(line, '$.type') = 'ai_stream_status'
        AND COALESCE(EXTRACTJSONFIELD(line, '$.data.state'), '') = ''
      THEN 'missing_state: data.state is empty'
    WHEN EXTRACTJSONFIELD(line, '$.type') = 'ai_stream_status'
        AND NULLIF(EXTRACTJSONFIELD(line, '$.data.inference_status.fps'), 'null') IS NOT NULL
        AND REGEXP_EXTRACT('^[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$', NULLIF(EXTRACTJSONFIELD(line, '$.data.inference_status.fps'), 'null')) IS NULL
      THEN 'bad_fps: data.inference_status.fps is not a number of at least 0'
    WHEN ROWTIME - CAST(COALESCE(NULLIF(EXTRACTJSONFIELD(line, '$.data.timestamp'), 'null'), EXTRACTJSONFIELD(line, '$.timestamp')) AS BIGINT)
        > ${max_event_age_ms}
      THEN 'event_too_old: the event happened too long before its arrival'
    WHEN CAST(COALESCE(NULLIF(EXTRACTJSONFIELD(line, '$.data.timestamp'), 'null'), EXTRACTJSONFIELD(line, '$.timestamp')) AS BIGINT) - ROWTIME
        > ${max_event_ahead_ms}
      THEN 'event_in_future: the event''s time is too far ahead of its arrival'
  END AS reason,
  line
FROM gateway_line
PARTITION BY CASE WHEN IS_JSON_STRING(line) THEN EXTRACTJSONFIELD(line, '$.id') END
EMIT CHANGES;
