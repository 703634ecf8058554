-- description: What became of each session, as far as its signals say by now.
-- grain: one request
-- owner: analytics
-- serving: yes

-- One unwindowed row a request: an outcome may change as long as signals come. Everything is MIN, MAX or SUM over event times, so
-- the row does not depend on the order in which partitions were read; "first" is the smallest event time with its value behind it.
-- Precedence of outcomes: success, no_orchestrator, excusable, failed (what remains, also a session that has only just begun).
-- The orchestrator is the first by its announced address, else the first as it was reported; a payment alone attributes nothing. A swap is
-- judged by what was reported, as an announcement may come while the session runs. The region is the orchestrator's, else the gateway's.
-- Ingest counters only grow within a connection, so that the largest is the last.
-- `settled` is 1 once the outcome is told: playable, refused, in error, closed, or session_settled_ms after its request; a session that has
-- only just begun counts as failed, but is not settled.
-- A latency is NULL when one of its ends was not seen or they are in the wrong order.
-- With a cache, ingest counters of one commit interval would count together at the last of their times, and a replay give other windows.
SET 'cache.max.bytes.buffering' = '0';

CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'silver.session.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  request_id,
  MIN(stream_id) AS stream_id,
  COALESCE(SUBSTRING(MIN(CASE WHEN gateway <> 'unknown' THEN CAST(event_time AS STRING) + gateway END), 14), 'unknown') AS gateway,
  COALESCE(
    SUBSTRING(MIN(CASE WHEN reported_orchestrator IS NOT NULL AND announced_orchestrator IS NOT NULL
      THEN CAST(event_time AS STRING) + announced_orchestrator END), 14),
    SUBSTRING(MIN(CASE WHEN reported_orchestrator IS NOT NULL THEN CAST(event_time AS STRING) + reported_orchestrator END), 14),
    'unattributed') AS orchestrator,
  COALESCE(
    SUBSTRING(MIN(CASE WHEN pipeline_id IS NOT NULL THEN CAST(event_time AS STRING) + pipeline_id END), 14),
    SUBSTRING(MIN(CASE WHEN pipeline IS NOT NULL THEN CAST(event_time AS STRING) + pipeline END), 14),
    'unknown') AS pipeline,
  COALESCE(SUBSTRING(MIN(CASE WHEN model IS NOT NULL THEN CAST(event_time AS STRING) + model END), 14), 'unknown') AS model,
  MIN(CASE WHEN signal = 'gateway_receive_stream_request' THEN event_time END) AS requested_at,
  MIN(CASE WHEN signal = 'gateway_send_first_ingest_segment' THEN event_time END) AS first_ingest_at,
  MIN(CASE WHEN signal = 'gateway_receive_first_processed_segment' THEN event_time END) AS first_frame_at,
  MIN(CASE WHEN signal = 'gateway_receive_few_processed_segments' THEN event_time END) AS playable_at,
  MAX(event_time) AS last_signal_at,
  CASE
    WHEN MIN(CASE WHEN signal = 'gateway_receive_few_processed_segments' THEN event_time END) IS NOT NULL THEN 'success'
    WHEN SUM(CASE WHEN signal = 'gateway_no_orchestrators_available' THEN 1 ELSE 0 END) > 0 THEN 'no_orchestrator'
    WHEN SUM(CASE
        WHEN family = 'ai_stream_events' AND signal = 'error' AND (LCASE(message) LIKE '%no orchestrators available%'
        OR LCASE(message) LIKE '%mediamtx ingest disconnected%'
        OR LCASE(message) LIKE '%whip disconnected%'
        OR LCASE(message) LIKE '%missing video%'
        OR LCASE(message) LIKE '%ice connection state failed%'
        OR LCASE(message) LIKE '%user disconnected%')
        THEN 1 ELSE 0 END) > 0 THEN 'excusable'
    ELSE 'failed'
  END AS outcome,
  CASE
    WHEN SUM(CASE WHEN signal = 'orchestrator_swap' THEN 1 ELSE 0 END) > 0 THEN 1
    WHEN MIN(reported_orchestrator) <> MAX(reported_orchestrator) THEN 1
    ELSE 0
  END AS swapped,
  CASE
    WHEN SUM(CASE WHEN family = 'ai_stream_status' THEN 1 ELSE 0 END) = 0 THEN 0
    WHEN SUM(CASE WHEN family = 'ai_stream_status' THEN 1 ELSE 0 END) = SUM(CASE WHEN state = 'LOADING' THEN 1 ELSE 0 END) THEN 1
    WHEN SUM(CASE WHEN output_fps > 0 THEN 1 ELSE 0 END) = 0 THEN 1
    ELSE 0
  END AS output_failed,
  CASE
    WHEN MIN(CASE WHEN signal = 'gateway_receive_first_processed_segment' THEN event_time END) >= MIN(CASE WHEN signal = 'gateway_receive_stream_request' THEN event_time END)
      THEN MIN(CASE WHEN signal = 'gateway_receive_first_processed_segment' THEN event_time END) - MIN(CASE WHEN signal = 'gateway_receive_stream_request' THEN event_time END)
  END AS prompt_to_first_frame_ms,
  CASE
    WHEN MIN(CASE WHEN signal = 'gateway_receive_few_processed_segments' THEN event_time END) >= MIN(CASE WHEN signal = 'gateway_receive_stream_request' THEN event_time END)
      THEN MIN(CASE WHEN signal = 'gateway_receive_few_processed_segments' THEN event_time END) - MIN(CASE WHEN signal = 'gateway_receive_stream_request' THEN event_time END)
  END AS startup_ms,
  CASE
    WHEN MIN(CASE WHEN signal = 'gateway_receive_first_processed_segment' THEN event_time END) >= MIN(CASE WHEN signal = 'gateway_send_first_ingest_segment' THEN event_time END)
      THEN MIN(CASE WHEN signal = 'gateway_receive_first_processed_segment' THEN event_time END) - MIN(CASE WHEN signal = 'gateway_send_first_ingest_segment' THEN event_time END)
  END AS e2e_latency_ms,
  SUM(CASE WHEN family = 'ai_stream_status' THEN 1 ELSE 0 END) AS signals_seen,
  CASE
    WHEN MIN(CASE WHEN signal = 'gateway_receive_first_processed_segment' THEN event_time END) IS NOT NULL
      THEN (MAX(event_time) - MIN(CASE WHEN signal = 'gateway_receive_first_processed_segment' THEN event_time END)) / ${status_period_ms}
    ELSE CAST(0 AS BIGINT)
  END AS signals_expected,
  COALESCE(SUBSTRING(MIN(CASE WHEN gpu_type IS NOT NULL THEN CAST(event_time AS STRING) + gpu_type END), 14), 'unknown') AS gpu_type,
  COALESCE(
    SUBSTRING(MIN(CASE WHEN reported_orchestrator IS NOT NULL AND region <> 'unknown' THEN CAST(event_time AS STRING) + region END), 14),
    SUBSTRING(MIN(CASE WHEN region <> 'unknown' THEN CAST(event_time AS STRING) + region END), 14),
    'unknown') AS region,
  COALESCE(MAX(bytes_received), CAST(0 AS BIGINT)) AS bytes_received,
  COALESCE(MAX(bytes_sent), CAST(0 AS BIGINT)) AS bytes_sent,
  COALESCE(MAX(packets_received), CAST(0 AS BIGINT)) AS packets_received,
  COALESCE(MAX(packets_lost), CAST(0 AS BIGINT)) AS packets_lost,
  MAX(CASE WHEN family = 'stream_ingest_metrics' THEN event_time END) AS last_ingest_at,
  CASE
    WHEN SUM(CASE
        WHEN signal IN ('gateway_receive_few_processed_segments', 'gateway_no_orchestrators_available', 'gateway_ingest_stream_closed') THEN 1
        WHEN family = 'ai_stream_events' AND signal = 'error' THEN 1
        ELSE 0 END) > 0 THEN 1
    WHEN MAX(event_time) - COALESCE(MIN(CASE WHEN signal = 'gateway_receive_stream_request' THEN event_time END), MAX(event_time)) >= ${session_settled_ms} THEN 1
    ELSE 0
  END AS settled
FROM ${stream_event}
WHERE family IN ('stream_trace', 'ai_stream_status', 'ai_stream_events', 'stream_ingest_metrics', 'create_new_payment')
GROUP BY request_id
EMIT CHANGES;
