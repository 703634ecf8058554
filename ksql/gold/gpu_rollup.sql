-- description: What GPUs did in a window, as counts, sums, extremes and buckets that add up: use, memory, heat, power, throttling, errors.
-- grain: dimension (network, gpu, gpu_type, orchestrator, model, region), its value, window of the sample
-- owner: analytics
-- metric: samples | COUNT(*) | samples | never | gpu_sample
-- metric: late_samples | samples that arrived more than gpu_late_ms after they were taken | samples | never | gpu_sample
-- metric: gpus | distinct GPU ids (with MIG instance) that were sampled | ids | never | gpu_sample; ids churn, so that 1m counts cards, a longer window ids
-- metric: utilization_percent_* | count, sum, min, max; buckets of 5 % | % | min, max NULL when none | DCGM_FI_DEV_GPU_UTIL, utilization_compute
-- metric: memory_used_percent_* | used / total; count, sum, min, max; buckets of 5 % | % | min, max NULL when none | FB_USED / (FB_USED + FB_FREE), 1 - memory_free / memory_total
-- metric: memory_utilization_percent_* | count, sum, min, max of the share of time in which memory was read or written | % | min, max NULL when none | DCGM_FI_DEV_MEM_COPY_UTIL, utilization_memory
-- metric: memory_used_bytes_* | count, sum, max | bytes | max NULL when none | as memory_used_percent
-- metric: gpu_temp_c_* | count, sum, min, max; buckets of 2 degrees | °C | min, max NULL when none | DCGM_FI_DEV_GPU_TEMP
-- metric: memory_temp_c_* | count, sum, min, max; buckets of 2 degrees | °C | min, max NULL when none | DCGM_FI_DEV_MEMORY_TEMP
-- metric: power_usage_w_* | count, sum, min, max; buckets of 25 W | W | min, max NULL when none | DCGM_FI_DEV_POWER_USAGE
-- metric: thermal_throttled_percent_* | share of the time between two readings with clocks held down by heat; count, sum, min, max | % | min, max NULL when none | thermal violation counter, clock event reasons
-- metric: power_throttled_percent_* | the same, by the power brake | % | min, max NULL when none | power violation counter, clock event reasons
-- metric: ecc_sbe_increase | sum of the increases of each GPU's counter of corrected errors | errors | 0 when none | DCGM_FI_DEV_ECC_SBE_VOL_TOTAL, else _AGG_
-- metric: ecc_dbe_increase | the same of uncorrected errors | errors | 0 when none | DCGM_FI_DEV_ECC_DBE_VOL_TOTAL, else _AGG_
-- metric: pcie_replay_increase | the same of PCIe replays | replays | 0 when none | DCGM_FI_DEV_PCIE_REPLAY_COUNTER
-- metric: xid_events | changes of the last XID to one that is not 0 | errors | 0 when none | DCGM_FI_DEV_XID_ERRORS
-- example: SELECT window_start, samples, utilization_percent_sum / utilization_percent_count AS mean FROM gpu_rollup_1m_v1 WHERE dimension_key = 'network|all';
-- windows: 5s,1m,10m,15m,1h
-- serving: yes

