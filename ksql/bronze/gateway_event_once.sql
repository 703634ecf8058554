-- description: Valid gateway events, each once: the first copy within the window of its event time.
-- grain: one event id
-- owner: telemetry

-- HAVING COUNT(*) = 1 lets the first copy through and takes back nothing later readers use (they skip the tombstone of the second).
-- With a cache, two copies within one commit interval would be seen as COUNT 2 at once and the event would be lost.
-- Copies carry the same event time, hence the same window: there is no edge for a pair to fall across.
SET 'cache.max.bytes.buffering' = '0';

CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'bronze.gateway_event_once.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_bronze_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  event_id,
  AS_VALUE(event_id) AS id,
  EARLIEST_BY_OFFSET(family) AS family,
  EARLIEST_BY_OFFSET(gateway) AS gateway,
  EARLIEST_BY_OFFSET(request_id) AS request_id,
  MIN(event_time) AS event_time,
  MIN(arrived_at) AS arrived_at,
  EARLIEST_BY_OFFSET(line) AS line,
  WINDOWSTART AS window_start,
  WINDOWEND AS window_end
FROM gateway_event
WINDOW TUMBLING (SIZE ${dedup_window_size}, RETENTION ${dedup_window_retention}, GRACE PERIOD ${dedup_window_grace})
WHERE reason IS NULL
GROUP BY event_id
HAVING COUNT(*) = 1
EMIT CHANGES;
