-- description: Everything that gateways say about requests, in one typed row an event, whichever family it came in.
-- grain: one event
-- owner: analytics

-- Columns of other families are NULL. In live video's events the field `pipeline` holds the model, `pipeline_id` the pipeline, mostly empty;
-- then the pipeline follows from what the orchestrator announced for the model, or from the capability's number before a manifest's name.
-- `orchestrator` is the address that the orchestrator at this URI announced; traces report its local address, payments the announced one.
-- Enriched before anything is counted: a session's deltas never meet a changed inventory. What no announcement has told is NULL.
-- `region` is that of the orchestrator's host, else of the gateway. Of tracks jitter and round trip are the worst, packets the sum; a round
-- trip of 0 was not measured. A fee is what a payment is worth on average: face value x chance of winning x tickets.
-- Addresses in messages are truncated. `event_time` is the record's time, `source_event_time` the same as the envelope's contract names it.
-- Repartitions twice: by asset for the join, by request.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'silver.stream_event.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_silver_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.silver.StreamEvent',
  TIMESTAMP = 'event_time'
) AS
SELECT
  e.request_id AS request_id,
  e.id AS event_id,
  e.event_time AS event_time,
  e.event_time AS source_event_time,
  e.arrived_at AS arrived_at,
  e.family AS family,
  COALESCE(REGEXP_REPLACE(e.gateway, '[|#\s]', '_'), 'unknown') AS gateway,
  '${network}' AS network,
  '${environment}' AS environment,
  NULLIF(EXTRACTJSONFIELD(e.data, '$.type'), '') AS signal,
  NULLIF(EXTRACTJSONFIELD(e.data, '$.stream_id'), '') AS stream_id,
  REGEXP_REPLACE(COALESCE(
    NULLIF(EXTRACTJSONFIELD(e.data, '$.pipeline_id'), ''),
    CASE
      WHEN e.family IN ('ai_batch_request', 'create_signed_ticket') THEN NULLIF(EXTRACTJSONFIELD(e.data, '$.pipeline'), '')
      WHEN e.family = 'ai_llm_request' THEN 'llm'
    END,
    NULLIF(i.pipelines[${event_model}], 'unknown'),
    ${pipeline_of_capability}[COALESCE(REGEXP_EXTRACT('^([0-9]+)_', EXTRACTJSONFIELD(e.data, '$.manifestID'), 1), REGEXP_EXTRACT('^([0-9]+)_', EXTRACTJSONFIELD(e.data, '$.manifest_id'), 1), '')]), '[|#\s]', '_') AS pipeline,
  REGEXP_REPLACE(NULLIF(EXTRACTJSONFIELD(e.data, '$.pipeline_id'), ''), '[|#\s]', '_') AS pipeline_id,
  REGEXP_REPLACE(${event_model}, '[|#\s]', '_') AS model,
  COALESCE(
    i.address,
    NULLIF(LCASE(EXTRACTJSONFIELD(e.data, '$.orchestrator_info.address')), ''),
    NULLIF(LCASE(EXTRACTJSONFIELD(e.data, '$.recipient')), ''),
    NULLIF(LCASE(EXTRACTJSONFIELD(e.data, '$.orch_address')), '')) AS orchestrator,
  NULLIF(LCASE(EXTRACTJSONFIELD(e.data, '$.orchestrator_info.address')), '') AS reported_orchestrator,
  i.address AS announced_orchestrator,
  e.orchestrator_uri AS orchestrator_uri,
  i.version AS orchestrator_version,
  REGEXP_REPLACE(COALESCE(
    NULLIF(i.gpu_types[${event_model}], ''),
    i.gpu_type), '[|#\s]', '_') AS gpu_type,
  COALESCE(
    NULLIF(TRANSFORM(TRANSFORM(TRANSFORM(TRANSFORM(TRANSFORM(ARRAY[COALESCE(e.orchestrator_uri, '')],
      ${host_port}), ${host}), ${location}), ${place}), ${region})[1], 'unknown'),
    TRANSFORM(ARRAY['host:' + LCASE(COALESCE(e.gateway, '')) + '$'], ${region})[1]) AS region,
  e.client_network AS client_network,
  e.client_region AS client_region,
  CASE
    WHEN e.family = 'ai_stream_status'
      THEN EXTRACTJSONFIELD(e.data, '$.state')
  END AS state,
  CASE
    WHEN e.family = 'ai_stream_status'
      THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.input_status.fps'), 'null'), '') AS DOUBLE)
  END AS input_fps,
  CASE
    WHEN e.family = 'ai_stream_status'
      THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.inference_status.fps'), 'null'), '') AS DOUBLE)
  END AS output_fps,
  CASE
    WHEN e.family = 'ai_stream_status'
      THEN CAST(REGEXP_EXTRACT('^[0-9]{1,5}$', EXTRACTJSONFIELD(e.data, '$.inference_status.last_params.width')) AS INT)
  END AS width,
  CASE
    WHEN e.family = 'ai_stream_status'
      THEN CAST(REGEXP_EXTRACT('^[0-9]{1,5}$', EXTRACTJSONFIELD(e.data, '$.inference_status.last_params.height')) AS INT)
  END AS height,
  CASE
    WHEN e.family = 'ai_stream_status'
      THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.inference_status.restart_count'), 'null'), '') AS BIGINT)
  END AS restart_count,
  REGEXP_REPLACE(REGEXP_REPLACE(
    COALESCE(NULLIF(EXTRACTJSONFIELD(e.data, '$.message'), 'null'), NULLIF(EXTRACTJSONFIELD(e.data, '$.inference_status.last_error'), 'null'), NULLIF(EXTRACTJSONFIELD(e.data, '$.error'), 'null')),
    '([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})\.[0-9]{1,3}', '$1.0'),
    '([0-9a-fA-F]{1,4}:){3,7}(:|[0-9a-fA-F]{1,4})+', '[address]') AS message,
  CASE
    WHEN e.family = 'stream_ingest_metrics'
      THEN NULLIF(REDUCE(${event_tracks}, CAST(-1 AS DOUBLE),
        (worst, t) => GREATEST(worst, CAST(COALESCE(NULLIF(EXTRACTJSONFIELD(t, '$.jitter'), 'null'), '-1') AS DOUBLE))), CAST(-1 AS DOUBLE))
  END AS jitter_ms,
  CASE
    WHEN e.family = 'stream_ingest_metrics'
      THEN NULLIF(REDUCE(${event_tracks}, CAST(0 AS DOUBLE),
        (worst, t) => GREATEST(worst, CAST(COALESCE(NULLIF(EXTRACTJSONFIELD(t, '$.rtt'), 'null'), '0') AS DOUBLE))) / 1000000, CAST(0 AS DOUBLE))
  END AS rtt_ms,
  CASE
    WHEN e.family = 'stream_ingest_metrics'
      THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.stats.peer_conn_stats.BytesReceived'), 'null'), '') AS BIGINT)
  END AS bytes_received,
  CASE
    WHEN e.family = 'stream_ingest_metrics'
      THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.stats.peer_conn_stats.BytesSent'), 'null'), '') AS BIGINT)
  END AS bytes_sent,
  CASE
    WHEN e.family = 'stream_ingest_metrics'
      THEN REDUCE(${event_tracks}, CAST(0 AS BIGINT),
        (sum, t) => sum + CAST(COALESCE(NULLIF(EXTRACTJSONFIELD(t, '$.packets_received'), 'null'), '0') AS BIGINT))
  END AS packets_received,
  CASE
    WHEN e.family = 'stream_ingest_metrics'
      THEN REDUCE(${event_tracks}, CAST(0 AS BIGINT),
        (sum, t) => sum + GREATEST(CAST(COALESCE(NULLIF(EXTRACTJSONFIELD(t, '$.packets_lost'), 'null'), '0') AS BIGINT), CAST(0 AS BIGINT)))
  END AS packets_lost,
  CASE
    WHEN e.family = 'stream_ingest_metrics'
      THEN NULLIF(EXTRACTJSONFIELD(e.data, '$.stats.conn_quality'), '')
  END AS connection_quality,
  CASE
    WHEN e.family = 'create_new_payment' AND NULLIF(EXTRACTJSONFIELD(e.data, '$.faceValue'), '') IS NOT NULL
      THEN ${event_face_value_wei}
  END AS face_value_wei,
  CASE
    WHEN e.family = 'create_new_payment'
      THEN ${event_win_probability}
  END AS win_probability,
  CASE
    WHEN e.family = 'create_new_payment' THEN ${event_tickets}
    WHEN e.family = 'create_signed_ticket' THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.num_tickets'), 'null'), '') AS BIGINT)
  END AS tickets,
  CASE
    WHEN e.family = 'create_new_payment' AND NULLIF(EXTRACTJSONFIELD(e.data, '$.faceValue'), '') IS NOT NULL
        AND ${event_win_probability} IS NOT NULL AND ${event_tickets} IS NOT NULL
      THEN ${event_face_value_wei}
        * ${event_win_probability} * ${event_tickets}
    WHEN e.family = 'create_signed_ticket' THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.computed_fee'), 'null'), '') AS DOUBLE)
  END AS fee_wei,
  CASE
    WHEN e.family = 'create_new_payment' AND NULLIF(EXTRACTJSONFIELD(e.data, '$.price'), '') IS NOT NULL
      THEN CAST(REGEXP_EXTRACT('^[0-9.]+(e[-+]?[0-9]+)?', LCASE(NULLIF(EXTRACTJSONFIELD(e.data, '$.price'), ''))) AS DOUBLE) * ${wei_of_unit}[REGEXP_EXTRACT('(gwei|wei|eth)', LCASE(NULLIF(EXTRACTJSONFIELD(e.data, '$.price'), '')))]
    WHEN e.family IN ('ai_llm_request', 'ai_batch_request') THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.price_per_unit'), 'null'), '') AS DOUBLE)
  END AS price_wei_per_pixel,
  CASE
    WHEN e.family = 'create_signed_ticket'
      THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.pixels'), 'null'), '') AS BIGINT)
  END AS pixels,
  CASE
    WHEN e.family = 'ai_llm_request' THEN CAST(CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.total_duration_ms'), 'null'), '') AS DOUBLE) AS BIGINT)
    WHEN e.family = 'ai_batch_request' THEN CAST(CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.duration_ms'), 'null'), '') AS DOUBLE) AS BIGINT)
  END AS duration_ms,
  CASE
    WHEN e.family = 'ai_llm_request'
      THEN CAST(CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.ttft_ms'), 'null'), '') AS DOUBLE) AS BIGINT)
  END AS time_to_first_token_ms,
  CASE
    WHEN e.family = 'ai_llm_request'
      THEN CAST(NULLIF(NULLIF(EXTRACTJSONFIELD(e.data, '$.total_tokens'), 'null'), '') AS BIGINT)
  END AS tokens,
  CASE
    WHEN e.family = 'ai_batch_request' THEN COALESCE(EXTRACTJSONFIELD(e.data, '$.success'), 'false') = 'true'
    WHEN e.family = 'ai_llm_request'
      THEN COALESCE(NULLIF(EXTRACTJSONFIELD(e.data, '$.error'), 'null'), '') = '' AND COALESCE(EXTRACTJSONFIELD(e.data, '$.finish_reason'), '') <> 'error'
  END AS succeeded
FROM ${gateway_event_unique} e
LEFT JOIN ${inventory} i ON e.asset_key = i.asset_key
WHERE e.family NOT IN ('discovery_results', 'network_capabilities')
PARTITION BY e.request_id
EMIT CHANGES;
