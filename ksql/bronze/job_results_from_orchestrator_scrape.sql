-- description: Test jobs that the leaderboard published, from its raw statistics.
-- grain: one test of one poll
-- owner: telemetry

-- The leaderboard tells seconds, here they are milliseconds. A test succeeded if any of it did: `success_rate`, 0 to 1, tells how much.
-- An error without a count counts once. A text that is no number is NULL.
INSERT INTO ${job_results}
SELECT
  scrape_key AS source_key,
  MD5(CONCAT(EXPLODE(parsed_rows)['orchestrator'], '|', EXPLODE(parsed_rows)['region'], '|', EXPLODE(parsed_rows)['pipeline'], '|', EXPLODE(parsed_rows)['model'], '|', EXPLODE(parsed_rows)['timestamp'])) AS event_id,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['timestamp']) IS NOT NULL
    THEN CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['timestamp']) AS DOUBLE) * 1000 AS BIGINT) END AS source_event_time,
  'leaderboard' AS source,
  CAST(NULL AS STRING) AS stream_id,
  CAST(NULL AS STRING) AS request_id,
  LCASE(NULLIF(EXPLODE(parsed_rows)['orchestrator'], '')) AS orchestrator,
  NULLIF(EXPLODE(parsed_rows)['pipeline'], '') AS pipeline,
  NULLIF(EXPLODE(parsed_rows)['model'], '') AS model,
  CAST(NULL AS STRING) AS gateway,
  NULLIF(EXPLODE(parsed_rows)['region'], '') AS region,
  '${network}' AS network,
  '${environment}' AS environment,
  CAST(NULL AS STRING) AS agent_version,
  CAST(NULL AS STRING) AS gateway_version,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['success_rate']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['success_rate']) AS DOUBLE) > 0 END AS success,
  CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['success_rate']) AS DOUBLE) AS success_rate,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['round_trip_time']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['round_trip_time']) AS DOUBLE) * 1000 END AS round_trip_ms,
  CAST(NULL AS DOUBLE) AS prompt_to_first_frame_ms,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['seg_duration']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['seg_duration']) AS DOUBLE) * 1000 END AS segment_duration_ms,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['upload_time']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['upload_time']) AS DOUBLE) * 1000 END AS upload_ms,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['download_time']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['download_time']) AS DOUBLE) * 1000 END AS download_ms,
  CASE WHEN REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['transcode_time']) IS NOT NULL
    THEN CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['transcode_time']) AS DOUBLE) * 1000 END AS transcode_ms,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['segments_sent']) AS DOUBLE) AS BIGINT) AS segments_sent,
  CAST(CAST(REGEXP_EXTRACT('${measure}', EXPLODE(parsed_rows)['segments_received']) AS DOUBLE) AS BIGINT) AS segments_received,
  CASE WHEN LCASE(EXPLODE(parsed_rows)['model_is_warm']) = 'true' THEN TRUE WHEN LCASE(EXPLODE(parsed_rows)['model_is_warm']) = 'false' THEN FALSE END AS model_is_warm,
  REDUCE(JSON_ITEMS(COALESCE(REGEXP_EXTRACT('^\s*\[.*$', EXPLODE(parsed_rows)['errors']), '[]')),
    CAST(0 AS BIGINT), (n, e) => n + CAST(COALESCE(REGEXP_EXTRACT('^[0-9]{1,15}$', EXTRACTJSONFIELD(e, '$.count')), '1') AS BIGINT)) AS error_count,
  TRANSFORM(JSON_ITEMS(COALESCE(REGEXP_EXTRACT('^\s*\[.*$', EXPLODE(parsed_rows)['errors']), '[]')),
    e => COALESCE(EXTRACTJSONFIELD(e, '$.error_code'), 'unknown')) AS error_codes,
  EXPLODE(parsed_rows)['errors'] AS errors
FROM ${orchestrator_scrape}
WHERE event_type = 'leaderboard_raw_stats' AND outcome = 'success'
EMIT CHANGES;
