-- description: Each change of an orchestrator's minute, as a stream.
-- grain: one change of one orchestrator, pipeline, model and minute
-- owner: analytics
-- windows: 1m

-- reads: sla
CREATE STREAM ${name} (
  rollup_key STRING KEY,
  orchestrator STRING,
  pipeline STRING,
  model STRING,
  window_start BIGINT,
  requested BIGINT,
  settled INT,
  no_orchestrator INT,
  signals_expected BIGINT,
  prompt_to_first_frame_count INT,
  e2e_latency_count INT,
  output_fps_count INT,
  lag_count BIGINT,
  lag_sum_ms BIGINT,
  coverage DOUBLE,
  failure_rate DOUBLE,
  swap_rate DOUBLE,
  output_jitter_coefficient DOUBLE,
  prompt_to_first_frame_p95_ms DOUBLE,
  e2e_latency_p95_ms DOUBLE,
  sla_score DOUBLE
) WITH (
  KAFKA_TOPIC = 'gold.sla_${window}.v${sla_version}',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  TIMESTAMP = 'window_start'
);
