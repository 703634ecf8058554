-- description: The SLA score, 0 to 100, with its parts; NULL where nothing was requested. 95 and more is the target.
-- grain: orchestrator, pipeline, model, window
-- owner: analytics
-- windows: 1m
-- serving: yes
-- metric: requested | sessions requested in the window = started + no_orchestrator + excusable + failed | sessions | never | stream_trace gateway_receive_stream_request
-- metric: started | sessions that became playable | sessions | never | stream_trace gateway_receive_few_processed_segments
-- metric: no_orchestrator | not started, and no orchestrator was available | sessions | never | stream_trace gateway_no_orchestrators_available
-- metric: excusable | neither of these, and an error that is the user's or the network's | sessions | never | ai_stream_events error
-- metric: failed | all other sessions, also one that has only just begun | sessions | never | session
-- metric: swapped | sessions that changed their orchestrator | sessions | never | stream_trace orchestrator_swap, orchestrator_info
-- metric: unattributed | sessions in which no orchestrator was seen | sessions | never | session
-- metric: output_failed | sessions whose samples are all LOADING or all at 0 frames/s | sessions | never | ai_stream_status
-- metric: signals_seen | status samples of the window's sessions | samples | never | ai_stream_status
-- metric: signals_expected | active seconds / period: whole 10 s from the first frame to the last signal | samples | never | session
-- metric: startup_success_rate | started / requested | ratio 0-1 | NULL when requested = 0 | session
-- metric: no_swap_rate | 1 - swapped / requested | ratio 0-1 | NULL when requested = 0 | session
-- metric: output_viability_rate | 1 - output_failed / requested | ratio 0-1 | NULL when requested = 0 | session
-- metric: failure_rate | failed / requested; target below 0.01 | ratio 0-1 | NULL when requested = 0 | session
-- metric: swap_rate | swapped / requested | ratio 0-1 | NULL when requested = 0 | session
-- metric: coverage | min(signals_seen / signals_expected, 1) | ratio 0-1 | never; 1 when none is expected | session
-- metric: output_jitter_coefficient | standard deviation / mean of output_fps; target 0.1 and less | ratio | NULL when output_fps_count < 2 | ai_stream_status
-- metric: prompt_to_first_frame_p*_ms | nearest-rank percentile of the window, off by at most 2.5 % | ms | NULL when prompt_to_first_frame_count = 0 | session
-- metric: startup_p*_ms | nearest-rank percentile of the window, off by at most 2.5 % | ms | NULL when no session of the window started | session
-- metric: e2e_latency_p*_ms | nearest-rank percentile of the window, off by at most 2.5 %; target 3000 | ms | NULL when e2e_latency_count = 0 | session
-- metric: output_fps_p* | nearest-rank percentile of the window, off by at most 0.25 | frames/s | NULL when output_fps_count = 0 | ai_stream_status
-- metric: prompt_to_first_frame_score | mean against the benchmark: median or less 1, p90 or more 0, linear between; then 0.5 + min(n / 10, 1) (raw - 0.5) | ratio 0-1 | never; 0.5 without samples or benchmark | service, benchmark_percentile
-- metric: e2e_latency_score | likewise | ratio 0-1 | never; 0.5 without samples or benchmark | service, benchmark_percentile
-- metric: output_fps_score | mean against the benchmark: median or more 1, p10 or less 0; then 0.5 + min(n / 30, 1) (raw - 0.5) | ratio 0-1 | never; 0.5 without samples or benchmark | service, benchmark_percentile
-- metric: reliability | 0.4 startup_success_rate + 0.2 no_swap_rate + 0.4 output_viability_rate | ratio 0-1 | NULL when requested = 0 | session
-- metric: quality | 0.6 (0.6 prompt_to_first_frame_score + 0.4 e2e_latency_score) + 0.4 output_fps_score | ratio 0-1 | never | service, benchmark_percentile
-- metric: sla_score | clamp(100 coverage (0.7 reliability + 0.3 quality), 0, 100); target 95 and more | 0-100 | NULL when requested = 0 | service, benchmark_percentile
-- metric: sla_compliance_score | the same, under the name that the network's data model gives it | 0-100 | NULL when requested = 0 | service, benchmark_percentile
-- metric: settled | of the requested, those whose outcome is told: the row is no verdict before settled = requested | sessions | never | session
-- metric: lag_sum_ms | sum over lag_count events of arrival - event time | ms | never | service_sample
-- example: SELECT * FROM sla_1m_v1 WHERE orchestrator = '0x52cf2968b3dc6016778742d3539449a6597d5954' AND window_start >= 1767908940000;

-- A percentile is the middle of the bucket that holds the nearest rank: off by at most 2.5 % of a latency, 0.25 frames per second.
-- A quality score is 1 at the benchmark's median or better, 0 at its bad end (p90 of a latency, p10 of the frame rate), linear between,
-- and drawn towards 0.5 where samples are few (under 10 latencies, under 30 frame rates). Without samples or benchmark it is 0.5.
-- What the score is made of and what several columns share stands in variables.yaml (`sla_*`).
-- sla_score = 100 x coverage x (0.7 reliability + 0.3 quality); over a longer time take the sums of service_<window>, never a mean of scores.
-- Joined by a column that is not the key of the left side (foreign key): both sides need as many partitions, and ksqlDB asks across them.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.sla_${window}.v${version}',
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
  ${sla_startup_success_rate} AS startup_success_rate,
  ${sla_no_swap_rate} AS no_swap_rate,
  ${sla_output_viability_rate} AS output_viability_rate,
  ${sla_coverage} AS coverage,
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
  END AS output_fps_p99,
  ${sla_prompt_to_first_frame_score} AS prompt_to_first_frame_score,
  ${sla_e2e_latency_score} AS e2e_latency_score,
  ${sla_output_fps_score} AS output_fps_score,
  CASE WHEN s.requested > 0 THEN ${sla_reliability} END AS reliability,
  ${sla_quality} AS quality,
  CASE
    WHEN s.requested > 0
      THEN LEAST(GREATEST(100 * ${sla_coverage} * (0.7 * ${sla_reliability} + 0.3 * ${sla_quality}), CAST(0 AS DOUBLE)), CAST(100 AS DOUBLE))
  END AS sla_score,
  CASE
    WHEN s.requested > 0
      THEN LEAST(GREATEST(100 * ${sla_coverage} * (0.7 * ${sla_reliability} + 0.3 * ${sla_quality}), CAST(0 AS DOUBLE)), CAST(100 AS DOUBLE))
  END AS sla_compliance_score,
  s.settled AS settled,
  s.lag_count AS lag_count,
  s.lag_sum_ms AS lag_sum_ms
FROM ${service} s
LEFT JOIN ${benchmark_percentile} b ON s.benchmark_key = b.benchmark_key
EMIT CHANGES;
