-- description: Supply: what each orchestrator announced for each model, in streams at once.
-- grain: one model of one orchestrator in one snapshot, for one dimension
-- owner: analytics

-- Kind `capacity`, keyed by the snapshot. Several snapshots of a window repeat the same capacity: divide by the number of distinct ones.
INSERT INTO ${service_sample}
SELECT
  snapshot_id AS request_id,
  EXPLODE(${supply_dimensions}) AS dimension_key,
  EXPLODE(TRANSFORM(${supply_dimensions}, d => SUBSTRING(d, 1, INSTR(d, '|') - 1))) AS dimension,
  EXPLODE(TRANSFORM(${supply_dimensions}, d => SUBSTRING(d, INSTR(d, '|') + 1))) AS dimension_value,
  event_time,
  'capacity' AS kind,
  1 AS sign,
  CAST(NULL AS STRING) AS stream_id,
  COALESCE(address, local_address, 'unattributed') AS orchestrator,
  REGEXP_REPLACE(COALESCE(pipeline, 'unknown'), '[|#\s]', '_') AS pipeline,
  REGEXP_REPLACE(COALESCE(model, 'unknown'), '[|#\s]', '_') AS model,
  REGEXP_REPLACE(COALESCE(gpu_type, 'unknown'), '[|#\s]', '_') AS gpu_type,
  REGEXP_REPLACE(COALESCE(gateway, 'unknown'), '[|#\s]', '_') AS gateway,
  COALESCE(region, 'unknown') AS region,
  CAST(NULL AS INT) AS requested,
  CAST(NULL AS INT) AS started,
  CAST(NULL AS INT) AS no_orchestrator,
  CAST(NULL AS INT) AS excusable,
  CAST(NULL AS INT) AS failed,
  CAST(NULL AS INT) AS swapped,
  CAST(NULL AS INT) AS unattributed,
  CAST(NULL AS INT) AS output_failed,
  CAST(NULL AS BIGINT) AS prompt_to_first_frame_ms,
  CAST(NULL AS BIGINT) AS startup_ms,
  CAST(NULL AS BIGINT) AS e2e_latency_ms,
  CAST(NULL AS BIGINT) AS signals_seen,
  CAST(NULL AS BIGINT) AS signals_expected,
  CAST(NULL AS DOUBLE) AS output_fps,
  CAST(NULL AS DOUBLE) AS input_fps,
  CAST(NULL AS DOUBLE) AS delivered_mpps,
  CAST(NULL AS INT) AS restart,
  CAST(NULL AS BIGINT) AS inference_ms,
  CAST(NULL AS DOUBLE) AS jitter_ms,
  CAST(NULL AS DOUBLE) AS rtt_ms,
  CAST(NULL AS BIGINT) AS bytes_received,
  CAST(NULL AS BIGINT) AS bytes_sent,
  CAST(NULL AS BIGINT) AS packets_received,
  CAST(NULL AS BIGINT) AS packets_lost,
  CAST(NULL AS DOUBLE) AS fee_wei,
  CAST(NULL AS BIGINT) AS tickets,
  CAST(NULL AS DOUBLE) AS price_wei_per_pixel,
  capacity,
  capacity_in_use,
  AS_VALUE(snapshot_id) AS snapshot_id,
  CAST(NULL AS INT) AS settled,
  CAST(NULL AS BIGINT) AS lag_ms
FROM ${network_capability}
WHERE asset_kind = 'model'
EMIT CHANGES;
