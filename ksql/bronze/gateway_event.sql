-- description: Each gateway record, judged once: what it is, when it happened, and why it is not used where it is not.
-- grain: one record of the gateway topic, copies included
-- owner: telemetry

-- `reason` is NULL for a valid event, `out_of_contract` for a family that nobody here reads, otherwise a code, a colon and a sentence.
-- A failing expression would be NULL in a projection but drop the row in WHERE, so everything is judged here and filtered downstream, and
-- every text is checked before it is cast: what is valid here can be cast everywhere.
-- A JSON null counts as absent. Age is judged against the arrival (ROWTIME is the broker's).
-- An event whose own time cannot be used keeps its arrival's: brokers refuse records from the future, and the query would die of one.
-- Gateways repeat a worker's event under envelopes of their own, so that its id is the worker's.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'bronze.gateway_event.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_bronze_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  TIMESTAMP = 'event_time'
) AS
SELECT
  CASE
    WHEN NOT IS_JSON_STRING(line) THEN CAST(NULL AS STRING)
    WHEN ${event_family} = 'worker_lifecycle' AND COALESCE(EXTRACTJSONFIELD(line, '$.data.id'), '') <> ''
      THEN 'worker_lifecycle|' + EXTRACTJSONFIELD(line, '$.data.id')
    ELSE EXTRACTJSONFIELD(line, '$.id')
  END AS event_id,
  CASE WHEN IS_JSON_STRING(line) THEN ${event_family} END AS family,
  CASE WHEN IS_JSON_STRING(line) THEN NULLIF(EXTRACTJSONFIELD(line, '$.gateway'), '') END AS gateway,
  CASE
    WHEN IS_JSON_STRING(line)
      THEN COALESCE(
        NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.request_id'), ''),
        NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.requestID'), ''))
  END AS request_id,
  CASE
    WHEN NOT IS_JSON_STRING(line) THEN ROWTIME
    WHEN REGEXP_EXTRACT('^[0-9]{13}$', NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.timestamp'), 'null')) IS NOT NULL
        AND CAST(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.timestamp'), 'null') AS BIGINT)
          BETWEEN ROWTIME - ${max_event_age_ms} AND ROWTIME + ${max_event_ahead_ms}
      THEN CAST(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.timestamp'), 'null') AS BIGINT)
    WHEN NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.timestamp'), 'null') IS NULL
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
    WHEN ${event_family} IS NULL
      THEN 'missing_type: the envelope has no type'
    WHEN ${event_family} NOT IN (
        'stream_trace', 'ai_stream_status', 'ai_stream_events', 'stream_ingest_metrics', 'discovery_results',
        'network_capabilities', 'create_new_payment', 'create_signed_ticket', 'job_gateway', 'job_payment', 'job_auth',
        'job_orchestrator', 'worker_lifecycle', 'ai_llm_request', 'ai_batch_request')
      THEN 'out_of_contract'
    WHEN COALESCE(EXTRACTJSONFIELD(line, '$.id'), '') = ''
      THEN 'missing_id: the envelope has no id, so copies could not be told apart'
    WHEN REGEXP_EXTRACT('^[0-9]{13}$', COALESCE(EXTRACTJSONFIELD(line, '$.timestamp'), '')) IS NULL
      THEN 'bad_timestamp: the envelope''s timestamp is not 13 digits, milliseconds since the epoch'
    WHEN ${event_family} IN ('discovery_results', 'network_capabilities')
        AND SUBSTRING(COALESCE(EXTRACTJSONFIELD(line, ${event_root}), ''), 1, 1) <> '['
      THEN 'bad_data: data is no array'
    WHEN ${event_family} NOT IN ('discovery_results', 'network_capabilities')
        AND SUBSTRING(COALESCE(EXTRACTJSONFIELD(line, ${event_root}), ''), 1, 1) <> '{'
      THEN 'bad_data: data is no object'
    WHEN NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.timestamp'), 'null') IS NOT NULL
        AND REGEXP_EXTRACT('^[0-9]{13}$', NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.timestamp'), 'null')) IS NULL
      THEN 'bad_data_timestamp: data.timestamp is not 13 digits, milliseconds since the epoch'
    WHEN ${event_family} IN ('stream_trace', 'ai_stream_status', 'stream_ingest_metrics')
        AND COALESCE(EXTRACTJSONFIELD(line, ${event_root} + '.request_id'), '') = ''
      THEN 'missing_request_id: data.request_id is empty, so the event belongs to no session'
    WHEN ${event_family} = 'stream_trace'
        AND COALESCE(EXTRACTJSONFIELD(line, ${event_root} + '.type'), '') = ''
      THEN 'missing_data_type: data.type, the point that was traced, is empty'
    WHEN ARRAY_LENGTH(FILTER(ARRAY['orchestrator_info.address', 'recipient', 'orch_address'],
          p => REGEXP_EXTRACT('${address}|^$', COALESCE(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.' + p), 'null'), '')) IS NULL)) > 0
      THEN 'bad_address: data.' + FILTER(ARRAY['orchestrator_info.address', 'recipient', 'orch_address'],
          p => REGEXP_EXTRACT('${address}|^$', COALESCE(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.' + p), 'null'), '')) IS NULL)[1]
        + ' is not 0x and 40 hexadecimal digits'
    WHEN ${event_family} = 'ai_stream_status'
        AND COALESCE(EXTRACTJSONFIELD(line, ${event_root} + '.state'), '') = ''
      THEN 'missing_state: data.state is empty'
    WHEN ${event_family} = 'ai_stream_status'
        AND REGEXP_EXTRACT('${number}', COALESCE(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.inference_status.fps'), 'null'), '0')) IS NULL
      THEN 'bad_fps: data.inference_status.fps is not a number of at least 0'
    WHEN ${event_family} = 'create_new_payment'
        AND REGEXP_EXTRACT('${amount}', LCASE(COALESCE(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.faceValue'), ''), '0 wei'))) IS NULL
      THEN 'bad_amount: data.faceValue is not a number and a unit, WEI, GWEI or ETH'
    WHEN ${event_family} = 'create_new_payment'
        AND REGEXP_EXTRACT('${price}', LCASE(COALESCE(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.price'), ''), '0 wei/pixel'))) IS NULL
      THEN 'bad_price: data.price is not a number and a unit, wei/pixel, gwei/pixel or eth/pixel'
    WHEN ${event_family} = 'stream_ingest_metrics'
        AND SUBSTRING(COALESCE(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.stats.track_stats'), 'null'), '['), 1, 1) <> '['
      THEN 'bad_data: data.stats.track_stats is no array'
    WHEN ${event_family} = 'stream_ingest_metrics'
        AND ARRAY_LENGTH(FILTER(
          JSON_ITEMS(COALESCE(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.stats.track_stats'), 'null'), '[]')),
          t => REGEXP_EXTRACT('${number}', COALESCE(NULLIF(EXTRACTJSONFIELD(t, '$.jitter'), 'null'), '0')) IS NULL
            OR REGEXP_EXTRACT('${number}', COALESCE(NULLIF(EXTRACTJSONFIELD(t, '$.rtt'), 'null'), '0')) IS NULL
            OR REGEXP_EXTRACT('${integer}', COALESCE(NULLIF(EXTRACTJSONFIELD(t, '$.packets_received'), 'null'), '0')) IS NULL
            OR REGEXP_EXTRACT('^-?[0-9]{1,18}$', COALESCE(NULLIF(EXTRACTJSONFIELD(t, '$.packets_lost'), 'null'), '0')) IS NULL)) > 0
      THEN 'bad_number: data.stats.track_stats has a jitter, rtt, packets_received or packets_lost that is no such number'
    WHEN ARRAY_LENGTH(FILTER(${number_fields},
          p => REGEXP_EXTRACT('${number}', COALESCE(NULLIF(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.' + p), 'null'), ''), '0')) IS NULL)) > 0
      THEN 'bad_number: data.' + FILTER(${number_fields},
          p => REGEXP_EXTRACT('${number}', COALESCE(NULLIF(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.' + p), 'null'), ''), '0')) IS NULL)[1]
        + ' is not a number of at least 0'
    WHEN ARRAY_LENGTH(FILTER(${integer_fields},
          p => REGEXP_EXTRACT('${integer}', COALESCE(NULLIF(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.' + p), 'null'), ''), '0')) IS NULL)) > 0
      THEN 'bad_number: data.' + FILTER(${integer_fields},
          p => REGEXP_EXTRACT('${integer}', COALESCE(NULLIF(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.' + p), 'null'), ''), '0')) IS NULL)[1]
        + ' is not a whole number of at least 0'
    WHEN ROWTIME - CAST(COALESCE(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.timestamp'), 'null'), EXTRACTJSONFIELD(line, '$.timestamp')) AS BIGINT)
        > ${max_event_age_ms}
      THEN 'event_too_old: the event happened too long before its arrival'
    WHEN CAST(COALESCE(NULLIF(EXTRACTJSONFIELD(line, ${event_root} + '.timestamp'), 'null'), EXTRACTJSONFIELD(line, '$.timestamp')) AS BIGINT) - ROWTIME
        > ${max_event_ahead_ms}
      THEN 'event_in_future: the event''s time is too far ahead of its arrival'
  END AS reason,
  line
FROM ${gateway_line}
PARTITION BY CASE
    WHEN NOT IS_JSON_STRING(line) THEN CAST(NULL AS STRING)
    WHEN ${event_family} = 'worker_lifecycle' AND COALESCE(EXTRACTJSONFIELD(line, '$.data.id'), '') <> ''
      THEN 'worker_lifecycle|' + EXTRACTJSONFIELD(line, '$.data.id')
    ELSE EXTRACTJSONFIELD(line, '$.id')
  END
EMIT CHANGES;