-- A mean is sum / count. A bucket's label is its lower bound, so that a percentile read as the middle of its bucket is off by at most half a
-- width: 2.5 % of use and memory, 1 °C, 12.5 W. Increases of one GPU are added up over the GPUs of a dimension: no counter is subtracted
-- across GPUs. One sample counts once in each dimension.
-- Repartitions: samples lie by GPU.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.gpu_rollup_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${window_retention_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  dimension_key,
  MIN(dimension) AS dimension,
  MIN(SUBSTRING(dimension_key, LEN(dimension) + 2)) AS dimension_value,
  WINDOWSTART AS window_start,
  WINDOWEND AS window_end,
  COUNT(*) AS samples,
  SUM(late) AS late_samples,
  COUNT_DISTINCT(gpu_key) AS gpus,
  SUM(CASE WHEN utilization_percent IS NOT NULL THEN 1 ELSE 0 END) AS utilization_percent_count,
  SUM(COALESCE(utilization_percent, 0E0)) AS utilization_percent_sum,
  MIN(utilization_percent) AS utilization_percent_min,
  MAX(utilization_percent) AS utilization_percent_max,
  HISTOGRAM(CASE
    WHEN utilization_percent IS NOT NULL THEN LPAD(CAST(CAST(FLOOR(utilization_percent / 5) AS INT) * 5 AS STRING), 3, '0')
  END) AS utilization_percent_buckets,
  SUM(CASE WHEN memory_used_percent IS NOT NULL THEN 1 ELSE 0 END) AS memory_used_percent_count,
  SUM(COALESCE(memory_used_percent, 0E0)) AS memory_used_percent_sum,
  MIN(memory_used_percent) AS memory_used_percent_min,
  MAX(memory_used_percent) AS memory_used_percent_max,
  HISTOGRAM(CASE
    WHEN memory_used_percent IS NOT NULL THEN LPAD(CAST(CAST(FLOOR(memory_used_percent / 5) AS INT) * 5 AS STRING), 3, '0')
  END) AS memory_used_percent_buckets,
  SUM(CASE WHEN memory_utilization_percent IS NOT NULL THEN 1 ELSE 0 END) AS memory_utilization_percent_count,
  SUM(COALESCE(memory_utilization_percent, 0E0)) AS memory_utilization_percent_sum,
  MIN(memory_utilization_percent) AS memory_utilization_percent_min,
  MAX(memory_utilization_percent) AS memory_utilization_percent_max,
  SUM(COALESCE(memory_used_bytes, CAST(0 AS BIGINT))) AS memory_used_bytes_sum,
  MAX(memory_used_bytes) AS memory_used_bytes_max,
  SUM(CASE WHEN memory_used_bytes IS NOT NULL THEN 1 ELSE 0 END) AS memory_used_bytes_count,
  SUM(CASE WHEN gpu_temp_c IS NOT NULL THEN 1 ELSE 0 END) AS gpu_temp_c_count,
  SUM(COALESCE(gpu_temp_c, 0E0)) AS gpu_temp_c_sum,
  MIN(gpu_temp_c) AS gpu_temp_c_min,
  MAX(gpu_temp_c) AS gpu_temp_c_max,
  HISTOGRAM(CASE
    WHEN gpu_temp_c IS NOT NULL THEN LPAD(CAST(CAST(FLOOR(gpu_temp_c / 2) AS INT) * 2 AS STRING), 3, '0')
  END) AS gpu_temp_c_buckets,
  SUM(CASE WHEN memory_temp_c IS NOT NULL THEN 1 ELSE 0 END) AS memory_temp_c_count,
  SUM(COALESCE(memory_temp_c, 0E0)) AS memory_temp_c_sum,
  MIN(memory_temp_c) AS memory_temp_c_min,
  MAX(memory_temp_c) AS memory_temp_c_max,
  HISTOGRAM(CASE
    WHEN memory_temp_c IS NOT NULL THEN LPAD(CAST(CAST(FLOOR(memory_temp_c / 2) AS INT) * 2 AS STRING), 3, '0')
  END) AS memory_temp_c_buckets,
  SUM(CASE WHEN power_usage_w IS NOT NULL THEN 1 ELSE 0 END) AS power_usage_w_count,
  SUM(COALESCE(power_usage_w, 0E0)) AS power_usage_w_sum,
  MIN(power_usage_w) AS power_usage_w_min,
  MAX(power_usage_w) AS power_usage_w_max,
  HISTOGRAM(CASE
    WHEN power_usage_w IS NOT NULL THEN LPAD(CAST(CAST(FLOOR(power_usage_w / 25) AS INT) * 25 AS STRING), 3, '0')
  END) AS power_usage_w_buckets,
  SUM(CASE WHEN thermal_throttled_percent IS NOT NULL THEN 1 ELSE 0 END) AS thermal_throttled_percent_count,
  SUM(COALESCE(thermal_throttled_percent, 0E0)) AS thermal_throttled_percent_sum,
  MIN(thermal_throttled_percent) AS thermal_throttled_percent_min,
  MAX(thermal_throttled_percent) AS thermal_throttled_percent_max,
  SUM(CASE WHEN power_throttled_percent IS NOT NULL THEN 1 ELSE 0 END) AS power_throttled_percent_count,
  SUM(COALESCE(power_throttled_percent, 0E0)) AS power_throttled_percent_sum,
  MIN(power_throttled_percent) AS power_throttled_percent_min,
  MAX(power_throttled_percent) AS power_throttled_percent_max,
  SUM(COALESCE(ecc_sbe_increase, CAST(0 AS BIGINT))) AS ecc_sbe_increase,
  SUM(COALESCE(ecc_dbe_increase, CAST(0 AS BIGINT))) AS ecc_dbe_increase,
  SUM(COALESCE(pcie_replay_increase, CAST(0 AS BIGINT))) AS pcie_replay_increase,
  SUM(COALESCE(xid_events, 0)) AS xid_events
FROM ${gpu_sample}
WINDOW TUMBLING (SIZE ${window_size}, RETENTION ${window_retention}, GRACE PERIOD ${window_grace})
GROUP BY dimension_key
EMIT CHANGES;
