-- description: The benchmark's percentiles, by which a day is judged: the middle of the bucket that holds the rank.
-- grain: pipeline, model (and GPU type, for megapixels), UTC day that is judged (days since the epoch)
-- owner: analytics
-- serving: yes
-- metric: prompt_to_first_frame_count | sessions of the prior 7 UTC days with that latency | sessions | never | service_sample
-- metric: prompt_to_first_frame_p*_ms | nearest-rank percentile of the prior 7 UTC days, off by at most 2.5 % | ms | NULL when prompt_to_first_frame_count = 0 | service_sample
-- metric: e2e_latency_count | sessions of the prior 7 UTC days with that latency | sessions | never | service_sample
-- metric: e2e_latency_p*_ms | nearest-rank percentile of the prior 7 UTC days, off by at most 2.5 % | ms | NULL when e2e_latency_count = 0 | service_sample
-- metric: output_fps_count | status samples of the prior 7 UTC days above 0 frames/s | samples | never | service_sample
-- metric: output_fps_p* | nearest-rank percentile of the prior 7 UTC days, off by at most 0.25 | frames/s | NULL when output_fps_count = 0 | service_sample
-- metric: delivered_mpps_count | samples of the prior 7 UTC days with delivered megapixels, in rows by GPU type | samples | never | service_sample
-- metric: delivered_mpps_best_p90 | p90 of each of the prior 7 UTC days, the best of them; off by at most 2.5 % | Mpixel/s | NULL when delivered_mpps_count = 0 | service_sample
-- example: SELECT * FROM benchmark_percentile_v1 WHERE benchmark_key = 'live-video-to-video|streamdiffusion|20461';

-- Walks the buckets in order and takes 100 x count off percent x total until nothing is left: whole numbers, so the rank is exact.
-- A day whose samples were all taken back has no row. Megapixels are never taken back; their metric is named mpp1 to mpp7, by the days that lie between.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.benchmark_percentile.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  benchmark_key,
  prompt_to_first_frame_count,
  CASE
    WHEN prompt_to_first_frame_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(buckets), k => SUBSTRING(k, 1, 5) = 'ptff:')),
      ARRAY[prompt_to_first_frame_count * 50, CAST(-1 AS BIGINT)],
      (s, k) => CASE
        WHEN s[1] <= 0 THEN s
        ELSE ARRAY[s[1] - (buckets[k] - COALESCE(buckets['-' + k], CAST(0 AS BIGINT))) * 100, CAST(SUBSTRING(k, 6) AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS prompt_to_first_frame_p50_ms,
  CASE
    WHEN prompt_to_first_frame_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(buckets), k => SUBSTRING(k, 1, 5) = 'ptff:')),
      ARRAY[prompt_to_first_frame_count * 90, CAST(-1 AS BIGINT)],
      (s, k) => CASE
        WHEN s[1] <= 0 THEN s
        ELSE ARRAY[s[1] - (buckets[k] - COALESCE(buckets['-' + k], CAST(0 AS BIGINT))) * 100, CAST(SUBSTRING(k, 6) AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS prompt_to_first_frame_p90_ms,
  e2e_latency_count,
  CASE
    WHEN e2e_latency_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(buckets), k => SUBSTRING(k, 1, 5) = 'late:')),
      ARRAY[e2e_latency_count * 50, CAST(-1 AS BIGINT)],
      (s, k) => CASE
        WHEN s[1] <= 0 THEN s
        ELSE ARRAY[s[1] - (buckets[k] - COALESCE(buckets['-' + k], CAST(0 AS BIGINT))) * 100, CAST(SUBSTRING(k, 6) AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS e2e_latency_p50_ms,
  CASE
    WHEN e2e_latency_count > 0 THEN EXP((CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(buckets), k => SUBSTRING(k, 1, 5) = 'late:')),
      ARRAY[e2e_latency_count * 90, CAST(-1 AS BIGINT)],
      (s, k) => CASE
        WHEN s[1] <= 0 THEN s
        ELSE ARRAY[s[1] - (buckets[k] - COALESCE(buckets['-' + k], CAST(0 AS BIGINT))) * 100, CAST(SUBSTRING(k, 6) AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE)))
  END AS e2e_latency_p90_ms,
  output_fps_count,
  CASE
    WHEN output_fps_count > 0 THEN (CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(buckets), k => SUBSTRING(k, 1, 5) = 'ofps:')),
      ARRAY[output_fps_count * 10, CAST(-1 AS BIGINT)],
      (s, k) => CASE
        WHEN s[1] <= 0 THEN s
        ELSE ARRAY[s[1] - (buckets[k] - COALESCE(buckets['-' + k], CAST(0 AS BIGINT))) * 100, CAST(SUBSTRING(k, 6) AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) / 2
  END AS output_fps_p10,
  CASE
    WHEN output_fps_count > 0 THEN (CAST(REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(buckets), k => SUBSTRING(k, 1, 5) = 'ofps:')),
      ARRAY[output_fps_count * 50, CAST(-1 AS BIGINT)],
      (s, k) => CASE
        WHEN s[1] <= 0 THEN s
        ELSE ARRAY[s[1] - (buckets[k] - COALESCE(buckets['-' + k], CAST(0 AS BIGINT))) * 100, CAST(SUBSTRING(k, 6) AS BIGINT)]
      END)[2] AS DOUBLE) + 0.5) / 2
  END AS output_fps_p50,
  delivered_mpps_count,
  CASE
    WHEN delivered_mpps_count > 0 THEN EXP((CAST(ARRAY_MAX(TRANSFORM(GENERATE_SERIES(1, 7), d => REDUCE(
      ARRAY_SORT(FILTER(MAP_KEYS(buckets), k => SUBSTRING(k, 1, 5) = 'mpp' + CAST(d AS STRING) + ':')),
      ARRAY[
        REDUCE(FILTER(MAP_KEYS(buckets), k => SUBSTRING(k, 1, 5) = 'mpp' + CAST(d AS STRING) + ':'), CAST(0 AS BIGINT), (n, k) => n + buckets[k]) * 90,
        CAST(-1 AS BIGINT)],
      (s, k) => CASE
        WHEN s[1] <= 0 THEN s
        ELSE ARRAY[s[1] - buckets[k] * 100, CAST(SUBSTRING(k, 6) AS BIGINT)]
      END)[2])) AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE))) / 1000
  END AS delivered_mpps_best_p90
FROM ${benchmark}
WHERE prompt_to_first_frame_count > 0 OR e2e_latency_count > 0 OR output_fps_count > 0 OR delivered_mpps_count > 0
EMIT CHANGES;
