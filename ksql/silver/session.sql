-- description: What became of each session, as far as its signals say by now.
-- grain: one request
-- owner: analytics
-- serving: yes

-- One unwindowed row a request: an outcome may change as long as signals come. Everything is MIN, MAX or SUM over event times, so
-- the row does not depend on the order in which partitions were read; "first" is the smallest event time with its value behind it.
-- Precedence of outcomes: success, no_orchestrator, excusable, failed (what remains, also a session that has only just begun).
-- A latency is NULL when one of its ends was not seen or they are in the wrong order.
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
  MIN(gateway) AS gateway,
  COALESCE(SUBSTRING(MIN(timed_orchestrator), 14), 'unattributed') AS orchestrator,
  COALESCE(SUBSTRING(MIN(timed_pipeline), 14), 'unknown') AS pipeline,
  COALESCE(SUBSTRING(MIN(timed_model), 14), 'unknown') AS model,
  MIN(CASE WHEN signal = 'gateway_receive_stream_request' THEN event_time END) AS requested_at,
  MIN(CASE WHEN signal = 'gateway_send_first_ingest_segment' THEN event_time END) AS first_ingest_at,
  MIN(CASE WHEN signal = 'gateway_receive_first_processed_segment' THEN event_time END) AS first_frame_at,
  MIN(CASE WHEN signal = 'gateway_receive_few_processed_segments' THEN event_time END) AS playable_at,
  MAX(event_time) AS last_signal_at,
  CASE
    WHEN MIN(CASE WHEN signal = 'gateway_receive_few_processed_segments' THEN event_time END) IS NOT NULL THEN 'success'
    WHEN SUM(CASE WHEN signal = 'gateway_no_orchestrators_available' THEN 1 ELSE 0 END) > 0 THEN 'no_orchestrator'
    WHEN SUM(CASE
        WHEN error LIKE '%no orchestrators available%'
        OR error LIKE '%mediamtx ingest disconnected%'
        OR error LIKE '%whip disconnected%'
        OR error LIKE '%missing video%'
        OR error LIKE '%ice connection state failed%'
        OR error LIKE '%user disconnected%'
        THEN 1 ELSE 0 END) > 0 THEN 'excusable'
    ELSE 'failed'
  END AS outcome,
  CASE
    WHEN SUM(CASE WHEN signal = 'orchestrator_swap' THEN 1 ELSE 0 END) > 0 THEN 1
    WHEN MIN(orchestrator) <> MAX(orchestrator) THEN 1
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
      THEN (MAX(event_time) - MIN(CASE WHEN signal = 'gateway_receive_first_processed_segment' THEN event_time END)) / 10000
    ELSE CAST(0 AS BIGINT)
  END AS signals_expected
FROM session_signal
GROUP BY request_id
EMIT CHANGES;
