-- description: Everything that counts, once for each dimension that it counts for; this query brings in single events.
-- grain: one contribution to the sums of one dimension, or the taking back of one
-- owner: analytics

-- A sum over rows is SUM(COALESCE(x, 0) * sign). Measures that a kind does not have are NULL. Kinds of this query: `status` (a sample of
-- a running stream), `ingest` (gauges of the gateway's connection), `payment`, `restart` (of a runner), `request` (a request of the LLM
-- and batch families, which is over when it is told). Sessions and capacity are inserted.
-- A status sample stands for one period of inference, unless it delivered nothing. One row in each of eight dimensions.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'silver.service_sample.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_silver_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.silver.ServiceSample',
  TIMESTAMP = 'event_time'
) AS
SELECT
  request_id,
  EXPLODE(${dimensions}) AS dimension_key,
  EXPLODE(TRANSFORM(${dimensions}, d => SUBSTRING(d, 1, INSTR(d, '|') - 1))) AS dimension,
  EXPLODE(TRANSFORM(${dimensions}, d => SUBSTRING(d, INSTR(d, '|') + 1))) AS dimension_value,
  event_time,
  CASE
    WHEN family = 'ai_stream_status' THEN 'status'
    WHEN family = 'stream_ingest_metrics' THEN 'ingest'
    WHEN family = 'ai_stream_events' THEN 'restart'
    WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN 'request'
    ELSE 'payment'
  END AS kind,
  1 AS sign,
  stream_id,
  COALESCE(orchestrator, 'unattributed') AS orchestrator,
  COALESCE(pipeline, 'unknown') AS pipeline,
  COALESCE(model, 'unknown') AS model,
  COALESCE(gpu_type, 'unknown') AS gpu_type,
  COALESCE(gateway, 'unknown') AS gateway,
  COALESCE(region, 'unknown') AS region,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN 1 END AS requested,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN CASE WHEN succeeded THEN 1 ELSE 0 END END AS started,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN CASE WHEN NOT succeeded AND LCASE(message) LIKE '%no orchestrators available%' THEN 1 ELSE 0 END END AS no_orchestrator,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN 0 END AS excusable,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN CASE WHEN succeeded OR LCASE(message) LIKE '%no orchestrators available%' THEN 0 ELSE 1 END END AS failed,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN 0 END AS swapped,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN CASE WHEN orchestrator IS NULL THEN 1 ELSE 0 END END AS unattributed,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN CASE WHEN succeeded THEN 0 ELSE 1 END END AS output_failed,
  CAST(NULL AS BIGINT) AS prompt_to_first_frame_ms,
  CAST(NULL AS BIGINT) AS startup_ms,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') AND succeeded THEN duration_ms END AS e2e_latency_ms,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN CAST(0 AS BIGINT) END AS signals_seen,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN CAST(0 AS BIGINT) END AS signals_expected,
  output_fps,
  input_fps,
  CASE WHEN output_fps IS NOT NULL AND width IS NOT NULL AND height IS NOT NULL THEN output_fps * width * height / 1000000 END AS delivered_mpps,
  CASE WHEN family = 'ai_stream_events' THEN 1 END AS restart,
  CASE
    WHEN output_fps > 0 THEN CAST(${status_period_ms} AS BIGINT)
    WHEN family = 'ai_stream_status' THEN CAST(0 AS BIGINT)
  END AS inference_ms,
  jitter_ms,
  rtt_ms,
  CAST(NULL AS BIGINT) AS bytes_received,
  CAST(NULL AS BIGINT) AS bytes_sent,
  CAST(NULL AS BIGINT) AS packets_received,
  CAST(NULL AS BIGINT) AS packets_lost,
  fee_wei,
  tickets,
  price_wei_per_pixel,
  CAST(NULL AS INT) AS capacity,
  CAST(NULL AS INT) AS capacity_in_use,
  CAST(NULL AS STRING) AS snapshot_id,
  CASE WHEN family IN ('ai_llm_request', 'ai_batch_request') THEN 1 END AS settled,
  CASE WHEN arrived_at IS NOT NULL THEN arrived_at - event_time END AS lag_ms
FROM ${stream_event}
WHERE family IN ('ai_stream_status', 'stream_ingest_metrics', 'create_new_payment', 'create_signed_ticket', 'ai_llm_request', 'ai_batch_request')
  OR (family = 'ai_stream_events' AND signal = 'restart')
EMIT CHANGES;
