-- description: Each change of a session's row, as a stream.
-- grain: one change of one request
-- owner: analytics

-- reads: session
CREATE STREAM ${name} (
  request_id STRING KEY,
  stream_id STRING,
  gateway STRING,
  orchestrator STRING,
  pipeline STRING,
  model STRING,
  requested_at BIGINT,
  outcome STRING,
  swapped INT,
  output_failed INT,
  prompt_to_first_frame_ms BIGINT,
  startup_ms BIGINT,
  e2e_latency_ms BIGINT,
  signals_seen INT,
  signals_expected BIGINT,
  gpu_type STRING,
  region STRING,
  bytes_received BIGINT,
  bytes_sent BIGINT,
  packets_received BIGINT,
  packets_lost BIGINT,
  last_ingest_at BIGINT,
  settled INT
) WITH (
  KAFKA_TOPIC = 'silver.session.v${session_version}',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
);
