-- description: Malformed gateway records, with where they lie, why they were refused, and the payload as it came.
-- grain: one record of the gateway topic
-- owner: telemetry

-- JSON without a registered schema: whoever mends dead letters needs nothing but a console.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'telemetry.dlq.v${version}',
  PARTITIONS = ${partitions_dead_letter},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_dead_letter_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'JSON',
  TIMESTAMP = 'arrived_at'
) AS
SELECT
  event_id,
  'telemetry.gateway.v1' AS original_topic,
  raw_partition AS original_partition,
  raw_offset AS original_offset,
  arrived_at,
  reason AS error,
  line AS payload
FROM ${gateway_event}
WHERE reason IS NOT NULL AND reason <> 'out_of_contract'
EMIT CHANGES;
