-- description: How often an orchestrator's endpoints answered: polls, successes and durations.
-- grain: orchestrator, kind of endpoint, window of the poll
-- owner: analytics
-- windows: 1m
-- serving: yes
-- metric: polls | polls of that kind of endpoint | polls | never | orchestrator_scrape
-- metric: reached | polls whose outcome is not `failure`; availability = reached / polls | polls | never | orchestrator_scrape
-- metric: timeouts | failures by timeout | polls | never | orchestrator_scrape
-- metric: duration_sum_ms | from the start of a poll to its end | ms | never | orchestrator_scrape
-- metric: duration_max_ms | longest of them | ms | NULL when no duration is known | orchestrator_scrape

-- Availability over any time is the sum of reached through the sum of polls.
-- Repartitions: polls lie by scrape, those of one orchestrator come together here.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.scrape_availability_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${window_retention_ms},
  KEY_FORMAT = 'JSON',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  orchestrator_id,
  event_type,
  AS_VALUE(orchestrator_id) AS orchestrator,
  AS_VALUE(event_type) AS endpoint_kind,
  WINDOWSTART AS window_start,
  WINDOWEND AS window_end,
  COUNT(*) AS polls,
  SUM(CASE WHEN outcome <> 'failure' THEN 1 ELSE 0 END) AS reached,
  SUM(CASE WHEN error_kind = 'timeout' THEN 1 ELSE 0 END) AS timeouts,
  SUM(duration_ms) AS duration_sum_ms,
  MAX(duration_ms) AS duration_max_ms
FROM ${orchestrator_scrape}
WINDOW TUMBLING (SIZE ${window_size}, RETENTION ${window_retention}, GRACE PERIOD ${window_grace})
GROUP BY orchestrator_id, event_type
EMIT CHANGES;
