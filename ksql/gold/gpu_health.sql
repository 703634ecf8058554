-- description: How healthy each GPU is: a score of 0 to 100 from five dimensions, its grade, its trend and what it suffers from.
-- grain: one GPU (or MIG instance)
-- owner: analytics
-- metric: score->overall_score | weighted mean of the five dimensions, weights gpu_weight_* | 0-100 | NULL while no temperature was read | dimensions below
-- metric: score->memory_health | 100 - recent uncorrected x gpu_penalty_ecc_dbe - recent corrected x gpu_penalty_ecc_sbe - gpu_penalty_row_remap_failure after one, at least 0 | 0-100 | as overall | ECC counters, DCGM_FI_DEV_ROW_REMAP_FAILURE
-- metric: score->thermal_health | worst thermal_score of the last gpu_recent_samples readings: 100 up to gpu_temp_good_c, 0 from gpu_temp_bad_c, linear between; the worse of GPU and memory | 0-100 | as overall | DCGM temperatures
-- metric: score->performance_health | 100 - mean thermal_throttled_percent of the last gpu_recent_samples | 0-100 | as overall; 100 without readings | violation counter, clock event reasons
-- metric: score->power_health | 100 - mean power_throttled_percent of the last gpu_recent_samples | 0-100 | as overall; 100 without readings | violation counter, clock event reasons
-- metric: score->reliability_health | 100 - recent XIDs x gpu_penalty_xid - recent PCIe replays x gpu_penalty_pcie_replay, at least 0 | 0-100 | as overall | DCGM_FI_DEV_XID_ERRORS, PCIE_REPLAY_COUNTER
-- metric: score->health_grade | excellent >= 90, good >= 75, fair >= 60, poor >= 40, critical | text | as overall | overall_score
-- metric: degradation_trend | slope of the thermal score over time, least squares with weights that halve every gpu_health_half_life_ms | points per day | NULL until readings span gpu_trend_min_ms | thermal scores
-- metric: *_recent | errors, each counting half after gpu_health_half_life_ms: sum(increase x health_weight) / weight of the newest | errors | 0 when none | increases of gpu_sample
-- example: SELECT gpu, score->overall_score, score->health_grade, degradation_trend, contributing_factors FROM gpu_health_v1 WHERE gpu_key = 'GPU-…';
-- serving: yes

-- Samples that come after a newer one of their source are left to the rollups. Nothing here asks a clock: a GPU that is no longer heard of keeps
-- its last row, `last_event_time` tells. One row a GPU id for ever, a few kB; ids churn, so it grows by those: a new version begins anew.
-- With a cache, samples of one commit interval would be passed over by the rules that read this.
SET 'cache.max.bytes.buffering' = '0';

