-- description: Each change of what a session contributes, as a stream.
-- grain: one change of one request
-- owner: analytics

-- reads: session_contribution
CREATE STREAM ${name} (
  request_id STRING KEY,
  contributions ARRAY<STRING>,
  stream_id ARRAY<STRING>,
  requested_at ARRAY<BIGINT>,
  gateway ARRAY<STRING>,
  orchestrator ARRAY<STRING>,
  pipeline ARRAY<STRING>,
  model ARRAY<STRING>,
  gpu_type ARRAY<STRING>,
  region ARRAY<STRING>,
  outcome ARRAY<STRING>,
  swapped ARRAY<INT>,
  output_failed ARRAY<INT>,
  prompt_to_first_frame_ms ARRAY<BIGINT>,
  startup_ms ARRAY<BIGINT>,
  e2e_latency_ms ARRAY<BIGINT>,
  signals_seen ARRAY<BIGINT>,
  signals_expected ARRAY<BIGINT>,
  last_ingest_at ARRAY<BIGINT>,
  bytes_received ARRAY<BIGINT>,
  bytes_sent ARRAY<BIGINT>,
  packets_received ARRAY<BIGINT>,
  packets_lost ARRAY<BIGINT>,
  settled ARRAY<INT>
) WITH (
  KAFKA_TOPIC = 'silver.session_contribution.v${session_contribution_version}',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
);
