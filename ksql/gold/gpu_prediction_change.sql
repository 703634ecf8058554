-- description: Each evaluation of a GPU by the rules, as a stream.
-- grain: one sample of one GPU
-- owner: analytics

-- reads: gpu_prediction
CREATE STREAM ${name} (
  gpu_key STRING KEY,
  gpu STRING,
  gpu_id STRING,
  gpu_type STRING,
  orchestrator STRING,
  pipeline STRING,
  model STRING,
  region STRING,
  network STRING,
  environment STRING,
  evaluation STRING,
  event_time BIGINT,
  failure_risk INT,
  horizon_days INT,
  prediction STRING,
  factors ARRAY<STRING>,
  overall_score DOUBLE,
  degradation_trend DOUBLE,
  conditions ARRAY<STRUCT<rule STRING, alert_type STRING, severity STRING, metric STRING, threshold DOUBLE, clear_threshold DOUBLE, action STRING, state STRING, status STRING, episode STRING, evaluation STRING, current_value DOUBLE, recent_values ARRAY<DOUBLE>>>
) WITH (
  KAFKA_TOPIC = 'gold.gpu_prediction.v${gpu_prediction_version}',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  TIMESTAMP = 'event_time'
);