-- Repartitions: by GPU without its dimension.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.gpu_health.v${version}',
  PARTITIONS = ${partitions_gpu_health},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.gold.GpuHealth'
) AS
SELECT
  gpu_key,
  LATEST_BY_OFFSET(gpu_key) AS gpu,
  LATEST_BY_OFFSET(gpu_id) AS gpu_id,
  LATEST_BY_OFFSET(gpu_type) AS gpu_type,
  LATEST_BY_OFFSET(orchestrator) AS orchestrator,
  LATEST_BY_OFFSET(pipeline) AS pipeline,
  LATEST_BY_OFFSET(model) AS model,
  LATEST_BY_OFFSET(region) AS region,
  LATEST_BY_OFFSET(host) AS host,
  LATEST_BY_OFFSET(driver_version) AS driver_version,
  LATEST_BY_OFFSET(network) AS network,
  LATEST_BY_OFFSET(environment) AS environment,
  COUNT(*) AS samples,
  MIN(event_time) AS first_event_time,
  MAX(event_time) AS last_event_time,
  TRANSFORM(
    ARRAY[CASE WHEN LATEST_BY_OFFSET(gpu_temp_c) IS NOT NULL THEN ARRAY[
      GREATEST(0E0, 1E2
        - SUM(COALESCE(ecc_dbe_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) * ${gpu_penalty_ecc_dbe}
        - SUM(COALESCE(ecc_sbe_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) * ${gpu_penalty_ecc_sbe}
        - CASE WHEN LATEST_BY_OFFSET(row_remap_failure) > 0 THEN ${gpu_penalty_row_remap_failure} ELSE 0 END),
      ARRAY_MIN(LATEST_BY_OFFSET(thermal_score, ${gpu_recent_samples})),
      1E2 - TRANSFORM(ARRAY[LATEST_BY_OFFSET(thermal_throttled_percent, ${gpu_recent_samples})], l => CASE WHEN ARRAY_LENGTH(l) > 0 THEN REDUCE(l, 0E0, (s, v) => s + v) / ARRAY_LENGTH(l) ELSE 0E0 END)[1],
      1E2 - TRANSFORM(ARRAY[LATEST_BY_OFFSET(power_throttled_percent, ${gpu_recent_samples})], l => CASE WHEN ARRAY_LENGTH(l) > 0 THEN REDUCE(l, 0E0, (s, v) => s + v) / ARRAY_LENGTH(l) ELSE 0E0 END)[1],
      GREATEST(0E0, 1E2
        - SUM(COALESCE(xid_events, 0) * health_weight) / MAX(health_weight) * ${gpu_penalty_xid}
        - SUM(COALESCE(pcie_replay_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) * ${gpu_penalty_pcie_replay})
    ] END],
    s => CASE WHEN s IS NOT NULL THEN STRUCT(
      overall_score := (s[1] * ${gpu_weight_memory} + s[2] * ${gpu_weight_thermal} + s[3] * ${gpu_weight_performance} + s[4] * ${gpu_weight_power} + s[5] * ${gpu_weight_reliability}),
      memory_health := s[1],
      thermal_health := s[2],
      performance_health := s[3],
      power_health := s[4],
      reliability_health := s[5],
      health_grade := CASE
        WHEN (s[1] * ${gpu_weight_memory} + s[2] * ${gpu_weight_thermal} + s[3] * ${gpu_weight_performance} + s[4] * ${gpu_weight_power} + s[5] * ${gpu_weight_reliability}) >= 90 THEN 'excellent'
        WHEN (s[1] * ${gpu_weight_memory} + s[2] * ${gpu_weight_thermal} + s[3] * ${gpu_weight_performance} + s[4] * ${gpu_weight_power} + s[5] * ${gpu_weight_reliability}) >= 75 THEN 'good'
        WHEN (s[1] * ${gpu_weight_memory} + s[2] * ${gpu_weight_thermal} + s[3] * ${gpu_weight_performance} + s[4] * ${gpu_weight_power} + s[5] * ${gpu_weight_reliability}) >= 60 THEN 'fair'
        WHEN (s[1] * ${gpu_weight_memory} + s[2] * ${gpu_weight_thermal} + s[3] * ${gpu_weight_performance} + s[4] * ${gpu_weight_power} + s[5] * ${gpu_weight_reliability}) >= 40 THEN 'poor'
        ELSE 'critical'
      END
    ) END)[1] AS score,
  CASE
    WHEN COALESCE(MAX(CASE WHEN thermal_score IS NOT NULL THEN event_time END), CAST(0 AS BIGINT))
      - COALESCE(MIN(CASE WHEN thermal_score IS NOT NULL THEN event_time END), CAST(0 AS BIGINT)) >= ${gpu_trend_min_ms} THEN TRANSFORM(
      ARRAY[ARRAY[
        SUM((CASE WHEN thermal_score IS NULL THEN 0E0 ELSE health_weight END) * health_day) / SUM((CASE WHEN thermal_score IS NULL THEN 0E0 ELSE health_weight END)),
        SUM((CASE WHEN thermal_score IS NULL THEN 0E0 ELSE health_weight END) * COALESCE(thermal_score, 0E0)) / SUM((CASE WHEN thermal_score IS NULL THEN 0E0 ELSE health_weight END)),
        SUM((CASE WHEN thermal_score IS NULL THEN 0E0 ELSE health_weight END) * health_day * COALESCE(thermal_score, 0E0)) / SUM((CASE WHEN thermal_score IS NULL THEN 0E0 ELSE health_weight END)),
        SUM((CASE WHEN thermal_score IS NULL THEN 0E0 ELSE health_weight END) * health_day * health_day) / SUM((CASE WHEN thermal_score IS NULL THEN 0E0 ELSE health_weight END))
      ]],
      m => (m[3] - m[1] * m[2]) / (m[4] - m[1] * m[1]))[1]
  END AS degradation_trend,
  FILTER(ARRAY[
    CASE WHEN SUM(COALESCE(ecc_dbe_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) >= ${gpu_factor_ecc_dbe} THEN 'uncorrectable_ecc_errors' ELSE '' END,
    CASE WHEN SUM(COALESCE(ecc_sbe_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) >= ${gpu_factor_ecc_sbe} THEN 'frequent_ecc_errors' ELSE '' END,
    CASE WHEN SUM(COALESCE(ecc_sbe_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) > 0 AND SUM(COALESCE(ecc_sbe_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) < ${gpu_factor_ecc_sbe} THEN 'minor_ecc_errors' ELSE '' END,
    CASE WHEN LATEST_BY_OFFSET(row_remap_failure) > 0 THEN 'row_remap_failure' ELSE '' END,
    CASE WHEN SUM(COALESCE(xid_events, 0) * health_weight) / MAX(health_weight) >= ${gpu_factor_xid} THEN 'xid_errors' ELSE '' END,
    CASE WHEN SUM(COALESCE(pcie_replay_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) >= ${gpu_factor_pcie_replay} THEN 'pcie_replays' ELSE '' END,
    CASE WHEN ARRAY_MIN(LATEST_BY_OFFSET(thermal_score, ${gpu_recent_samples})) < 50 THEN 'overheating' ELSE '' END,
    CASE WHEN ARRAY_MIN(LATEST_BY_OFFSET(thermal_score, ${gpu_recent_samples})) >= 50 AND ARRAY_MIN(LATEST_BY_OFFSET(thermal_score, ${gpu_recent_samples})) < 90 THEN 'elevated_temperature' ELSE '' END,
    CASE WHEN LATEST_BY_OFFSET(thermal_throttled_percent) >= 5 THEN 'thermal_throttling' ELSE '' END,
    CASE WHEN LATEST_BY_OFFSET(power_throttled_percent) >= 5 THEN 'power_throttling' ELSE '' END
  ], f => f <> '') AS contributing_factors,
  SUM(COALESCE(ecc_sbe_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) AS ecc_sbe_recent,
  SUM(COALESCE(ecc_dbe_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) AS ecc_dbe_recent,
  SUM(COALESCE(pcie_replay_increase, CAST(0 AS BIGINT)) * health_weight) / MAX(health_weight) AS pcie_replay_recent,
  SUM(COALESCE(xid_events, 0) * health_weight) / MAX(health_weight) AS xid_recent,
  LATEST_BY_OFFSET(gpu_temp_c) AS gpu_temp_c,
  LATEST_BY_OFFSET(memory_temp_c) AS memory_temp_c,
  LATEST_BY_OFFSET(power_usage_w) AS power_usage_w,
  LATEST_BY_OFFSET(utilization_percent) AS utilization_percent,
  LATEST_BY_OFFSET(memory_used_percent) AS memory_used_percent,
  LATEST_BY_OFFSET(thermal_throttled_percent) AS thermal_throttled_percent,
  LATEST_BY_OFFSET(power_throttled_percent) AS power_throttled_percent,
  LATEST_BY_OFFSET(row_remap_failure) AS row_remap_failure,
  LATEST_BY_OFFSET(xid_error) AS xid_error,
  LATEST_BY_OFFSET(gpu_temp_c, ${gpu_recent_samples}) AS recent_gpu_temp_c,
  LATEST_BY_OFFSET(memory_temp_c, ${gpu_recent_samples}) AS recent_memory_temp_c,
  LATEST_BY_OFFSET(power_usage_w, ${gpu_recent_samples}) AS recent_power_usage_w,
  LATEST_BY_OFFSET(utilization_percent, ${gpu_recent_samples}) AS recent_utilization_percent,
  LATEST_BY_OFFSET(memory_used_percent, ${gpu_recent_samples}) AS recent_memory_used_percent,
  LATEST_BY_OFFSET(thermal_throttled_percent, ${gpu_recent_samples}) AS recent_thermal_throttled_percent
FROM ${gpu_sample}
WHERE dimension = 'gpu' AND out_of_order = 0
GROUP BY gpu_key
EMIT CHANGES;
