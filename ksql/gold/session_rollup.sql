-- description: Sessions by the window of their request: outcomes, swaps, latencies as sums, counts and cumulative buckets, signals.
-- grain: orchestrator, pipeline, model, window of the request
-- owner: analytics
-- windows: 1m

-- Not a windowed table: ksqlDB has no window over a table, and a session's outcome may change after a window would have closed.
-- COUNT and SUM take back what a changed session had added, so a row stays right while its sessions are still changing.
-- A row that the last session has left goes away. The key is one string, as joins need one; its parts are orchestrator|pipeline|model|start of the window in ms.
-- Repartitions: sessions lie by request.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.session_rollup_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  orchestrator + '|' + pipeline + '|' + model + '|' + CAST(requested_at / ${window_ms} * ${window_ms} AS STRING) AS rollup_key,
  COUNT(*) AS requested,
  SUM(CASE WHEN outcome = 'success' THEN 1 ELSE 0 END) AS started,
  SUM(CASE WHEN outcome = 'no_orchestrator' THEN 1 ELSE 0 END) AS no_orchestrator,
  SUM(CASE WHEN outcome = 'excusable' THEN 1 ELSE 0 END) AS excusable,
  SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END) AS failed,
  SUM(swapped) AS swapped,
  SUM(CASE WHEN orchestrator = 'unattributed' THEN 1 ELSE 0 END) AS unattributed,
  SUM(output_failed) AS output_failed,
  SUM(CASE WHEN prompt_to_first_frame_ms IS NOT NULL THEN 1 ELSE 0 END) AS prompt_to_first_frame_count,
  SUM(COALESCE(prompt_to_first_frame_ms, CAST(0 AS BIGINT))) AS prompt_to_first_frame_sum_ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 500 THEN 1 ELSE 0 END) AS prompt_to_first_frame_le_500ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 1000 THEN 1 ELSE 0 END) AS prompt_to_first_frame_le_1000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 2000 THEN 1 ELSE 0 END) AS prompt_to_first_frame_le_2000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 3000 THEN 1 ELSE 0 END) AS prompt_to_first_frame_le_3000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 5000 THEN 1 ELSE 0 END) AS prompt_to_first_frame_le_5000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 10000 THEN 1 ELSE 0 END) AS prompt_to_first_frame_le_10000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 20000 THEN 1 ELSE 0 END) AS prompt_to_first_frame_le_20000ms,
  SUM(CASE WHEN startup_ms IS NOT NULL THEN 1 ELSE 0 END) AS startup_count,
  SUM(COALESCE(startup_ms, CAST(0 AS BIGINT))) AS startup_sum_ms,
  SUM(CASE WHEN e2e_latency_ms IS NOT NULL THEN 1 ELSE 0 END) AS e2e_latency_count,
  SUM(COALESCE(e2e_latency_ms, CAST(0 AS BIGINT))) AS e2e_latency_sum_ms,
  SUM(CASE WHEN e2e_latency_ms <= 100 THEN 1 ELSE 0 END) AS e2e_latency_le_100ms,
  SUM(CASE WHEN e2e_latency_ms <= 250 THEN 1 ELSE 0 END) AS e2e_latency_le_250ms,
  SUM(CASE WHEN e2e_latency_ms <= 500 THEN 1 ELSE 0 END) AS e2e_latency_le_500ms,
  SUM(CASE WHEN e2e_latency_ms <= 1000 THEN 1 ELSE 0 END) AS e2e_latency_le_1000ms,
  SUM(CASE WHEN e2e_latency_ms <= 2000 THEN 1 ELSE 0 END) AS e2e_latency_le_2000ms,
  SUM(CASE WHEN e2e_latency_ms <= 3000 THEN 1 ELSE 0 END) AS e2e_latency_le_3000ms,
  SUM(CASE WHEN e2e_latency_ms <= 5000 THEN 1 ELSE 0 END) AS e2e_latency_le_5000ms,
  SUM(signals_seen) AS signals_seen,
  SUM(signals_expected) AS signals_expected
FROM ${session}
WHERE requested_at IS NOT NULL
GROUP BY orchestrator + '|' + pipeline + '|' + model + '|' + CAST(requested_at / ${window_ms} * ${window_ms} AS STRING)
HAVING COUNT(*) > 0
EMIT CHANGES;
