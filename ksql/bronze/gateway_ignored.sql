-- description: Where records of families outside the contract went; kept apart, or they would drown the dead letters.
-- grain: one record of the gateway topic
-- owner: telemetry
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'bronze.gateway_ignored.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_ignored_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  event_id,
  family,
  gateway,
  event_time,
  arrived_at,
  raw_partition,
  raw_offset
FROM ${gateway_event}
WHERE reason = 'out_of_contract'
EMIT CHANGES;
