-- description: Which alert rules about the service each orchestrator and model fires now, and what has just become of them.
-- grain: orchestrator, pipeline, model
-- owner: analytics
-- windows: 1m
-- serving: yes
-- metric: conditions | one entry a rule: its thresholds, state (unknown, ok, firing), last value; status is raised or resolved in the row with which that happened | list | never | sla
-- metric: last_window_start | latest minute that was judged | ms since the epoch | never | sla
-- example: SELECT subject_id, FILTER(conditions, c => c->state = 'firing') AS firing FROM service_condition_1m_v1;

-- A rule judges a minute of sla by a value: it fires from one threshold on and is well again beyond another; a value between them changes
-- nothing (hysteresis). A minute is judged as far as it is known, and again when it changes, but not by its sessions before all are settled,
-- nor by fewer than alert_min_sessions or alert_min_samples. Each judgement has a place, minute and offset, in which the rows of a minute are
-- in order and minutes follow each other, however partitions are read: of each rule the two latest places are kept at which it fired and at
-- which it was well. It fires while the former is later; it has just been raised, or resolved, if this row is the first that says so.
-- A minute that is judged after a later one changes nothing any more.
-- To add a rule: an entry in `conditions`, its thresholds in variables.yaml, a case in alerts/alert_from_service_condition_change.test.yaml.
-- With a cache, changes within one commit interval would be passed over.
SET 'cache.max.bytes.buffering' = '0';

