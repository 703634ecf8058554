-- description: Results of test jobs: those that the leaderboard publishes, and those that job testers send to the same topic.
-- grain: one test of one orchestrator, as often as it was told of
-- owner: telemetry

-- Declared over the contract, so that whoever writes the topic writes the same columns. The leaderboard repeats its tests with each poll: a test's
-- `event_id` is made of what it was, so that readers, and the lake's latest rows, tell copies by it. Record time is the arrival.
CREATE STREAM ${name} (
  source_key STRING KEY,
  event_id STRING,
  source_event_time BIGINT,
  source STRING,
  stream_id STRING,
  request_id STRING,
  orchestrator STRING,
  pipeline STRING,
  model STRING,
  gateway STRING,
  region STRING,
  network STRING,
  environment STRING,
  agent_version STRING,
  gateway_version STRING,
  success BOOLEAN,
  success_rate DOUBLE,
  round_trip_ms DOUBLE,
  prompt_to_first_frame_ms DOUBLE,
  segment_duration_ms DOUBLE,
  upload_ms DOUBLE,
  download_ms DOUBLE,
  transcode_ms DOUBLE,
  segments_sent BIGINT,
  segments_received BIGINT,
  model_is_warm BOOLEAN,
  error_count BIGINT,
  error_codes ARRAY<STRING>,
  errors STRING
) WITH (
  KAFKA_TOPIC = 'telemetry.job_results.v1',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.telemetry.JobResults'
);
