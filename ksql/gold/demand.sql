-- description: Demand against supply by region and model, the cells of a heat map: what was asked for, what was served, what could have been.
-- grain: region, pipeline, model, window
-- owner: analytics
-- windows: 1m
-- serving: yes
-- metric: streams | sessions requested in the window | sessions | never | stream_trace gateway_receive_stream_request
-- metric: streams_started | of these, those that became playable | sessions | never | stream_trace
-- metric: streams_unserved | of these, those for which no orchestrator was available | sessions | never | stream_trace gateway_no_orchestrators_available
-- metric: inference_minutes | sum of inference_ms / 60000 | minutes | never | ai_stream_status
-- metric: concurrent_streams | sum of inference_ms / length of the window: streams with output at once, on average | streams | never | ai_stream_status
-- metric: fees_wei | face value x win probability x tickets | wei | never | create_new_payment
-- metric: tickets | tickets sent | tickets | never | create_new_payment
-- metric: capacity_snapshots | snapshots of the network in the window | snapshots | never | network_capabilities
-- metric: capacity | sum of capacity / capacity_snapshots: streams that could be served at once | streams | NULL when there was no snapshot | network_capabilities
-- metric: capacity_in_use | likewise, how many of them were in use | streams | NULL when there was no snapshot | network_capabilities
-- metric: demand_supply_ratio | concurrent_streams / capacity | ratio | NULL when there was no snapshot or no capacity | ai_stream_status, network_capabilities
-- example: SELECT * FROM demand_1m_v1 WHERE dimension_key = 'region_model|eu|live-video-to-video|streamdiffusion';
-- example: SELECT region, model, streams, capacity FROM demand_1m_v1 WHERE window_start >= 1767900000000;

-- Prices and latencies of the same cells are in service_rollup under the dimension region_model.
-- Repartitions: samples lie by request.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'telemetry.demand.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${window_retention_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  dimension_key,
  SPLIT(dimension_key, '|')[2] AS region,
  SPLIT(dimension_key, '|')[3] AS pipeline,
  SPLIT(dimension_key, '|')[4] AS model,
  WINDOWSTART AS window_start,
  WINDOWEND AS window_end,
  SUM(CAST(COALESCE(requested, 0) * sign AS BIGINT)) AS streams,
  SUM(COALESCE(started, 0) * sign) AS streams_started,
  SUM(COALESCE(no_orchestrator, 0) * sign) AS streams_unserved,
  CAST(SUM(inference_ms) AS DOUBLE) / 60000 AS inference_minutes,
  CAST(SUM(inference_ms) AS DOUBLE) / ${window_ms} AS concurrent_streams,
  SUM(fee_wei) AS fees_wei,
  SUM(tickets) AS tickets,
  ARRAY_LENGTH(ARRAY_REMOVE(COLLECT_SET(COALESCE(snapshot_id, '')), '')) AS capacity_snapshots,
  CASE
    WHEN COUNT(snapshot_id) > 0
      THEN CAST(SUM(capacity) AS DOUBLE) / ARRAY_LENGTH(ARRAY_REMOVE(COLLECT_SET(COALESCE(snapshot_id, '')), ''))
  END AS capacity,
  CASE
    WHEN COUNT(snapshot_id) > 0
      THEN CAST(SUM(capacity_in_use) AS DOUBLE) / ARRAY_LENGTH(ARRAY_REMOVE(COLLECT_SET(COALESCE(snapshot_id, '')), ''))
  END AS capacity_in_use,
  CASE
    WHEN SUM(capacity) > 0
      THEN CAST(SUM(inference_ms) AS DOUBLE) / ${window_ms} * ARRAY_LENGTH(ARRAY_REMOVE(COLLECT_SET(COALESCE(snapshot_id, '')), '')) / SUM(capacity)
  END AS demand_supply_ratio
FROM ${service_sample}
WINDOW TUMBLING (SIZE ${window_size}, RETENTION ${window_retention}, GRACE PERIOD ${window_grace})
WHERE dimension = 'region_model'
GROUP BY dimension_key
HAVING SUM(CASE WHEN kind = 'session' THEN sign WHEN kind = 'signal' THEN 0 ELSE 1 END) > 0
EMIT CHANGES;
