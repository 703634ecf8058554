-- description: What is known of each target now: the last payload of each endpoint, and whether the last poll reached it.
-- grain: orchestrator, target, kind of endpoint
-- owner: analytics
-- serving: yes

-- One target's polls are keyed alike and come in order, so "latest by offset" is the latest. A heartbeat or failure has no payload and
-- leaves the last one standing.
-- Repartitions: polls lie by scrape.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'silver.orchestrator_state.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'JSON',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  orchestrator_id,
  target_id,
  event_type,
  LATEST_BY_OFFSET(region) AS region,
  LATEST_BY_OFFSET(endpoint) AS endpoint,
  LATEST_BY_OFFSET(outcome) AS last_outcome,
  MAX(scrape_time) AS last_scrape_time,
  MAX(CASE WHEN outcome <> 'failure' THEN scrape_time END) AS last_reached_time,
  LATEST_BY_OFFSET(payload_hash) AS payload_hash,
  LATEST_BY_OFFSET(payload) AS payload
FROM orchestrator_scrape
GROUP BY orchestrator_id, target_id, event_type
EMIT CHANGES;
