-- description: The deduplicated events as a stream; a row whose columns are NULL is the trace of a second copy, and no event.
-- grain: one event id
-- owner: telemetry

-- Declared without its windowed key, which no reader needs. Record time is the event's.
-- reads: gateway_event_once
CREATE STREAM ${name} (
  id STRING,
  family STRING,
  gateway STRING,
  request_id STRING,
  event_time BIGINT,
  arrived_at BIGINT,
  line STRING
) WITH (
  KAFKA_TOPIC = 'bronze.gateway_event_once.v1',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
);
