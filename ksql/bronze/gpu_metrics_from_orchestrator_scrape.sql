-- description: GPU samples that the scraper polled: DCGM exporters, hardware statistics and hardware facts of AI runners.
-- grain: one GPU (or MIG instance) of one poll
-- owner: telemetry

-- The scraper names a payload's values, the units are changed here: MiB to bytes, ratios to percent, mJ to J. A text that is no number is
-- NULL, and so is DCGM's "not supported" (9223372036854775794), as a measure has at most 15 digits before the point.
-- ECC errors are those since the last reset, else those of the card's whole life. A sample's id is the poll's and the GPU's.
INSERT INTO ${gpu_metrics}
SELECT
  scrape_key AS source_key,
  CONCAT(event_id, '|', EXPLODE(parsed_rows)['gpu_id'], '/', EXPLODE(parsed_rows)['mig_instance']) AS event_id,
  scrape_time AS source_event_time,
  CASE WHEN event_type = 'dcgm_metrics' THEN 'dcgm' ELSE 'ai_runner' END AS source,
  NULLIF(EXPLODE(parsed_rows)['gpu_id'], '') AS gpu_id,
  NULLIF(EXPLODE(parsed_rows)['mig_instance'], '') AS mig_instance,
  NULLIF(EXPLODE(parsed_rows)['mig_profile'], '') AS mig_profile,
  NULLIF(EXPLODE(parsed_rows)['gpu_index'], '') AS gpu_index,
  NULLIF(EXPLODE(parsed_rows)['gpu_name'], '') AS gpu_name,
  NULLIF(EXPLODE(parsed_rows)['host'], '') AS host,
  NULLIF(EXPLODE(parsed_rows)['pci_bus_id'], '') AS pci_bus_id,
  NULLIF(EXPLODE(parsed_rows)['driver_version'], '') AS driver_version,
  CASE WHEN EXPLODE(parsed_rows)['major'] IS NOT NULL
    THEN CONCAT(EXPLODE(parsed_rows)['major'], '.', COALESCE(EXPLODE(parsed_rows)['minor'], '0')) END AS compute_capability,
  CAST(NULL AS STRING) AS stream_id,
  LCASE(NULLIF(orchestrator_id, '')) AS orchestrator,
  NULLIF(parsed_fields['pipeline'], '') AS pipeline,
  NULLIF(parsed_fields['model_id'], '') AS model,
  CAST(NULL AS STRING) AS gateway,
  NULLIF(region, 'unknown') AS region,
  '${network}' AS network,
  '${environment}' AS environment,
  CAST(NULL AS STRING) AS agent_version,
  CAST(NULL AS STRING) AS gateway_version,
  CAST(NULL AS STRING) AS datacenter,
  CAST(NULL AS STRING) AS cluster,
  CAST(NULL AS STRING) AS rack,
  CAST(NULL AS STRING) AS job_id,
  CAST(NULL AS STRING) AS job_user,
  CAST(NULL AS STRING) AS project,
  COALESCE(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['utilization_compute_percent']) AS DOUBLE),
    CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['gpu_util_percent']) AS DOUBLE)) AS utilization_percent,
  COALESCE(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['utilization_memory_percent']) AS DOUBLE),
    CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['mem_copy_util_percent']) AS DOUBLE)) AS memory_utilization_percent,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['enc_util_percent']) AS DOUBLE) AS encoder_utilization_percent,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['dec_util_percent']) AS DOUBLE) AS decoder_utilization_percent,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['gr_engine_active_ratio']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['gr_engine_active_ratio']) AS DOUBLE) * 100 END AS engine_active_percent,
  CASE
    WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['memory_total_bytes']) IS NOT NULL
      THEN CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['memory_total_bytes']) AS DOUBLE) AS BIGINT)
    WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fb_used_mib']) IS NOT NULL
      AND REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fb_free_mib']) IS NOT NULL
      THEN CAST((CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fb_used_mib']) AS DOUBLE)
        + CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fb_free_mib']) AS DOUBLE)
        + COALESCE(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fb_reserved_mib']) AS DOUBLE), CAST(0 AS DOUBLE))) * 1048576 AS BIGINT)
  END AS memory_total_bytes,
  CASE
    WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['memory_total_bytes']) IS NOT NULL
      AND REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['memory_free_bytes']) IS NOT NULL
      THEN CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['memory_total_bytes']) AS DOUBLE) AS BIGINT)
        - CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['memory_free_bytes']) AS DOUBLE) AS BIGINT)
    WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fb_used_mib']) IS NOT NULL
      THEN CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fb_used_mib']) AS DOUBLE) * 1048576 AS BIGINT)
  END AS memory_used_bytes,
  CASE
    WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['memory_free_bytes']) IS NOT NULL
      THEN CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['memory_free_bytes']) AS DOUBLE) AS BIGINT)
    WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fb_free_mib']) IS NOT NULL
      THEN CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fb_free_mib']) AS DOUBLE) * 1048576 AS BIGINT)
  END AS memory_free_bytes,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['gpu_temp_c']) AS DOUBLE) AS gpu_temp_c,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['memory_temp_c']) AS DOUBLE) AS memory_temp_c,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['power_usage_w']) AS DOUBLE) AS power_usage_w,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['total_energy_mj']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['total_energy_mj']) AS DOUBLE) / 1000 END AS energy_j,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['sm_clock_mhz']) AS DOUBLE) AS sm_clock_mhz,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['mem_clock_mhz']) AS DOUBLE) AS memory_clock_mhz,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['fan_speed_percent']) AS DOUBLE) AS fan_speed_percent,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['xid_error']) AS DOUBLE) AS BIGINT) AS xid_error,
  COALESCE(CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['ecc_sbe_volatile']) AS DOUBLE) AS BIGINT),
    CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['ecc_sbe_aggregate']) AS DOUBLE) AS BIGINT)) AS ecc_sbe,
  COALESCE(CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['ecc_dbe_volatile']) AS DOUBLE) AS BIGINT),
    CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['ecc_dbe_aggregate']) AS DOUBLE) AS BIGINT)) AS ecc_dbe,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['remapped_rows_correctable']) AS DOUBLE) AS BIGINT) AS remapped_rows_correctable,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['remapped_rows_uncorrectable']) AS DOUBLE) AS BIGINT) AS remapped_rows_uncorrectable,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['row_remap_failure']) AS DOUBLE) AS BIGINT) AS row_remap_failure,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['pcie_replay_count']) AS DOUBLE) AS BIGINT) AS pcie_replays,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['thermal_violation_us']) AS DOUBLE) AS BIGINT) AS thermal_violation_us,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['power_violation_us']) AS DOUBLE) AS BIGINT) AS power_violation_us,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['clock_event_reasons']) AS DOUBLE) AS BIGINT) AS clock_event_reasons,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['pipe_tensor_active_ratio']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['pipe_tensor_active_ratio']) AS DOUBLE) * 100 END AS tensor_active_percent,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['dram_active_ratio']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['dram_active_ratio']) AS DOUBLE) * 100 END AS dram_active_percent,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['pcie_tx_bytes']) AS DOUBLE) AS pcie_sent_bytes_per_s,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['pcie_rx_bytes']) AS DOUBLE) AS pcie_received_bytes_per_s,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['nvlink_bandwidth_total']) AS DOUBLE) AS nvlink_traffic
FROM ${orchestrator_scrape}
WHERE event_type IN ('dcgm_metrics', 'hardware_stats', 'hardware_info') AND outcome <> 'failure'
EMIT CHANGES;
