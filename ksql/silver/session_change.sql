-- description: Each change of a session's row, as a stream.
-- grain: one change of one request
-- owner: analytics

-- reads: session
CREATE STREAM ${name} (
  request_id STRING KEY,
  pipeline STRING,
  model STRING,
  requested_at BIGINT,
  prompt_to_first_frame_ms BIGINT,
  e2e_latency_ms BIGINT
) WITH (
  KAFKA_TOPIC = 'silver.session.v1',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
);
