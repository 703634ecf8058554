-- description: The parts of the SLA score: rates of the window, and quality relative to the benchmark of the seven UTC days before.
-- grain: orchestrator, pipeline, model, window
-- owner: analytics
-- windows: 1m

-- A percentile is the middle of the bucket that holds the nearest rank: off by at most 2.5 % of a latency, 0.25 frames per second.
-- A quality score is 1 at the benchmark's median or better, 0 at its bad end (p90 of a latency, p10 of the frame rate), linear between,
-- and drawn towards 0.5 where samples are few (under 10 latencies, under 30 frame rates). Without samples or benchmark it is 0.5.
-- Joined by a column that is not the key of the left side (foreign key): both sides need as many partitions, and ksqlDB asks across them.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.sla_component_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  s.rollup_key AS rollup_key,
  s.orchestrator AS orchestrator,
  s.pipeline AS pipeline,
  s.model AS model,
  s.window_start AS window_start,
  s.requested AS requested,
  s.started AS started,
  s.no_orchestrator AS no_orchestrator,
  s.excusable AS excusable,
  s.failed AS failed,
  s.swapped AS swapped,
  s.unattributed AS unattributed,
  s.output_failed AS output_failed,
  s.signals_seen AS signals_seen,
  s.signals_expected AS signals_expected,
  s.prompt_to_first_frame_count AS prompt_to_first_frame_count,
  s.prompt_to_first_frame_sum_ms AS prompt_to_first_frame_sum_ms,
  s.e2e_latency_count AS e2e_latency_count,
  s.e2e_latency_sum_ms AS e2e_latency_sum_ms,
  s.status_samples AS status_samples,
  s.output_fps_count AS output_fps_count,
  s.output_fps_sum AS output_fps_sum,
  CASE WHEN s.requested > 0 THEN CAST(s.started AS DOUBLE) / s.requested END AS startup_success_rate,
  CASE WHEN s.requested > 0 THEN 1 - CAST(s.swapped AS DOUBLE) / s.requested END AS no_swap_rate,
  CASE WHEN s.requested > 0 THEN 1 - CAST(s.output_failed AS DOUBLE) / s.requested END AS output_viability_rate,
  CASE
    WHEN s.signals_expected = 0 THEN CAST(1 AS DOUBLE)
    ELSE LEAST(CAST(s.signals_seen AS DOUBLE) / s.signals_expected, CAST(1 AS DOUBLE))
  END AS coverage,
  CASE
    WHEN s.prompt_to_first_frame_count = 0 OR b.prompt_to_first_frame_p50_ms IS NULL THEN CAST(0.5 AS DOUBLE)
    WHEN CAST(s.prompt_to_first_frame_sum_ms AS DOUBLE) / s.prompt_to_first_frame_count <= b.prompt_to_first_frame_p50_ms
      THEN 0.5 + LEAST(s.prompt_to_first_frame_count / CAST(10 AS DOUBLE), CAST(1 AS DOUBLE)) * 0.5
    WHEN CAST(s.prompt_to_first_frame_sum_ms AS DOUBLE) / s.prompt_to_first_frame_count >= b.prompt_to_first_frame_p90_ms
      THEN 0.5 - LEAST(s.prompt_to_first_frame_count / CAST(10 AS DOUBLE), CAST(1 AS DOUBLE)) * 0.5
    ELSE 0.5 + LEAST(s.prompt_to_first_frame_count / CAST(10 AS DOUBLE), CAST(1 AS DOUBLE))
      * ((b.prompt_to_first_frame_p90_ms - CAST(s.prompt_to_first_frame_sum_ms AS DOUBLE) / s.prompt_to_first_frame_count) / (b.prompt_to_first_frame_p90_ms - b.prompt_to_first_frame_p50_ms) - 0.5)
  END AS prompt_to_first_frame_score,
  CASE
    WHEN s.e2e_latency_count = 0 OR b.e2e_latency_p50_ms IS NULL THEN CAST(0.5 AS DOUBLE)
    WHEN CAST(s.e2e_latency_sum_ms AS DOUBLE) / s.e2e_latency_count <= b.e2e_latency_p50_ms
      THEN 0.5 + LEAST(s.e2e_latency_count / CAST(10 AS DOUBLE), CAST(1 AS DOUBLE)) * 0.5
    WHEN CAST(s.e2e_latency_sum_ms AS DOUBLE) / s.e2e_latency_count >= b.e2e_latency_p90_ms
      THEN 0.5 - LEAST(s.e2e_latency_count / CAST(10 AS DOUBLE), CAST(1 AS DOUBLE)) * 0.5
    ELSE 0.5 + LEAST(s.e2e_latency_count / CAST(10 AS DOUBLE), CAST(1 AS DOUBLE))
      * ((b.e2e_latency_p90_ms - CAST(s.e2e_latency_sum_ms AS DOUBLE) / s.e2e_latency_count) / (b.e2e_latency_p90_ms - b.e2e_latency_p50_ms) - 0.5)
  END AS e2e_latency_score,
  CASE
    WHEN s.output_fps_count = 0 OR b.output_fps_p50 IS NULL THEN CAST(0.5 AS DOUBLE)
    WHEN s.output_fps_sum / s.output_fps_count >= b.output_fps_p50
      THEN 0.5 + LEAST(s.output_fps_count / CAST(30 AS DOUBLE), CAST(1 AS DOUBLE)) * 0.5
    WHEN s.output_fps_sum / s.output_fps_count <= b.output_fps_p10
      THEN 0.5 - LEAST(s.output_fps_count / CAST(30 AS DOUBLE), CAST(1 AS DOUBLE)) * 0.5
    ELSE 0.5 + LEAST(s.output_fps_count / CAST(30 AS DOUBLE), CAST(1 AS DOUBLE))
      * ((s.output_fps_sum / s.output_fps_count - b.output_fps_p10) / (b.output_fps_p50 - b.output_fps_p10) - 0.5)
  END AS output_fps_score,
  CASE WHEN s.requested > 0 THEN CAST(s.failed AS DOUBLE) / s.requested END AS failure_rate,
  CASE WHEN s.requested > 0 THEN CAST(s.swapped AS DOUBLE) / s.requested END AS swap_rate,
  CASE
    WHEN s.output_fps_count > 1 THEN SQRT(GREATEST(
        s.output_fps_sum_squares / s.output_fps_count
        - s.output_fps_sum / s.output_fps_count
          * s.output_fps_sum / s.output_fps_count,
        CAST(0 AS DOUBLE)))
      / (s.output_fps_sum / s.output_fps_count)
  END AS output_jitter_coefficient,
  CASE
    WHEN s.prompt_to_first_frame_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.prompt_to_first_frame_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.prompt_to_first_frame_count AS BIGINT) * 50, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.prompt_to_first_frame_buckets[k] - COALESCE(s.prompt_to_first_frame_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS prompt_to_first_frame_p50_ms,
  CASE
    WHEN s.prompt_to_first_frame_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.prompt_to_first_frame_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.prompt_to_first_frame_count AS BIGINT) * 95, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.prompt_to_first_frame_buckets[k] - COALESCE(s.prompt_to_first_frame_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS prompt_to_first_frame_p95_ms,
  CASE
    WHEN s.prompt_to_first_frame_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.prompt_to_first_frame_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.prompt_to_first_frame_count AS BIGINT) * 99, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.prompt_to_first_frame_buckets[k] - COALESCE(s.prompt_to_first_frame_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS prompt_to_first_frame_p99_ms,
  CASE
    WHEN s.startup_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.startup_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.startup_count AS BIGINT) * 50, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.startup_buckets[k] - COALESCE(s.startup_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS startup_p50_ms,
  CASE
    WHEN s.startup_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.startup_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.startup_count AS BIGINT) * 95, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.startup_buckets[k] - COALESCE(s.startup_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS startup_p95_ms,
  CASE
    WHEN s.startup_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.startup_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.startup_count AS BIGINT) * 99, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.startup_buckets[k] - COALESCE(s.startup_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS startup_p99_ms,
  CASE
    WHEN s.e2e_latency_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.e2e_latency_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.e2e_latency_count AS BIGINT) * 50, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.e2e_latency_buckets[k] - COALESCE(s.e2e_latency_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS e2e_latency_p50_ms,
  CASE
    WHEN s.e2e_latency_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.e2e_latency_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.e2e_latency_count AS BIGINT) * 95, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.e2e_latency_buckets[k] - COALESCE(s.e2e_latency_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS e2e_latency_p95_ms,
  CASE
    WHEN s.e2e_latency_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.e2e_latency_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.e2e_latency_count AS BIGINT) * 99, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.e2e_latency_buckets[k] - COALESCE(s.e2e_latency_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS e2e_latency_p99_ms,
  CASE
    WHEN s.output_fps_count > 0 THEN (CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.output_fps_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.output_fps_count AS BIGINT) * 50, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.output_fps_buckets[k] - COALESCE(s.output_fps_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) / 2
  END AS output_fps_p50,
  CASE
    WHEN s.output_fps_count > 0 THEN (CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.output_fps_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.output_fps_count AS BIGINT) * 95, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.output_fps_buckets[k] - COALESCE(s.output_fps_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) / 2
  END AS output_fps_p95,
  CASE
    WHEN s.output_fps_count > 0 THEN (CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(s.output_fps_buckets), k => LEN(k) = 4)),
      ARRAY[CAST(s.output_fps_count AS BIGINT) * 99, CAST(-1 AS BIGINT)],
      (a, k) => CASE
        WHEN a[1] <= 0 THEN a
        ELSE ARRAY[a[1] - (s.output_fps_buckets[k] - COALESCE(s.output_fps_buckets[k + '-'], CAST(0 AS BIGINT))) * 100, CAST(k AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) / 2
  END AS output_fps_p99
FROM ${service} s
LEFT JOIN ${benchmark_percentile} b ON s.benchmark_key = b.benchmark_key
EMIT CHANGES;
