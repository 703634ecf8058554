-- description: The benchmark's percentiles, by which a day is judged: the middle of the bucket that holds the rank.
-- grain: pipeline, model (and GPU type, for megapixels), UTC day that is judged (days since the epoch)
-- owner: analytics
-- serving: yes
-- metric: percentile->prompt_to_first_frame_count | sessions of the prior 7 UTC days with that latency | sessions | never | service_sample
-- metric: percentile->prompt_to_first_frame_p*_ms | nearest-rank percentile of the prior 7 UTC days, off by at most 2.5 % | ms | NULL when prompt_to_first_frame_count = 0 | service_sample
-- metric: percentile->e2e_latency_count | sessions of the prior 7 UTC days with that latency | sessions | never | service_sample
-- metric: percentile->e2e_latency_p*_ms | nearest-rank percentile of the prior 7 UTC days, off by at most 2.5 % | ms | NULL when e2e_latency_count = 0 | service_sample
-- metric: percentile->output_fps_count | status samples of the prior 7 UTC days above 0 frames/s | samples | never | service_sample
-- metric: percentile->output_fps_p* | nearest-rank percentile of the prior 7 UTC days, off by at most 0.25 | frames/s | NULL when output_fps_count = 0 | service_sample
-- metric: percentile->delivered_mpps_count | samples of the prior 7 UTC days with delivered megapixels, in rows by GPU type | samples | never | service_sample
-- metric: percentile->delivered_mpps_best_p90 | p90 of each of the prior 7 UTC days, the best of them; off by at most 2.5 % | Mpixel/s | NULL when delivered_mpps_count = 0 | service_sample
-- example: SELECT * FROM benchmark_percentile_v1 WHERE benchmark_key = 'live-video-to-video|streamdiffusion|20461';

-- The samples of a day that is judged are counted by bucket (`buckets`, from which any other percentile follows); a percentile walks them in
-- order and takes 100 x count off percent x total until nothing is left: whole numbers, so the rank is exact. A day whose samples were all
-- taken back has no row. Megapixels are never taken back; their metric is named mpp1 to mpp7, by the days that lie between.
-- One struct, so that counting and asking are one query and the counts are kept once.
-- Repartitions: samples lie by request, days of a model come together here.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.benchmark_percentile.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  SPLIT(sample, '#')[1] AS benchmark_key,
  TRANSFORM(
    TRANSFORM(
      ARRAY[HISTOGRAM(SPLIT(sample, '#')[2])],
      b => STRUCT(
        buckets := b,
        -- How many samples of ptff, late, ofps are left, and of mpp1 to mpp7.
        counts := TRANSFORM(ARRAY['ptff:', 'late:', 'ofps:', 'mpp'], m => REDUCE(
          FILTER(MAP_KEYS(b), k => SUBSTRING(k, 1, LEN(m)) = m),
          CAST(0 AS BIGINT),
          (n, k) => n + b[k] - COALESCE(b['-' + k], CAST(0 AS BIGINT)))),
        -- The buckets that hold the ranks, -1 where there is no sample.
        ranks := TRANSFORM(ARRAY['50ptff:', '90ptff:', '50late:', '90late:', '10ofps:', '50ofps:'], r => REDUCE(
          ARRAY_SORT(FILTER(MAP_KEYS(b), k => SUBSTRING(k, 1, 5) = SUBSTRING(r, 3))),
          ARRAY[
            CAST(SUBSTRING(r, 1, 2) AS BIGINT) * REDUCE(
              FILTER(MAP_KEYS(b), k => SUBSTRING(k, 1, 5) = SUBSTRING(r, 3)),
              CAST(0 AS BIGINT),
              (n, k) => n + b[k] - COALESCE(b['-' + k], CAST(0 AS BIGINT))),
            CAST(-1 AS BIGINT)],
          (s, k) => CASE
            WHEN s[1] <= 0 THEN s
            ELSE ARRAY[s[1] - (b[k] - COALESCE(b['-' + k], CAST(0 AS BIGINT))) * 100, CAST(SUBSTRING(k, 6) AS BIGINT)]
          END)[2]),
        -- Of megapixels the best day counts.
        best := ARRAY_MAX(TRANSFORM(GENERATE_SERIES(1, 7), d => REDUCE(
          ARRAY_SORT(FILTER(MAP_KEYS(b), k => SUBSTRING(k, 1, 5) = 'mpp' + CAST(d AS STRING) + ':')),
          ARRAY[
            REDUCE(FILTER(MAP_KEYS(b), k => SUBSTRING(k, 1, 5) = 'mpp' + CAST(d AS STRING) + ':'), CAST(0 AS BIGINT), (n, k) => n + b[k]) * 90,
            CAST(-1 AS BIGINT)],
          (s, k) => CASE WHEN s[1] <= 0 THEN s ELSE ARRAY[s[1] - b[k] * 100, CAST(SUBSTRING(k, 6) AS BIGINT)] END)[2])))),
    c => STRUCT(
      prompt_to_first_frame_count := c->counts[1],
      prompt_to_first_frame_p50_ms := CASE WHEN c->ranks[1] >= 0 THEN EXP((CAST(c->ranks[1] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE))) END,
      prompt_to_first_frame_p90_ms := CASE WHEN c->ranks[2] >= 0 THEN EXP((CAST(c->ranks[2] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE))) END,
      e2e_latency_count := c->counts[2],
      e2e_latency_p50_ms := CASE WHEN c->ranks[3] >= 0 THEN EXP((CAST(c->ranks[3] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE))) END,
      e2e_latency_p90_ms := CASE WHEN c->ranks[4] >= 0 THEN EXP((CAST(c->ranks[4] AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE))) END,
      output_fps_count := c->counts[3],
      output_fps_p10 := CASE WHEN c->ranks[5] >= 0 THEN (CAST(c->ranks[5] AS DOUBLE) + 0.5) / 2 END,
      output_fps_p50 := CASE WHEN c->ranks[6] >= 0 THEN (CAST(c->ranks[6] AS DOUBLE) + 0.5) / 2 END,
      delivered_mpps_count := c->counts[4],
      delivered_mpps_best_p90 := CASE WHEN c->best >= 0 THEN EXP((CAST(c->best AS DOUBLE) + 0.5) * LN(CAST(1.05 AS DOUBLE))) / 1000 END,
      buckets := c->buckets
    ))[1] AS percentile
FROM ${benchmark_contribution}
GROUP BY SPLIT(sample, '#')[1]
HAVING SUM(CASE WHEN SPLIT(sample, '#')[2] LIKE '-%' THEN -1 ELSE 1 END) > 0
EMIT CHANGES;
