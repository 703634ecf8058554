-- description: The gateway topic, one line of text a record, as it arrived.
-- grain: one record of the topic
-- owner: telemetry

-- Text, not JSON: a record that is no JSON would otherwise reach the processing log only, never a query.
CREATE STREAM ${name} (
  message_id STRING KEY,
  line STRING
) WITH (
  KAFKA_TOPIC = 'telemetry.gateway.v1',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'KAFKA'
);
