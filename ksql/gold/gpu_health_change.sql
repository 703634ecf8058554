-- description: Each change of a GPU's health, as a stream.
-- grain: one sample of one GPU
-- owner: analytics

-- reads: gpu_health
CREATE STREAM ${name} (
  gpu_key STRING KEY,
  gpu STRING,
  gpu_id STRING,
  gpu_type STRING,
  orchestrator STRING,
  pipeline STRING,
  model STRING,
  region STRING,
  host STRING,
  driver_version STRING,
  network STRING,
  environment STRING,
  samples BIGINT,
  first_event_time BIGINT,
  last_event_time BIGINT,
  score STRUCT<overall_score DOUBLE, memory_health DOUBLE, thermal_health DOUBLE, performance_health DOUBLE, power_health DOUBLE, reliability_health DOUBLE, health_grade STRING>,
  degradation_trend DOUBLE,
  contributing_factors ARRAY<STRING>,
  ecc_sbe_recent DOUBLE,
  ecc_dbe_recent DOUBLE,
  pcie_replay_recent DOUBLE,
  xid_recent DOUBLE,
  gpu_temp_c DOUBLE,
  memory_temp_c DOUBLE,
  power_usage_w DOUBLE,
  utilization_percent DOUBLE,
  memory_used_percent DOUBLE,
  thermal_throttled_percent DOUBLE,
  power_throttled_percent DOUBLE,
  row_remap_failure BIGINT,
  xid_error BIGINT,
  recent_gpu_temp_c ARRAY<DOUBLE>,
  recent_memory_temp_c ARRAY<DOUBLE>,
  recent_power_usage_w ARRAY<DOUBLE>,
  recent_utilization_percent ARRAY<DOUBLE>,
  recent_memory_used_percent ARRAY<DOUBLE>,
  recent_thermal_throttled_percent ARRAY<DOUBLE>
) WITH (
  KAFKA_TOPIC = 'gold.gpu_health.v${gpu_health_version}',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  TIMESTAMP = 'last_event_time'
);
