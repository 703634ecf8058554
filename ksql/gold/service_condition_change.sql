-- description: Each judgement of an orchestrator and model by the rules about the service, as a stream.
-- grain: one change of one minute
-- owner: analytics
-- windows: 1m

-- reads: service_condition
CREATE STREAM ${name} (
  subject STRING KEY,
  subject_id STRING,
  orchestrator STRING,
  pipeline STRING,
  model STRING,
  event_time BIGINT,
  conditions ARRAY<STRUCT<rule STRING, alert_type STRING, severity STRING, metric STRING, threshold DOUBLE, clear_threshold DOUBLE, action STRING, state STRING, status STRING, episode STRING, current_value DOUBLE, recent_values ARRAY<DOUBLE>>>
) WITH (
  KAFKA_TOPIC = 'gold.service_condition_${window}.v${service_condition_version}',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  TIMESTAMP = 'event_time'
);
