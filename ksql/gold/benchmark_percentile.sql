-- description: The benchmark's percentiles, by which a day's quality is judged: the middle of the bucket that holds the rank.
-- grain: pipeline, model, UTC day that is judged (days since the epoch)
-- owner: analytics
-- serving: yes

-- Walks the buckets in order and takes 100 x count off percent x total until nothing is left: whole numbers, so the rank is exact.
-- A day whose samples were all taken back has no row. The value is off by at most half a bucket: 2.5 % of a latency, 0.25 frames per second.
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
  END AS output_fps_p50
FROM ${benchmark}
WHERE prompt_to_first_frame_count > 0 OR e2e_latency_count > 0 OR output_fps_count > 0
EMIT CHANGES;
