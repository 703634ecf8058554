-- description: Every GPU sample, judged: why it is refused where it is, whether it is a copy, what the card's counters said before.
-- grain: one sample of one GPU; the table's row is the GPU's newest by arrival
-- owner: telemetry

-- `reason` is NULL for a valid sample, else a code, a colon and a sentence. A percentage or a size that cannot be is flagged, and not counted.
-- `history` looks back over the GPU's last ${gpu_history_samples} samples in time of whatever source: `copies` is how often this one is among them, `behind` is 1 for
-- one so much older than all others that a copy could no longer be told, `before` is the newest of the others that read counters (its time,
-- then its counters, from which an increase follows), `plain_ms` the time of the newest that read none.
-- With a cache, samples of one commit interval would be passed over. The topic is compacted, by sample it is kept in `gpu_sample`.
SET 'cache.max.bytes.buffering' = '0';

-- Repartitions: samples lie by their sender's key, those of one GPU come together here.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'silver.gpu_judged.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.silver.GpuJudged'
) AS
SELECT
  CONCAT(COALESCE(gpu_id, 'unknown'), CASE WHEN mig_instance IS NULL THEN '' ELSE '/' END, COALESCE(mig_instance, '')) AS gpu_key,
  LATEST_BY_OFFSET(CONCAT(COALESCE(gpu_id, 'unknown'), CASE WHEN mig_instance IS NULL THEN '' ELSE '/' END, COALESCE(mig_instance, '')), FALSE) AS gpu,
  LATEST_BY_OFFSET(CONCAT('gpu|', gpu_id), FALSE) AS asset_key,
  LATEST_BY_OFFSET(CASE
    WHEN COALESCE(source_event_time, CAST(0 AS BIGINT)) BETWEEN ROWTIME - ${max_event_age_ms} AND ROWTIME + ${max_event_ahead_ms}
      THEN source_event_time
    ELSE ROWTIME
  END, FALSE) AS event_time,
  LATEST_BY_OFFSET(ROWTIME, FALSE) AS arrived_at,
  LATEST_BY_OFFSET(ROWPARTITION, FALSE) AS raw_partition,
  LATEST_BY_OFFSET(ROWOFFSET, FALSE) AS raw_offset,
  LATEST_BY_OFFSET(CASE
    WHEN COALESCE(gpu_id, '') = '' THEN 'missing_gpu_id: gpu_id is empty, so the sample is of no GPU'
    WHEN COALESCE(event_id, '') = '' THEN 'missing_event_id: event_id is empty, so copies could not be told apart'
    WHEN source_event_time IS NULL THEN 'missing_time: source_event_time is empty'
    WHEN source_event_time < ROWTIME - ${max_event_age_ms} THEN 'event_too_old: the sample was taken too long before its arrival'
    WHEN source_event_time > ROWTIME + ${max_event_ahead_ms} THEN 'event_in_future: the sample''s time is too far ahead of its arrival'
    WHEN gpu_temp_c < 0 OR gpu_temp_c > ${gpu_temp_max_c}
      THEN 'out_of_range: gpu_temp_c is ' + CAST(gpu_temp_c AS STRING) + ', expected 0 to ${gpu_temp_max_c} °C'
    WHEN memory_temp_c < 0 OR memory_temp_c > ${gpu_temp_max_c}
      THEN 'out_of_range: memory_temp_c is ' + CAST(memory_temp_c AS STRING) + ', expected 0 to ${gpu_temp_max_c} °C'
    WHEN power_usage_w < 0 OR power_usage_w > ${gpu_power_max_w}
      THEN 'out_of_range: power_usage_w is ' + CAST(power_usage_w AS STRING) + ', expected 0 to ${gpu_power_max_w} W'
    WHEN COALESCE(utilization_percent, memory_utilization_percent, gpu_temp_c, memory_temp_c, power_usage_w, sm_clock_mhz) IS NULL
        AND COALESCE(memory_total_bytes, memory_used_bytes, xid_error, ecc_sbe, ecc_dbe, pcie_replays) IS NULL
      THEN 'no_metrics: the sample measures nothing'
  END, FALSE) AS reason,
  LATEST_BY_OFFSET(FILTER(ARRAY[
    CASE WHEN ROWTIME - COALESCE(source_event_time, ROWTIME) > ${gpu_late_ms} THEN 'late' ELSE '' END,
    CASE WHEN source_event_time > ROWTIME THEN 'clock_ahead' ELSE '' END,
    CASE
      WHEN utilization_percent < 0 OR utilization_percent > 100 OR memory_utilization_percent < 0 OR memory_utilization_percent > 100
        OR memory_used_bytes < 0 OR memory_total_bytes <= 0 OR memory_used_bytes > memory_total_bytes THEN 'out_of_range'
      ELSE ''
    END,
    CASE WHEN COALESCE(orchestrator, '') = '' THEN 'no_orchestrator' ELSE '' END
  ], f => f <> ''), FALSE) AS quality_flags,
  '${gpu_validation_version}' AS validation_version,
  TRANSFORM(
    ARRAY[LATEST_BY_OFFSET(CASE
      WHEN COALESCE(source_event_time, CAST(0 AS BIGINT)) BETWEEN ROWTIME - ${max_event_age_ms} AND ROWTIME + ${max_event_ahead_ms} AND event_id IS NOT NULL
        THEN LPAD(CAST(source_event_time AS STRING), 13, '0')
          + '|' + COALESCE(CAST(ecc_sbe AS STRING), '')
          + '|' + COALESCE(CAST(ecc_dbe AS STRING), '')
          + '|' + COALESCE(CAST(pcie_replays AS STRING), '')
          + '|' + COALESCE(CAST(xid_error AS STRING), '')
          + '|' + COALESCE(CAST(thermal_violation_us AS STRING), '')
          + '|' + COALESCE(CAST(power_violation_us AS STRING), '')
          + '|' + event_id
    END, ${gpu_history_samples})],
    seen => STRUCT(
      copies := ARRAY_LENGTH(seen) - ARRAY_LENGTH(ARRAY_REMOVE(seen, seen[-1])),
      behind := CASE WHEN ARRAY_LENGTH(seen) = ${gpu_history_samples} AND ARRAY_MIN(seen) = seen[-1] THEN 1 ELSE 0 END,
      before := SPLIT(ARRAY_MAX(FILTER(ARRAY_REMOVE(seen, seen[-1]), s => REGEXP_EXTRACT('^[0-9]+\|{7}', s) IS NULL)), '|'),
      plain_ms := CAST(SUBSTRING(ARRAY_MAX(FILTER(ARRAY_REMOVE(seen, seen[-1]), s => REGEXP_EXTRACT('^[0-9]+\|{7}', s) IS NOT NULL)), 1, 13) AS BIGINT)
    ))[1] AS history,
  LATEST_BY_OFFSET(event_id, FALSE) AS event_id,
  LATEST_BY_OFFSET(source_event_time, FALSE) AS source_event_time,
  LATEST_BY_OFFSET(source, FALSE) AS source,
  LATEST_BY_OFFSET(gpu_id, FALSE) AS gpu_id,
  LATEST_BY_OFFSET(mig_instance, FALSE) AS mig_instance,
  LATEST_BY_OFFSET(mig_profile, FALSE) AS mig_profile,
  LATEST_BY_OFFSET(gpu_index, FALSE) AS gpu_index,
  LATEST_BY_OFFSET(gpu_name, FALSE) AS gpu_name,
  LATEST_BY_OFFSET(host, FALSE) AS host,
  LATEST_BY_OFFSET(pci_bus_id, FALSE) AS pci_bus_id,
  LATEST_BY_OFFSET(driver_version, FALSE) AS driver_version,
  LATEST_BY_OFFSET(compute_capability, FALSE) AS compute_capability,
  LATEST_BY_OFFSET(stream_id, FALSE) AS stream_id,
  LATEST_BY_OFFSET(orchestrator, FALSE) AS orchestrator,
  LATEST_BY_OFFSET(pipeline, FALSE) AS pipeline,
  LATEST_BY_OFFSET(model, FALSE) AS model,
  LATEST_BY_OFFSET(gateway, FALSE) AS gateway,
  LATEST_BY_OFFSET(region, FALSE) AS region,
  LATEST_BY_OFFSET(network, FALSE) AS network,
  LATEST_BY_OFFSET(environment, FALSE) AS environment,
  LATEST_BY_OFFSET(agent_version, FALSE) AS agent_version,
  LATEST_BY_OFFSET(gateway_version, FALSE) AS gateway_version,
  LATEST_BY_OFFSET(datacenter, FALSE) AS datacenter,
  LATEST_BY_OFFSET(cluster, FALSE) AS cluster,
  LATEST_BY_OFFSET(rack, FALSE) AS rack,
  LATEST_BY_OFFSET(job_id, FALSE) AS job_id,
  LATEST_BY_OFFSET(job_user, FALSE) AS job_user,
  LATEST_BY_OFFSET(project, FALSE) AS project,
  LATEST_BY_OFFSET(utilization_percent, FALSE) AS utilization_percent,
  LATEST_BY_OFFSET(memory_utilization_percent, FALSE) AS memory_utilization_percent,
  LATEST_BY_OFFSET(encoder_utilization_percent, FALSE) AS encoder_utilization_percent,
  LATEST_BY_OFFSET(decoder_utilization_percent, FALSE) AS decoder_utilization_percent,
  LATEST_BY_OFFSET(engine_active_percent, FALSE) AS engine_active_percent,
  LATEST_BY_OFFSET(memory_total_bytes, FALSE) AS memory_total_bytes,
  LATEST_BY_OFFSET(memory_used_bytes, FALSE) AS memory_used_bytes,
  LATEST_BY_OFFSET(memory_free_bytes, FALSE) AS memory_free_bytes,
  LATEST_BY_OFFSET(gpu_temp_c, FALSE) AS gpu_temp_c,
  LATEST_BY_OFFSET(memory_temp_c, FALSE) AS memory_temp_c,
  LATEST_BY_OFFSET(power_usage_w, FALSE) AS power_usage_w,
  LATEST_BY_OFFSET(energy_j, FALSE) AS energy_j,
  LATEST_BY_OFFSET(sm_clock_mhz, FALSE) AS sm_clock_mhz,
  LATEST_BY_OFFSET(memory_clock_mhz, FALSE) AS memory_clock_mhz,
  LATEST_BY_OFFSET(fan_speed_percent, FALSE) AS fan_speed_percent,
  LATEST_BY_OFFSET(xid_error, FALSE) AS xid_error,
  LATEST_BY_OFFSET(ecc_sbe, FALSE) AS ecc_sbe,
  LATEST_BY_OFFSET(ecc_dbe, FALSE) AS ecc_dbe,
  LATEST_BY_OFFSET(remapped_rows_correctable, FALSE) AS remapped_rows_correctable,
  LATEST_BY_OFFSET(remapped_rows_uncorrectable, FALSE) AS remapped_rows_uncorrectable,
  LATEST_BY_OFFSET(row_remap_failure, FALSE) AS row_remap_failure,
  LATEST_BY_OFFSET(pcie_replays, FALSE) AS pcie_replays,
  LATEST_BY_OFFSET(thermal_violation_us, FALSE) AS thermal_violation_us,
  LATEST_BY_OFFSET(power_violation_us, FALSE) AS power_violation_us,
  LATEST_BY_OFFSET(clock_event_reasons, FALSE) AS clock_event_reasons
FROM ${gpu_metrics}
GROUP BY CONCAT(COALESCE(gpu_id, 'unknown'), CASE WHEN mig_instance IS NULL THEN '' ELSE '/' END, COALESCE(mig_instance, ''))
EMIT CHANGES;