-- Repartitions: minutes of an orchestrator and model come together here.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.service_condition_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  orchestrator + '|' + pipeline + '|' + model AS subject,
  LATEST_BY_OFFSET(orchestrator + '|' + pipeline + '|' + model) AS subject_id,
  SPLIT(orchestrator + '|' + pipeline + '|' + model, '|')[1] AS orchestrator,
  SPLIT(orchestrator + '|' + pipeline + '|' + model, '|')[2] AS pipeline,
  SPLIT(orchestrator + '|' + pipeline + '|' + model, '|')[3] AS model,
  LATEST_BY_OFFSET(window_start) AS event_time,
  MAX(window_start) AS last_window_start,
  TRANSFORM(
    ARRAY[
      ARRAY[
        ARRAY['service_sla_low', 'sla', 'warning', 'sla_score', '${sla_score_warning}', '${sla_score_warning_clear}', 'look at what the score is made of in sla_1m'],
        TOPK(CASE WHEN ${judged_sessions} AND sla_score <= ${sla_score_warning} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN ${judged_sessions} AND sla_score > ${sla_score_warning_clear} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(sla_score AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(sla_score AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['service_sla_critical', 'sla', 'critical', 'sla_score', '${sla_score_critical}', '${sla_score_critical_clear}', 'take the orchestrator out of selection'],
        TOPK(CASE WHEN ${judged_sessions} AND sla_score <= ${sla_score_critical} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN ${judged_sessions} AND sla_score > ${sla_score_critical_clear} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(sla_score AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(sla_score AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['service_failure_rate_high', 'failure_rate', 'warning', 'failure_rate', '${failure_rate_warning}', '${failure_rate_warning_clear}', 'read the errors of its sessions'],
        TOPK(CASE WHEN ${judged_sessions} AND failure_rate >= ${failure_rate_warning} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN ${judged_sessions} AND failure_rate < ${failure_rate_warning_clear} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(failure_rate AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(failure_rate AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['service_failure_rate_critical', 'failure_rate', 'critical', 'failure_rate', '${failure_rate_critical}', '${failure_rate_critical_clear}', 'take the orchestrator out of selection'],
        TOPK(CASE WHEN ${judged_sessions} AND failure_rate >= ${failure_rate_critical} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN ${judged_sessions} AND failure_rate < ${failure_rate_critical_clear} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(failure_rate AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(failure_rate AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['service_unserved_demand', 'unserved_demand', 'warning', 'unserved_rate', '${unserved_rate_warning}', '${unserved_rate_clear}', 'add capacity for the model'],
        TOPK(CASE WHEN ${judged_sessions} AND CAST(no_orchestrator AS DOUBLE) / requested >= ${unserved_rate_warning} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN ${judged_sessions} AND CAST(no_orchestrator AS DOUBLE) / requested < ${unserved_rate_clear} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(CAST(no_orchestrator AS DOUBLE) / requested AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(CAST(no_orchestrator AS DOUBLE) / requested AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['service_swap_rate_high', 'swap_rate', 'warning', 'swap_rate', '${swap_rate_warning}', '${swap_rate_clear}', 'look for what its sessions were taken away for'],
        TOPK(CASE WHEN ${judged_sessions} AND swap_rate >= ${swap_rate_warning} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN ${judged_sessions} AND swap_rate < ${swap_rate_clear} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(swap_rate AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN ${judged_sessions} THEN CAST(swap_rate AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['service_latency_high', 'latency', 'warning', 'e2e_latency_p95_ms', '${e2e_latency_warning_ms}', '${e2e_latency_clear_ms}', 'reduce workload or look at the way to the gateway'],
        TOPK(CASE WHEN e2e_latency_count >= ${alert_min_sessions} AND e2e_latency_p95_ms >= ${e2e_latency_warning_ms} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN e2e_latency_count >= ${alert_min_sessions} AND e2e_latency_p95_ms < ${e2e_latency_clear_ms} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN e2e_latency_count >= ${alert_min_sessions} THEN CAST(e2e_latency_p95_ms AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN e2e_latency_count >= ${alert_min_sessions} THEN CAST(e2e_latency_p95_ms AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['service_start_slow', 'latency', 'warning', 'prompt_to_first_frame_p95_ms', '${prompt_to_first_frame_warning_ms}', '${prompt_to_first_frame_clear_ms}', 'keep the model warm'],
        TOPK(CASE WHEN prompt_to_first_frame_count >= ${alert_min_sessions} AND prompt_to_first_frame_p95_ms >= ${prompt_to_first_frame_warning_ms} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN prompt_to_first_frame_count >= ${alert_min_sessions} AND prompt_to_first_frame_p95_ms < ${prompt_to_first_frame_clear_ms} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN prompt_to_first_frame_count >= ${alert_min_sessions} THEN CAST(prompt_to_first_frame_p95_ms AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN prompt_to_first_frame_count >= ${alert_min_sessions} THEN CAST(prompt_to_first_frame_p95_ms AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['service_output_unsteady', 'output', 'warning', 'output_jitter_coefficient', '${output_jitter_warning}', '${output_jitter_clear}', 'reduce workload'],
        TOPK(CASE WHEN output_fps_count >= ${alert_min_samples} AND output_jitter_coefficient >= ${output_jitter_warning} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN output_fps_count >= ${alert_min_samples} AND output_jitter_coefficient < ${output_jitter_clear} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN output_fps_count >= ${alert_min_samples} THEN CAST(output_jitter_coefficient AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN output_fps_count >= ${alert_min_samples} THEN CAST(output_jitter_coefficient AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['telemetry_coverage_low', 'telemetry', 'warning', 'coverage', '${coverage_warning}', '${coverage_clear}', 'look for lost events: gateway, network, quotas'],
        TOPK(CASE WHEN signals_expected >= ${alert_min_samples} AND coverage <= ${coverage_warning} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN signals_expected >= ${alert_min_samples} AND coverage > ${coverage_clear} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN signals_expected >= ${alert_min_samples} THEN CAST(coverage AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN signals_expected >= ${alert_min_samples} THEN CAST(coverage AS STRING) END, ${alert_recent_values})
      ],
      ARRAY[
        ARRAY['telemetry_stale', 'telemetry', 'critical', 'lag_ms', '${lag_warning_ms}', '${lag_clear_ms}', 'look for what holds the gateway back: its network, its clock'],
        TOPK(CASE WHEN lag_count >= ${alert_min_samples} AND CAST(lag_sum_ms AS DOUBLE) / lag_count >= ${lag_warning_ms} THEN ${evaluation_place} END, 2),
        TOPK(CASE WHEN lag_count >= ${alert_min_samples} AND CAST(lag_sum_ms AS DOUBLE) / lag_count < ${lag_clear_ms} THEN ${evaluation_place} END, 2),
        ARRAY[LATEST_BY_OFFSET(${evaluation_place})],
        ARRAY[LATEST_BY_OFFSET(CASE WHEN lag_count >= ${alert_min_samples} THEN CAST(CAST(lag_sum_ms AS DOUBLE) / lag_count AS STRING) END, FALSE)],
        LATEST_BY_OFFSET(CASE WHEN lag_count >= ${alert_min_samples} THEN CAST(CAST(lag_sum_ms AS DOUBLE) / lag_count AS STRING) END, ${alert_recent_values})
      ]
    ],
    ${service_condition}) AS conditions
FROM ${sla_change}
GROUP BY orchestrator + '|' + pipeline + '|' + model
EMIT CHANGES;
