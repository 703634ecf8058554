-- description: Every valid GPU sample once, with what is known of its card and node, in each dimension that it counts for.
-- grain: one sample of one GPU and one of six dimensions: network, gpu, gpu_type, orchestrator, model, region
-- owner: analytics

-- A dimension's key is `<dimension>|<value>`; the rows of dimension `gpu` are the enriched samples. What the sample says goes before what the
-- inventory says, except for the orchestrator's address: there one card has one. Measures that cannot be are NULL.
-- Counters only grow until they are reset: an increase is now - before, where before is the GPU's newest earlier reading; all of `now` after a reset
-- (now < before), 0 for the first reading and for one that comes after a newer one, NULL where there is no counter.
-- Throttled: the share of the time since the reading before, from the violation counters; without them 100 or 0 by the reasons of the clock
-- (bits 8, 32, 64 for heat and slowdown, 128 for the power brake). `health_weight` doubles with each half-life: ratios of its sums fade.
-- Partitioning: samples are brought to the inventory's key, `gpu|<id>`, of which there are as many partitions.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'silver.gpu_sample.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_silver_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.silver.GpuSample',
  TIMESTAMP = 'event_time'
) AS
SELECT
  j.asset_key AS asset_key,
  EXPLODE(ARRAY[
    'network|all',
    'gpu|' + REGEXP_REPLACE(j.gpu, '[|#\s]', '_'),
    'gpu_type|' + REGEXP_REPLACE(COALESCE(NULLIF(j.gpu_name, ''), NULLIF(i.gpu_type, ''), 'unknown'), '[|#\s]', '_'),
    'orchestrator|' + REGEXP_REPLACE(COALESCE(NULLIF(i.address, ''), NULLIF(LCASE(j.orchestrator), ''), 'unattributed'), '[|#\s]', '_'),
    'model|' + REGEXP_REPLACE(COALESCE(NULLIF(j.pipeline, ''), NULLIF(i.pipeline, ''), 'unknown'), '[|#\s]', '_')
      + '|' + REGEXP_REPLACE(COALESCE(NULLIF(j.model, ''), NULLIF(i.model, ''), 'unknown'), '[|#\s]', '_'),
    'region|' + REGEXP_REPLACE(COALESCE(NULLIF(j.region, ''), NULLIF(i.region, ''), 'unknown'), '[|#\s]', '_')
  ]) AS dimension_key,
  EXPLODE(ARRAY['network', 'gpu', 'gpu_type', 'orchestrator', 'model', 'region']) AS dimension,
  REGEXP_REPLACE(j.gpu, '[|#\s]', '_') AS gpu_key,
  j.event_id AS event_id,
  j.event_time AS event_time,
  j.arrived_at AS arrived_at,
  j.source AS source,
  FILTER(ARRAY_CONCAT(j.quality_flags, ARRAY[CASE WHEN (CASE WHEN COALESCE(j.ecc_sbe, j.ecc_dbe, j.pcie_replays, j.xid_error, j.thermal_violation_us, j.power_violation_us) IS NOT NULL
      THEN CAST(j.history->before[1] AS BIGINT) ELSE j.history->plain_ms END) > j.event_time THEN 'out_of_order' ELSE '' END]), f => f <> '') AS quality_flags,
  j.validation_version AS validation_version,
  CASE WHEN ARRAY_CONTAINS(j.quality_flags, 'late') THEN 1 ELSE 0 END AS late,
  CASE WHEN (CASE WHEN COALESCE(j.ecc_sbe, j.ecc_dbe, j.pcie_replays, j.xid_error, j.thermal_violation_us, j.power_violation_us) IS NOT NULL
      THEN CAST(j.history->before[1] AS BIGINT) ELSE j.history->plain_ms END) > j.event_time THEN 1 ELSE 0 END AS out_of_order,
  j.gpu_id AS gpu_id,
  j.mig_instance AS mig_instance,
  j.mig_profile AS mig_profile,
  j.gpu_index AS gpu_index,
  REGEXP_REPLACE(COALESCE(NULLIF(j.gpu_name, ''), NULLIF(i.gpu_type, ''), 'unknown'), '[|#\s]', '_') AS gpu_type,
  j.host AS host,
  j.pci_bus_id AS pci_bus_id,
  j.driver_version AS driver_version,
  COALESCE(j.compute_capability, i.compute_capability) AS compute_capability,
  REGEXP_REPLACE(COALESCE(NULLIF(i.address, ''), NULLIF(LCASE(j.orchestrator), ''), 'unattributed'), '[|#\s]', '_') AS orchestrator,
  i.uri AS orchestrator_uri,
  REGEXP_REPLACE(COALESCE(NULLIF(j.pipeline, ''), NULLIF(i.pipeline, ''), 'unknown'), '[|#\s]', '_') AS pipeline,
  REGEXP_REPLACE(COALESCE(NULLIF(j.model, ''), NULLIF(i.model, ''), 'unknown'), '[|#\s]', '_') AS model,
  REGEXP_REPLACE(COALESCE(NULLIF(j.region, ''), NULLIF(i.region, ''), 'unknown'), '[|#\s]', '_') AS region,
  j.stream_id AS stream_id,
  j.gateway AS gateway,
  j.network AS network,
  j.environment AS environment,
  COALESCE(j.agent_version, i.version) AS agent_version,
  j.gateway_version AS gateway_version,
  j.datacenter AS datacenter,
  j.cluster AS cluster,
  j.rack AS rack,
  j.job_id AS job_id,
  j.job_user AS job_user,
  j.project AS project,
  CASE WHEN j.utilization_percent BETWEEN 0 AND 100 THEN j.utilization_percent END AS utilization_percent,
  CASE WHEN j.memory_utilization_percent BETWEEN 0 AND 100 THEN j.memory_utilization_percent END AS memory_utilization_percent,
  CASE WHEN j.encoder_utilization_percent BETWEEN 0 AND 100 THEN j.encoder_utilization_percent END AS encoder_utilization_percent,
  CASE WHEN j.decoder_utilization_percent BETWEEN 0 AND 100 THEN j.decoder_utilization_percent END AS decoder_utilization_percent,
  CASE WHEN j.engine_active_percent BETWEEN 0 AND 100 THEN j.engine_active_percent END AS engine_active_percent,
  COALESCE(CASE WHEN j.memory_total_bytes > 0 THEN j.memory_total_bytes END, i.gpu_memory_bytes) AS memory_total_bytes,
  CASE WHEN j.memory_used_bytes >= 0 THEN j.memory_used_bytes END AS memory_used_bytes,
  CASE
    WHEN j.memory_total_bytes > 0 AND j.memory_used_bytes BETWEEN 0 AND j.memory_total_bytes
      THEN CAST(j.memory_used_bytes AS DOUBLE) * 100 / j.memory_total_bytes
  END AS memory_used_percent,
  j.gpu_temp_c AS gpu_temp_c,
  j.memory_temp_c AS memory_temp_c,
  j.power_usage_w AS power_usage_w,
  j.energy_j AS energy_j,
  j.sm_clock_mhz AS sm_clock_mhz,
  j.memory_clock_mhz AS memory_clock_mhz,
  j.fan_speed_percent AS fan_speed_percent,
  j.row_remap_failure AS row_remap_failure,
  j.remapped_rows_correctable AS remapped_rows_correctable,
  j.remapped_rows_uncorrectable AS remapped_rows_uncorrectable,
  j.xid_error AS xid_error,
  TRANSFORM(ARRAY[ARRAY[
    CASE WHEN CAST(j.history->before[1] AS BIGINT) < j.event_time THEN CAST(NULLIF(j.history->before[2], '') AS BIGINT) END, j.ecc_sbe]], ${increase})[1] AS ecc_sbe_increase,
  TRANSFORM(ARRAY[ARRAY[
    CASE WHEN CAST(j.history->before[1] AS BIGINT) < j.event_time THEN CAST(NULLIF(j.history->before[3], '') AS BIGINT) END, j.ecc_dbe]], ${increase})[1] AS ecc_dbe_increase,
  TRANSFORM(ARRAY[ARRAY[
    CASE WHEN CAST(j.history->before[1] AS BIGINT) < j.event_time THEN CAST(NULLIF(j.history->before[4], '') AS BIGINT) END, j.pcie_replays]], ${increase})[1] AS pcie_replay_increase,
  CASE
    WHEN j.xid_error IS NULL THEN CAST(NULL AS INT)
    WHEN j.xid_error = 0 OR CAST(j.history->before[1] AS BIGINT) >= j.event_time THEN 0
    WHEN CASE WHEN CAST(j.history->before[1] AS BIGINT) < j.event_time THEN CAST(NULLIF(j.history->before[5], '') AS BIGINT) END = j.xid_error THEN 0
    ELSE 1
  END AS xid_events,
  CASE
    WHEN j.thermal_violation_us IS NOT NULL AND j.history->before[6] <> '' AND CAST(j.history->before[1] AS BIGINT) < j.event_time
      THEN LEAST(1E2, CAST(TRANSFORM(ARRAY[ARRAY[
        CASE WHEN CAST(j.history->before[1] AS BIGINT) < j.event_time THEN CAST(NULLIF(j.history->before[6], '') AS BIGINT) END, j.thermal_violation_us]], ${increase})[1] AS DOUBLE)
        / (10 * (j.event_time - CAST(j.history->before[1] AS BIGINT))))
    WHEN j.clock_event_reasons IS NULL THEN CAST(NULL AS DOUBLE)
    WHEN j.clock_event_reasons / 8 % 2 = 1 OR j.clock_event_reasons / 32 % 2 = 1 OR j.clock_event_reasons / 64 % 2 = 1 THEN 1E2
    ELSE 0E0
  END AS thermal_throttled_percent,
  CASE
    WHEN j.power_violation_us IS NOT NULL AND j.history->before[7] <> '' AND CAST(j.history->before[1] AS BIGINT) < j.event_time
      THEN LEAST(1E2, CAST(TRANSFORM(ARRAY[ARRAY[
        CASE WHEN CAST(j.history->before[1] AS BIGINT) < j.event_time THEN CAST(NULLIF(j.history->before[7], '') AS BIGINT) END, j.power_violation_us]], ${increase})[1] AS DOUBLE)
        / (10 * (j.event_time - CAST(j.history->before[1] AS BIGINT))))
    WHEN j.clock_event_reasons IS NULL THEN CAST(NULL AS DOUBLE)
    WHEN j.clock_event_reasons / 128 % 2 = 1 THEN 1E2
    ELSE 0E0
  END AS power_throttled_percent,
  CASE
    WHEN j.gpu_temp_c IS NULL THEN CAST(NULL AS DOUBLE)
    ELSE LEAST(
      LEAST(1E2, GREATEST(0E0, (${gpu_temp_bad_c} - j.gpu_temp_c) * 1E2 / (${gpu_temp_bad_c} - ${gpu_temp_good_c}))),
      LEAST(1E2, GREATEST(0E0, (${gpu_memory_temp_bad_c} - COALESCE(j.memory_temp_c, 0E0)) * 1E2 / (${gpu_memory_temp_bad_c} - ${gpu_memory_temp_good_c}))))
  END AS thermal_score,
  CAST(j.event_time - ${gpu_health_epoch_ms} AS DOUBLE) / 86400000 AS health_day,
  POWER(2E0, CAST(j.event_time - ${gpu_health_epoch_ms} AS DOUBLE) / ${gpu_health_half_life_ms}) AS health_weight
FROM ${gpu_judgement} j
LEFT JOIN ${inventory} i ON j.asset_key = i.asset_key
WHERE j.reason IS NULL AND j.history->copies = 1 AND j.history->behind = 0
EMIT CHANGES;
