-- description: What a session contributes to every sum now and what it did before its last change, so that a change can be taken back.
-- grain: one request
-- owner: analytics

-- Each array holds [before, now], or [now] at first; no element is ever NULL, as a NULL would be skipped and leave an old pair behind:
-- '' or -1 stands for none. `contributions` says which rows follow from this change, one a dimension: `+` what counts now, `-` what
-- counted before, where anything but the signals changed; `s` the difference of signals alone; `c` that of the ingest counters.
-- A session whose request was not seen yet contributes its counters only.
-- With a cache, changes within one commit interval would be passed over and never taken back.
SET 'cache.max.bytes.buffering' = '0';

CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'silver.session_contribution.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  request_id,
  FILTER(
    ARRAY_CONCAT(ARRAY_CONCAT(ARRAY_CONCAT(
      TRANSFORM(SPLIT(CASE
          WHEN COALESCE(${session_facts}[2], ${session_facts}[1]) <> '' AND COALESCE(${session_facts}[2], ' ') <> ${session_facts}[1]
            THEN COALESCE(${session_dimensions}[2], ${session_dimensions}[1]) ELSE '' END, '#'), d => '+' + d),
      TRANSFORM(SPLIT(CASE
          WHEN ${session_facts}[1] <> '' AND ${session_facts}[2] <> ${session_facts}[1]
            THEN ${session_dimensions}[1] ELSE '' END, '#'), d => '-' + d)),
      TRANSFORM(SPLIT(CASE
          WHEN ${session_facts}[1] <> '' AND ${session_facts}[2] = ${session_facts}[1] AND ${session_signals}[2] <> ${session_signals}[1]
            THEN ${session_dimensions}[2] ELSE '' END, '#'), d => 's' + d)),
      TRANSFORM(SPLIT(CASE
          WHEN COALESCE(${session_counters}[2], ${session_counters}[1]) <> CASE WHEN ${session_counters}[2] IS NULL THEN '0#0#0#0' ELSE ${session_counters}[1] END
            THEN COALESCE(${session_dimensions}[2], ${session_dimensions}[1]) ELSE '' END, '#'), d => 'c' + d)),
    d => LEN(d) > 1) AS contributions,
  LATEST_BY_OFFSET(COALESCE(stream_id, ''), 2) AS stream_id,
  LATEST_BY_OFFSET(COALESCE(requested_at, CAST(-1 AS BIGINT)), 2) AS requested_at,
  LATEST_BY_OFFSET(gateway, 2) AS gateway,
  LATEST_BY_OFFSET(orchestrator, 2) AS orchestrator,
  LATEST_BY_OFFSET(pipeline, 2) AS pipeline,
  LATEST_BY_OFFSET(model, 2) AS model,
  LATEST_BY_OFFSET(gpu_type, 2) AS gpu_type,
  LATEST_BY_OFFSET(region, 2) AS region,
  LATEST_BY_OFFSET(outcome, 2) AS outcome,
  LATEST_BY_OFFSET(swapped, 2) AS swapped,
  LATEST_BY_OFFSET(output_failed, 2) AS output_failed,
  LATEST_BY_OFFSET(COALESCE(prompt_to_first_frame_ms, CAST(-1 AS BIGINT)), 2) AS prompt_to_first_frame_ms,
  LATEST_BY_OFFSET(COALESCE(startup_ms, CAST(-1 AS BIGINT)), 2) AS startup_ms,
  LATEST_BY_OFFSET(COALESCE(e2e_latency_ms, CAST(-1 AS BIGINT)), 2) AS e2e_latency_ms,
  LATEST_BY_OFFSET(CAST(signals_seen AS BIGINT), 2) AS signals_seen,
  LATEST_BY_OFFSET(signals_expected, 2) AS signals_expected,
  LATEST_BY_OFFSET(COALESCE(last_ingest_at, CAST(-1 AS BIGINT)), 2) AS last_ingest_at,
  LATEST_BY_OFFSET(bytes_received, 2) AS bytes_received,
  LATEST_BY_OFFSET(bytes_sent, 2) AS bytes_sent,
  LATEST_BY_OFFSET(packets_received, 2) AS packets_received,
  LATEST_BY_OFFSET(packets_lost, 2) AS packets_lost,
  LATEST_BY_OFFSET(settled, 2) AS settled
FROM ${session_change}
GROUP BY request_id
EMIT CHANGES;
