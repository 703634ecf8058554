-- description: What is to be expected of each GPU by declared rules, and which alert rules it fires now.
-- grain: one GPU (or MIG instance)
-- owner: analytics
-- metric: failure_risk | sum of the points of the contributing factors (gpu_risk_points), and 20 for a trend of -gpu_trend_bad or worse, at most 100 | 0-100 | 0 when none | gpu_health
-- metric: horizon_days | the shortest of the times that gpu_risk_days gives the factors | days | NULL without such a factor | gpu_health
-- metric: prediction | failure_likely from gpu_risk_critical, at_risk from gpu_risk_clear, else stable | text | never | failure_risk
-- example: SELECT gpu, prediction, failure_risk, horizon_days, factors FROM gpu_prediction_v1 WHERE failure_risk > 0;
-- serving: yes

-- A rule has a value, a threshold from which it fires and one from which it is well again; between them it stays what it was (hysteresis), as a
-- value there gives no signal. Of each rule four lists are kept: what it is, the last two signals, the times of the last two good ones, and recent values.
-- The last good time before a rule fired names the episode, so that raising and resolving carry the same id, whenever they are computed.
-- `evaluation` counts the GPU's samples: a condition whose signal is of an older evaluation has not just changed.
-- With a cache, changes within one commit interval would be passed over.
SET 'cache.max.bytes.buffering' = '0';

CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.gpu_prediction.v${version}',
  PARTITIONS = ${partitions_gpu_prediction},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.gold.GpuPrediction'
) AS
SELECT
  gpu_key,
  LATEST_BY_OFFSET(gpu) AS gpu,
  LATEST_BY_OFFSET(gpu_id) AS gpu_id,
  LATEST_BY_OFFSET(gpu_type) AS gpu_type,
  LATEST_BY_OFFSET(orchestrator) AS orchestrator,
  LATEST_BY_OFFSET(pipeline) AS pipeline,
  LATEST_BY_OFFSET(model) AS model,
  LATEST_BY_OFFSET(region) AS region,
  LATEST_BY_OFFSET(network) AS network,
  LATEST_BY_OFFSET(environment) AS environment,
  LATEST_BY_OFFSET(CAST(samples AS STRING)) AS evaluation,
  LATEST_BY_OFFSET(last_event_time) AS event_time,
  LATEST_BY_OFFSET(LEAST(100, REDUCE(contributing_factors, CASE WHEN degradation_trend <= -${gpu_trend_bad} THEN 20 ELSE 0 END, (r, f) => r + COALESCE(${gpu_risk_points}[f], 0))), FALSE) AS failure_risk,
  LATEST_BY_OFFSET(ARRAY_MIN(FILTER(TRANSFORM(contributing_factors, f => ${gpu_risk_days}[f]), d => d IS NOT NULL)), FALSE) AS horizon_days,
  CASE
    WHEN LATEST_BY_OFFSET(LEAST(100, REDUCE(contributing_factors, CASE WHEN degradation_trend <= -${gpu_trend_bad} THEN 20 ELSE 0 END, (r, f) => r + COALESCE(${gpu_risk_points}[f], 0))), FALSE) >= ${gpu_risk_critical} THEN 'failure_likely'
    WHEN LATEST_BY_OFFSET(LEAST(100, REDUCE(contributing_factors, CASE WHEN degradation_trend <= -${gpu_trend_bad} THEN 20 ELSE 0 END, (r, f) => r + COALESCE(${gpu_risk_points}[f], 0))), FALSE) >= ${gpu_risk_clear} THEN 'at_risk'
    ELSE 'stable'
  END AS prediction,
  LATEST_BY_OFFSET(contributing_factors, FALSE) AS factors,
  LATEST_BY_OFFSET(score->overall_score, FALSE) AS overall_score,
  LATEST_BY_OFFSET(degradation_trend, FALSE) AS degradation_trend,
  TRANSFORM(
    ARRAY[
      ARRAY[
        ARRAY['gpu_temperature_high', 'temperature_spike', 'warning', 'gpu_temp_c', '${gpu_temp_warning_c}', '${gpu_temp_warning_clear_c}', 'reduce workload'],
        LATEST_BY_OFFSET(CASE
          WHEN gpu_temp_c >= ${gpu_temp_warning_c} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(gpu_temp_c AS STRING))
          WHEN gpu_temp_c < ${gpu_temp_warning_clear_c} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(gpu_temp_c AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN gpu_temp_c < ${gpu_temp_warning_clear_c} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(TRANSFORM(recent_gpu_temp_c, v => CAST(v AS STRING)), FALSE)
      ],
      ARRAY[
        ARRAY['gpu_temperature_critical', 'temperature_spike', 'critical', 'gpu_temp_c', '${gpu_temp_critical_c}', '${gpu_temp_critical_clear_c}', 'inspect cooling'],
        LATEST_BY_OFFSET(CASE
          WHEN gpu_temp_c >= ${gpu_temp_critical_c} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(gpu_temp_c AS STRING))
          WHEN gpu_temp_c < ${gpu_temp_critical_clear_c} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(gpu_temp_c AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN gpu_temp_c < ${gpu_temp_critical_clear_c} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(TRANSFORM(recent_gpu_temp_c, v => CAST(v AS STRING)), FALSE)
      ],
      ARRAY[
        ARRAY['gpu_memory_temperature_critical', 'temperature_spike', 'critical', 'memory_temp_c', '${gpu_memory_temp_critical_c}', '${gpu_memory_temp_critical_clear_c}', 'inspect cooling'],
        LATEST_BY_OFFSET(CASE
          WHEN memory_temp_c >= ${gpu_memory_temp_critical_c} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(memory_temp_c AS STRING))
          WHEN memory_temp_c < ${gpu_memory_temp_critical_clear_c} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(memory_temp_c AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN memory_temp_c < ${gpu_memory_temp_critical_clear_c} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(TRANSFORM(recent_memory_temp_c, v => CAST(v AS STRING)), FALSE)
      ],
      ARRAY[
        ARRAY['gpu_throttling', 'throttling', 'warning', 'thermal_throttled_percent', '${gpu_throttled_warning_percent}', '${gpu_throttled_clear_percent}', 'inspect cooling'],
        LATEST_BY_OFFSET(CASE
          WHEN thermal_throttled_percent >= ${gpu_throttled_warning_percent} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(thermal_throttled_percent AS STRING))
          WHEN thermal_throttled_percent < ${gpu_throttled_clear_percent} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(thermal_throttled_percent AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN thermal_throttled_percent < ${gpu_throttled_clear_percent} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(TRANSFORM(recent_thermal_throttled_percent, v => CAST(v AS STRING)), FALSE)
      ],
      ARRAY[
        ARRAY['gpu_memory_full', 'memory_full', 'warning', 'memory_used_percent', '${gpu_memory_used_warning_percent}', '${gpu_memory_used_clear_percent}', 'reduce workload'],
        LATEST_BY_OFFSET(CASE
          WHEN memory_used_percent >= ${gpu_memory_used_warning_percent} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(memory_used_percent AS STRING))
          WHEN memory_used_percent < ${gpu_memory_used_clear_percent} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(memory_used_percent AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN memory_used_percent < ${gpu_memory_used_clear_percent} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(TRANSFORM(recent_memory_used_percent, v => CAST(v AS STRING)), FALSE)
      ],
      ARRAY[
        ARRAY['gpu_ecc_uncorrectable', 'ecc_errors', 'critical', 'ecc_dbe_recent', '${gpu_ecc_dbe_critical}', '${gpu_ecc_dbe_clear}', 'schedule maintenance'],
        LATEST_BY_OFFSET(CASE
          WHEN ecc_dbe_recent >= ${gpu_ecc_dbe_critical} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(ecc_dbe_recent AS STRING))
          WHEN ecc_dbe_recent < ${gpu_ecc_dbe_clear} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(ecc_dbe_recent AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN ecc_dbe_recent < ${gpu_ecc_dbe_clear} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(ARRAY[CAST(ecc_dbe_recent AS STRING)], FALSE)
      ],
      ARRAY[
        ARRAY['gpu_ecc_frequent', 'ecc_errors', 'warning', 'ecc_sbe_recent', '${gpu_ecc_sbe_warning}', '${gpu_ecc_sbe_clear}', 'schedule maintenance'],
        LATEST_BY_OFFSET(CASE
          WHEN ecc_sbe_recent >= ${gpu_ecc_sbe_warning} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(ecc_sbe_recent AS STRING))
          WHEN ecc_sbe_recent < ${gpu_ecc_sbe_clear} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(ecc_sbe_recent AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN ecc_sbe_recent < ${gpu_ecc_sbe_clear} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(ARRAY[CAST(ecc_sbe_recent AS STRING)], FALSE)
      ],
      ARRAY[
        ARRAY['gpu_xid_errors', 'xid_errors', 'warning', 'xid_recent', '${gpu_xid_warning}', '${gpu_xid_clear}', 'schedule maintenance'],
        LATEST_BY_OFFSET(CASE
          WHEN xid_recent >= ${gpu_xid_warning} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(xid_recent AS STRING))
          WHEN xid_recent < ${gpu_xid_clear} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(xid_recent AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN xid_recent < ${gpu_xid_clear} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(ARRAY[CAST(xid_recent AS STRING)], FALSE)
      ],
      ARRAY[
        ARRAY['gpu_health_low', 'health_score', 'warning', 'overall_score', '${gpu_health_warning}', '${gpu_health_clear}', 'schedule maintenance'],
        LATEST_BY_OFFSET(CASE
          WHEN score->overall_score <= ${gpu_health_warning} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(score->overall_score AS STRING))
          WHEN score->overall_score > ${gpu_health_clear} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(score->overall_score AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN score->overall_score > ${gpu_health_clear} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(ARRAY[CAST(score->overall_score AS STRING)], FALSE)
      ],
      ARRAY[
        ARRAY['gpu_failure_predicted', 'failure_prediction', 'critical', 'failure_risk', '${gpu_risk_critical}', '${gpu_risk_clear}', 'schedule maintenance'],
        LATEST_BY_OFFSET(CASE
          WHEN CAST(LEAST(100, REDUCE(contributing_factors, CASE WHEN degradation_trend <= -${gpu_trend_bad} THEN 20 ELSE 0 END, (r, f) => r + COALESCE(${gpu_risk_points}[f], 0))) AS DOUBLE) >= ${gpu_risk_critical} THEN CONCAT('firing|', CAST(samples AS STRING), '|', CAST(CAST(LEAST(100, REDUCE(contributing_factors, CASE WHEN degradation_trend <= -${gpu_trend_bad} THEN 20 ELSE 0 END, (r, f) => r + COALESCE(${gpu_risk_points}[f], 0))) AS DOUBLE) AS STRING))
          WHEN CAST(LEAST(100, REDUCE(contributing_factors, CASE WHEN degradation_trend <= -${gpu_trend_bad} THEN 20 ELSE 0 END, (r, f) => r + COALESCE(${gpu_risk_points}[f], 0))) AS DOUBLE) < ${gpu_risk_clear} THEN CONCAT('ok|', CAST(samples AS STRING), '|', CAST(CAST(LEAST(100, REDUCE(contributing_factors, CASE WHEN degradation_trend <= -${gpu_trend_bad} THEN 20 ELSE 0 END, (r, f) => r + COALESCE(${gpu_risk_points}[f], 0))) AS DOUBLE) AS STRING))
        END, 2),
        LATEST_BY_OFFSET(CASE WHEN CAST(LEAST(100, REDUCE(contributing_factors, CASE WHEN degradation_trend <= -${gpu_trend_bad} THEN 20 ELSE 0 END, (r, f) => r + COALESCE(${gpu_risk_points}[f], 0))) AS DOUBLE) < ${gpu_risk_clear} THEN CAST(last_event_time AS STRING) END, 2),
        LATEST_BY_OFFSET(ARRAY[CAST(CAST(LEAST(100, REDUCE(contributing_factors, CASE WHEN degradation_trend <= -${gpu_trend_bad} THEN 20 ELSE 0 END, (r, f) => r + COALESCE(${gpu_risk_points}[f], 0))) AS DOUBLE) AS STRING)], FALSE)
      ]
    ],
    ${alert_condition}) AS conditions
FROM ${gpu_health_change}
GROUP BY gpu_key
EMIT CHANGES;
