-- description: How efficiently orchestrators use their GPUs: megapixels delivered a second against the best of the same model and GPU type.
-- grain: orchestrator, pipeline, model, window
-- owner: analytics
-- windows: 1m
-- serving: yes
-- metric: delivered_mpps_count | samples with output and a known size of frame | samples | never | ai_stream_status
-- metric: delivered_mpps_sum | sum of output_fps x width x height / 10^6 | Mpixel/s | never | ai_stream_status
-- metric: delivered_mpps | delivered_mpps_sum / delivered_mpps_count | Mpixel/s | NULL when delivered_mpps_count = 0 | ai_stream_status
-- metric: best_mpps | best of the p90s of the prior 7 UTC days, over all orchestrators with that model and GPU type; off by at most 2.5 % | Mpixel/s | NULL when these days have no sample | benchmark_percentile
-- metric: best_mpps_sum | best_mpps x delivered_mpps_count: for any longer time or more orchestrators the index is sum(delivered_mpps_sum) / sum(best_mpps_sum) over rows in which this is not NULL | Mpixel/s | NULL when best_mpps is | benchmark_percentile
-- metric: cue_efficiency_index | delivered_mpps / best_mpps; 1 is as good as the best, more is better than they were | ratio | NULL when there is no sample or no benchmark | service, benchmark_percentile
-- example: SELECT orchestrator, gpu_type, cue_efficiency_index FROM cue_1m_v1 WHERE window_start >= 1767900000000;

-- There is no published definition of the compute unit efficiency; this one compares like with like, as a GPU's worth depends on the model.
-- Joined by a column that is not the key of the left side (foreign key): both sides need as many partitions, and ksqlDB asks across them.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.cue_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  s.rollup_key AS rollup_key,
  s.orchestrator AS orchestrator,
  s.pipeline AS pipeline,
  s.model AS model,
  s.window_start AS window_start,
  s.gpu_type AS gpu_type,
  s.delivered_mpps_count AS delivered_mpps_count,
  s.delivered_mpps_sum AS delivered_mpps_sum,
  CASE WHEN s.delivered_mpps_count > 0 THEN s.delivered_mpps_sum / s.delivered_mpps_count END AS delivered_mpps,
  b.percentile->delivered_mpps_best_p90 AS best_mpps,
  CASE WHEN b.percentile->delivered_mpps_best_p90 IS NOT NULL THEN b.percentile->delivered_mpps_best_p90 * s.delivered_mpps_count END AS best_mpps_sum,
  CASE
    WHEN s.delivered_mpps_count > 0 AND b.percentile->delivered_mpps_best_p90 IS NOT NULL
      THEN s.delivered_mpps_sum / s.delivered_mpps_count / b.percentile->delivered_mpps_best_p90
  END AS cue_efficiency_index
FROM ${service} s
LEFT JOIN ${benchmark_percentile} b ON s.cue_benchmark_key = b.benchmark_key
EMIT CHANGES;
