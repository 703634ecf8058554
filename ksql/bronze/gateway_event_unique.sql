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
  line STRING,
  data STRING,
  asset_key STRING,
  orchestrator_uri STRING,
  client_network STRING,
  client_region STRING,
  assets ARRAY<STRUCT<
    asset_kind STRING,
    asset_key STRING,
    uri STRING,
    address STRING,
    local_address STRING,
    version STRING,
    region STRING,
    pipeline STRING,
    model STRING,
    gpu_type STRING,
    gpu_id STRING,
    gpu_memory_bytes BIGINT,
    gpu_memory_free_bytes BIGINT,
    compute_capability STRING,
    runner_version STRING,
    warm BOOLEAN,
    capacity INT,
    capacity_in_use INT,
    price_wei_per_pixel DOUBLE,
    hardware STRING,
    prices STRING>>
) WITH (
  KAFKA_TOPIC = 'bronze.gateway_event_once.v${gateway_event_once_version}',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
);
