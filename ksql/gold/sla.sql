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
-- metric: sla_score | clamp(100 coverage (0.7 reliability + 0.3 quality), 0, 100); target 95 and more | 0-100 | NULL when requested = 0 | sla_component
-- metric: sla_compliance_score | the same, under the name that the network's data model gives it | 0-100 | NULL when requested = 0 | sla_component
-- example: SELECT * FROM sla_1m_v1 WHERE orchestrator = '0x52cf2968b3dc6016778742d3539449a6597d5954' AND window_start >= 1767908940000;

-- sla_score = 100 x coverage x (0.7 reliability + 0.3 quality); over a longer time take the sums of service_<window>, never a mean of scores.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.sla_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  rollup_key,
  orchestrator,
  pipeline,
  model,
  window_start,
  requested,
  started,
  no_orchestrator,
  excusable,
  failed,
  swapped,
  unattributed,
  output_failed,
  signals_seen,
  signals_expected,
  prompt_to_first_frame_count,
  prompt_to_first_frame_sum_ms,
  e2e_latency_count,
  e2e_latency_sum_ms,
  status_samples,
  output_fps_count,
  output_fps_sum,
  startup_success_rate,
  no_swap_rate,
  output_viability_rate,
  coverage,
  failure_rate,
  swap_rate,
  output_jitter_coefficient,
  prompt_to_first_frame_p50_ms,
  prompt_to_first_frame_p95_ms,
  prompt_to_first_frame_p99_ms,
  startup_p50_ms,
  startup_p95_ms,
  startup_p99_ms,
  e2e_latency_p50_ms,
  e2e_latency_p95_ms,
  e2e_latency_p99_ms,
  output_fps_p50,
  output_fps_p95,
  output_fps_p99,
  prompt_to_first_frame_score,
  e2e_latency_score,
  output_fps_score,
  CASE
    WHEN requested > 0
      THEN 0.4 * startup_success_rate + 0.2 * no_swap_rate + 0.4 * output_viability_rate
  END AS reliability,
  0.6 * (0.6 * prompt_to_first_frame_score + 0.4 * e2e_latency_score) + 0.4 * output_fps_score AS quality,
  CASE
    WHEN requested > 0
      THEN LEAST(GREATEST(
          100 * coverage * (0.7 * (0.4 * startup_success_rate + 0.2 * no_swap_rate + 0.4 * output_viability_rate)
            + 0.3 * (0.6 * (0.6 * prompt_to_first_frame_score + 0.4 * e2e_latency_score) + 0.4 * output_fps_score)),
          CAST(0 AS DOUBLE)), CAST(100 AS DOUBLE))
  END AS sla_score,
  CASE
    WHEN requested > 0
      THEN LEAST(GREATEST(
          100 * coverage * (0.7 * (0.4 * startup_success_rate + 0.2 * no_swap_rate + 0.4 * output_viability_rate)
            + 0.3 * (0.6 * (0.6 * prompt_to_first_frame_score + 0.4 * e2e_latency_score) + 0.4 * output_fps_score)),
          CAST(0 AS DOUBLE)), CAST(100 AS DOUBLE))
  END AS sla_compliance_score
FROM ${sla_component}
EMIT CHANGES;
