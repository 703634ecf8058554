-- description: What sessions count for: each change puts the new in and takes the old out; ingest counters come in by what they grew.
-- grain: one contribution of a session to the sums of one dimension, or the taking back of one
-- owner: analytics

-- Kinds: `session` at the time of the request, with sign 1 or -1; `signal` there too, where only signals were added; `counter` at the time
-- of the last ingest metrics. All rows of one change lie in the session's partition, in order.
INSERT INTO ${service_sample}
SELECT
  request_id,
  EXPLODE(TRANSFORM(contributions, c => SUBSTRING(c, 2))) AS dimension_key,
  EXPLODE(TRANSFORM(contributions, c => SUBSTRING(c, 2, INSTR(c, '|') - 2))) AS dimension,
  EXPLODE(TRANSFORM(contributions, c => SUBSTRING(c, INSTR(c, '|') + 1))) AS dimension_value,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = 'c' THEN COALESCE(last_ingest_at[2], last_ingest_at[1]) WHEN SUBSTRING(c, 1, 1) = '-' THEN requested_at[1] ELSE COALESCE(requested_at[2], requested_at[1]) END)) AS event_time,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = 's' THEN 'signal' WHEN SUBSTRING(c, 1, 1) = 'c' THEN 'counter' ELSE 'session' END)) AS kind,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '-' THEN -1 ELSE 1 END)) AS sign,
  EXPLODE(TRANSFORM(contributions, c => NULLIF(CASE WHEN SUBSTRING(c, 1, 1) = '-' THEN stream_id[1] ELSE COALESCE(stream_id[2], stream_id[1]) END, ''))) AS stream_id,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '-' THEN orchestrator[1] ELSE COALESCE(orchestrator[2], orchestrator[1]) END)) AS orchestrator,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '-' THEN pipeline[1] ELSE COALESCE(pipeline[2], pipeline[1]) END)) AS pipeline,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '-' THEN model[1] ELSE COALESCE(model[2], model[1]) END)) AS model,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '-' THEN gpu_type[1] ELSE COALESCE(gpu_type[2], gpu_type[1]) END)) AS gpu_type,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '-' THEN gateway[1] ELSE COALESCE(gateway[2], gateway[1]) END)) AS gateway,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '-' THEN region[1] ELSE COALESCE(region[2], region[1]) END)) AS region,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) IN ('+', '-') THEN 1 END)) AS requested,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN CASE WHEN COALESCE(outcome[2], outcome[1]) = 'success' THEN 1 ELSE 0 END WHEN SUBSTRING(c, 1, 1) = '-' THEN CASE WHEN outcome[1] = 'success' THEN 1 ELSE 0 END END)) AS started,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN CASE WHEN COALESCE(outcome[2], outcome[1]) = 'no_orchestrator' THEN 1 ELSE 0 END WHEN SUBSTRING(c, 1, 1) = '-' THEN CASE WHEN outcome[1] = 'no_orchestrator' THEN 1 ELSE 0 END END)) AS no_orchestrator,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN CASE WHEN COALESCE(outcome[2], outcome[1]) = 'excusable' THEN 1 ELSE 0 END WHEN SUBSTRING(c, 1, 1) = '-' THEN CASE WHEN outcome[1] = 'excusable' THEN 1 ELSE 0 END END)) AS excusable,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN CASE WHEN COALESCE(outcome[2], outcome[1]) = 'failed' THEN 1 ELSE 0 END WHEN SUBSTRING(c, 1, 1) = '-' THEN CASE WHEN outcome[1] = 'failed' THEN 1 ELSE 0 END END)) AS failed,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN COALESCE(swapped[2], swapped[1]) WHEN SUBSTRING(c, 1, 1) = '-' THEN swapped[1] END)) AS swapped,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN CASE WHEN COALESCE(orchestrator[2], orchestrator[1]) = 'unattributed' THEN 1 ELSE 0 END WHEN SUBSTRING(c, 1, 1) = '-' THEN CASE WHEN orchestrator[1] = 'unattributed' THEN 1 ELSE 0 END END)) AS unattributed,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN COALESCE(output_failed[2], output_failed[1]) WHEN SUBSTRING(c, 1, 1) = '-' THEN output_failed[1] END)) AS output_failed,
  EXPLODE(TRANSFORM(contributions, c => NULLIF(CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN COALESCE(prompt_to_first_frame_ms[2], prompt_to_first_frame_ms[1]) WHEN SUBSTRING(c, 1, 1) = '-' THEN prompt_to_first_frame_ms[1] END, CAST(-1 AS BIGINT)))) AS prompt_to_first_frame_ms,
  EXPLODE(TRANSFORM(contributions, c => NULLIF(CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN COALESCE(startup_ms[2], startup_ms[1]) WHEN SUBSTRING(c, 1, 1) = '-' THEN startup_ms[1] END, CAST(-1 AS BIGINT)))) AS startup_ms,
  EXPLODE(TRANSFORM(contributions, c => NULLIF(CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN COALESCE(e2e_latency_ms[2], e2e_latency_ms[1]) WHEN SUBSTRING(c, 1, 1) = '-' THEN e2e_latency_ms[1] END, CAST(-1 AS BIGINT)))) AS e2e_latency_ms,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN COALESCE(signals_seen[2], signals_seen[1]) WHEN SUBSTRING(c, 1, 1) = '-' THEN signals_seen[1] WHEN SUBSTRING(c, 1, 1) = 's' THEN signals_seen[2] - signals_seen[1] END)) AS signals_seen,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN COALESCE(signals_expected[2], signals_expected[1]) WHEN SUBSTRING(c, 1, 1) = '-' THEN signals_expected[1] WHEN SUBSTRING(c, 1, 1) = 's' THEN signals_expected[2] - signals_expected[1] END)) AS signals_expected,
  CAST(NULL AS DOUBLE) AS output_fps,
  CAST(NULL AS DOUBLE) AS input_fps,
  CAST(NULL AS DOUBLE) AS delivered_mpps,
  CAST(NULL AS INT) AS restart,
  CAST(NULL AS BIGINT) AS inference_ms,
  CAST(NULL AS DOUBLE) AS jitter_ms,
  CAST(NULL AS DOUBLE) AS rtt_ms,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = 'c' THEN COALESCE(bytes_received[2], bytes_received[1]) - CASE WHEN bytes_received[2] IS NULL THEN CAST(0 AS BIGINT) ELSE bytes_received[1] END END)) AS bytes_received,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = 'c' THEN COALESCE(bytes_sent[2], bytes_sent[1]) - CASE WHEN bytes_sent[2] IS NULL THEN CAST(0 AS BIGINT) ELSE bytes_sent[1] END END)) AS bytes_sent,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = 'c' THEN COALESCE(packets_received[2], packets_received[1]) - CASE WHEN packets_received[2] IS NULL THEN CAST(0 AS BIGINT) ELSE packets_received[1] END END)) AS packets_received,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = 'c' THEN COALESCE(packets_lost[2], packets_lost[1]) - CASE WHEN packets_lost[2] IS NULL THEN CAST(0 AS BIGINT) ELSE packets_lost[1] END END)) AS packets_lost,
  CAST(NULL AS DOUBLE) AS fee_wei,
  CAST(NULL AS BIGINT) AS tickets,
  CAST(NULL AS DOUBLE) AS price_wei_per_pixel,
  CAST(NULL AS INT) AS capacity,
  CAST(NULL AS INT) AS capacity_in_use,
  CAST(NULL AS STRING) AS snapshot_id,
  EXPLODE(TRANSFORM(contributions, c => CASE WHEN SUBSTRING(c, 1, 1) = '+' THEN COALESCE(settled[2], settled[1]) WHEN SUBSTRING(c, 1, 1) = '-' THEN settled[1] END)) AS settled,
  CAST(NULL AS BIGINT) AS lag_ms
FROM ${session_contribution_change}
EMIT CHANGES;
