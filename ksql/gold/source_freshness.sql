-- description: Whether each source still speaks, and how much of what it should say arrives: the pipeline measured by itself.
-- grain: gateway, family of events, window of the event
-- owner: telemetry
-- windows: 1m
-- serving: yes
-- metric: seen | valid records, copies included | records | never | gateway_event
-- metric: refused | dead-lettered records | records | never | gateway_event
-- metric: ignored | records of families outside the contract, all under the family `other` | records | never | gateway_event
-- metric: expected | what a family with a period should have sent: for each request that the family spoke of (at most 1000) the length of the window / period (ai_stream_status 10 s, stream_ingest_metrics 5 s), one network_capabilities a minute | records | NULL when the family has no period or nothing valid came | gateway_event
-- metric: completeness | seen / expected, above 1 when copies came; the first and last window of a request are only partly due, so one request alone is below 1 there | ratio | NULL when nothing is expected | gateway_event
-- metric: lag_sum_ms | sum of arrival - event time of valid records | ms | never | gateway_event
-- metric: lag_max_ms | largest of them | ms | NULL when seen = 0 | gateway_event
-- metric: last_event_time | latest event; freshness is now - last_event_time, and a source without a row has been silent | ms since the epoch | NULL when seen = 0 | gateway_event
-- metric: last_arrived_at | latest arrival of any record | ms since the epoch | never | gateway_event
-- example: SELECT * FROM source_freshness_1m_v1 WHERE source_key = 'gateway-1|ai_stream_status';

-- A record that is dead-lettered for its time counts in the window of its arrival.
-- How complete the samples of one session are is told by signals_seen and signals_expected of service_rollup; of polls by scrape_availability.
-- What is due is a set of requests (or the gateway itself), once for each period of the window.
-- Repartitions: events lie by id.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.source_freshness_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${window_retention_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  REGEXP_REPLACE(COALESCE(gateway, 'unknown'), '[|#\s]', '_') + '|'
    + CASE WHEN reason = 'out_of_contract' OR COALESCE(family, '') = '' THEN 'other' ELSE family END AS source_key,
  SPLIT(REGEXP_REPLACE(COALESCE(gateway, 'unknown'), '[|#\s]', '_') + '|'
    + CASE WHEN reason = 'out_of_contract' OR COALESCE(family, '') = '' THEN 'other' ELSE family END, '|')[1] AS gateway,
  SPLIT(REGEXP_REPLACE(COALESCE(gateway, 'unknown'), '[|#\s]', '_') + '|'
    + CASE WHEN reason = 'out_of_contract' OR COALESCE(family, '') = '' THEN 'other' ELSE family END, '|')[2] AS family,
  WINDOWSTART AS window_start,
  WINDOWEND AS window_end,
  SUM(CASE WHEN reason IS NULL THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN reason <> 'out_of_contract' THEN 1 ELSE 0 END) AS refused,
  SUM(CASE WHEN reason = 'out_of_contract' THEN 1 ELSE 0 END) AS ignored,
  CASE
    WHEN SUM(CASE WHEN reason IS NULL AND family IN ('ai_stream_status', 'stream_ingest_metrics', 'network_capabilities') THEN 1 ELSE 0 END) > 0
      THEN ARRAY_LENGTH(ARRAY_REMOVE(COLLECT_SET(CASE
        WHEN reason IS NULL AND family IN ('ai_stream_status', 'stream_ingest_metrics') THEN COALESCE(request_id, '')
        WHEN reason IS NULL AND family = 'network_capabilities' THEN 'gateway'
        ELSE '' END), ''))
      * ${window_ms} / MAX(CASE
        WHEN family = 'ai_stream_status' THEN ${status_period_ms}
        WHEN family = 'stream_ingest_metrics' THEN 5000
        WHEN family = 'network_capabilities' THEN 60000 END)
  END AS expected,
  CASE
    WHEN SUM(CASE WHEN reason IS NULL AND family IN ('ai_stream_status', 'stream_ingest_metrics', 'network_capabilities') THEN 1 ELSE 0 END) > 0
      THEN CAST(SUM(CASE WHEN reason IS NULL THEN 1 ELSE 0 END) AS DOUBLE) / (ARRAY_LENGTH(ARRAY_REMOVE(COLLECT_SET(CASE
        WHEN reason IS NULL AND family IN ('ai_stream_status', 'stream_ingest_metrics') THEN COALESCE(request_id, '')
        WHEN reason IS NULL AND family = 'network_capabilities' THEN 'gateway'
        ELSE '' END), ''))
      * ${window_ms} / MAX(CASE
        WHEN family = 'ai_stream_status' THEN ${status_period_ms}
        WHEN family = 'stream_ingest_metrics' THEN 5000
        WHEN family = 'network_capabilities' THEN 60000 END))
  END AS completeness,
  SUM(CASE WHEN reason IS NULL THEN arrived_at - event_time ELSE CAST(0 AS BIGINT) END) AS lag_sum_ms,
  MAX(CASE WHEN reason IS NULL THEN arrived_at - event_time END) AS lag_max_ms,
  MAX(CASE WHEN reason IS NULL THEN event_time END) AS last_event_time,
  MAX(arrived_at) AS last_arrived_at
FROM ${gateway_event}
WINDOW TUMBLING (SIZE ${window_size}, RETENTION ${window_retention}, GRACE PERIOD ${window_grace})
GROUP BY REGEXP_REPLACE(COALESCE(gateway, 'unknown'), '[|#\s]', '_') + '|'
    + CASE WHEN reason = 'out_of_contract' OR COALESCE(family, '') = '' THEN 'other' ELSE family END
EMIT CHANGES;
