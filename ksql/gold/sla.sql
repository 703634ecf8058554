-- description: The SLA score, 0 to 100, with its parts; NULL where nothing was requested. 95 and more is the target.
-- grain: orchestrator, pipeline, model, window
-- owner: analytics
-- windows: 1m
-- serving: yes

-- sla_score = 100 x coverage x (0.7 reliability + 0.3 quality); over a longer time take the sums of service_<window>, never a mean of scores.
-- Example: SELECT * FROM sla_1m_v1 WHERE orchestrator = '0x…' AND window_start >= 1767908940000;
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
  END AS sla_score
FROM ${sla_component}
EMIT CHANGES;
