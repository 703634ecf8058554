-- description: Sums of sessions and of delivered output, in one row: everything from which ratios over any longer time can be made.
-- grain: orchestrator, pipeline, model, window
-- owner: analytics
-- windows: 1m
-- serving: yes

-- Sessions count in the window of their request, output in the window of the sample: a long session leaves rows with requested = 0.
-- Co-partitioned: both sides by rollup_key, in as many partitions, as both were grouped by it.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.service_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  ROWKEY AS rollup_key,
  SPLIT(ROWKEY, '|')[1] AS orchestrator,
  SPLIT(ROWKEY, '|')[2] AS pipeline,
  SPLIT(ROWKEY, '|')[3] AS model,
  CAST(SPLIT(ROWKEY, '|')[4] AS BIGINT) AS window_start,
  SPLIT(ROWKEY, '|')[2] + '|' + SPLIT(ROWKEY, '|')[3] + '|'
    + CAST(CAST(SPLIT(ROWKEY, '|')[4] AS BIGINT) / 86400000 AS STRING) AS benchmark_key,
  COALESCE(s.requested, CAST(0 AS BIGINT)) AS requested,
  COALESCE(s.started, 0) AS started,
  COALESCE(s.no_orchestrator, 0) AS no_orchestrator,
  COALESCE(s.excusable, 0) AS excusable,
  COALESCE(s.failed, 0) AS failed,
  COALESCE(s.swapped, 0) AS swapped,
  COALESCE(s.unattributed, 0) AS unattributed,
  COALESCE(s.output_failed, 0) AS output_failed,
  COALESCE(s.prompt_to_first_frame_count, 0) AS prompt_to_first_frame_count,
  COALESCE(s.prompt_to_first_frame_sum_ms, CAST(0 AS BIGINT)) AS prompt_to_first_frame_sum_ms,
  COALESCE(s.prompt_to_first_frame_le_500ms, 0) AS prompt_to_first_frame_le_500ms,
  COALESCE(s.prompt_to_first_frame_le_1000ms, 0) AS prompt_to_first_frame_le_1000ms,
  COALESCE(s.prompt_to_first_frame_le_2000ms, 0) AS prompt_to_first_frame_le_2000ms,
  COALESCE(s.prompt_to_first_frame_le_3000ms, 0) AS prompt_to_first_frame_le_3000ms,
  COALESCE(s.prompt_to_first_frame_le_5000ms, 0) AS prompt_to_first_frame_le_5000ms,
  COALESCE(s.prompt_to_first_frame_le_10000ms, 0) AS prompt_to_first_frame_le_10000ms,
  COALESCE(s.prompt_to_first_frame_le_20000ms, 0) AS prompt_to_first_frame_le_20000ms,
  COALESCE(s.startup_count, 0) AS startup_count,
  COALESCE(s.startup_sum_ms, CAST(0 AS BIGINT)) AS startup_sum_ms,
  COALESCE(s.e2e_latency_count, 0) AS e2e_latency_count,
  COALESCE(s.e2e_latency_sum_ms, CAST(0 AS BIGINT)) AS e2e_latency_sum_ms,
  COALESCE(s.e2e_latency_le_100ms, 0) AS e2e_latency_le_100ms,
  COALESCE(s.e2e_latency_le_250ms, 0) AS e2e_latency_le_250ms,
  COALESCE(s.e2e_latency_le_500ms, 0) AS e2e_latency_le_500ms,
  COALESCE(s.e2e_latency_le_1000ms, 0) AS e2e_latency_le_1000ms,
  COALESCE(s.e2e_latency_le_2000ms, 0) AS e2e_latency_le_2000ms,
  COALESCE(s.e2e_latency_le_3000ms, 0) AS e2e_latency_le_3000ms,
  COALESCE(s.e2e_latency_le_5000ms, 0) AS e2e_latency_le_5000ms,
  COALESCE(s.signals_seen, 0) AS signals_seen,
  COALESCE(s.signals_expected, CAST(0 AS BIGINT)) AS signals_expected,
  COALESCE(o.status_samples, CAST(0 AS BIGINT)) AS status_samples,
  COALESCE(o.output_fps_count, 0) AS output_fps_count,
  COALESCE(o.output_fps_sum, CAST(0 AS DOUBLE)) AS output_fps_sum
FROM ${session_rollup} s
FULL OUTER JOIN ${output_rollup} o ON s.rollup_key = o.rollup_key
EMIT CHANGES;
