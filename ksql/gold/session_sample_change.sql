-- description: Each change of what a session gives to the benchmark, as a stream.
-- grain: one change of one request
-- owner: analytics

-- reads: session_sample
CREATE STREAM ${name} (
  request_id STRING KEY,
  prompt_to_first_frame ARRAY<STRING>,
  e2e_latency ARRAY<STRING>
) WITH (
  KAFKA_TOPIC = 'gold.session_sample.v1',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
);
