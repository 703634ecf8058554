-- description: What the scraper saw, one poll a row.
-- grain: one poll of one endpoint
-- owner: telemetry
CREATE STREAM ${name} (
  scrape_key STRING KEY,
  event_id STRING,
  scrape_time BIGINT,
  orchestrator_id STRING,
  target_id STRING,
  region STRING,
  event_type STRING,
  endpoint STRING,
  outcome STRING,
  http_status INT,
  duration_ms BIGINT,
  error_kind STRING,
  error STRING,
  payload_hash STRING,
  payload_bytes BIGINT,
  payload STRING,
  scraper_id STRING,
  schedule_delay_ms BIGINT,
  parsed_fields MAP<STRING, STRING>,
  parsed_rows ARRAY<MAP<STRING, STRING>>
) WITH (
  KAFKA_TOPIC = 'telemetry.orchestrator_scrape.v1',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  TIMESTAMP = 'scrape_time'
);
