-- description: Sums of sessions, output, traffic and payments, in one row: everything from which ratios over any longer time can be made.
-- grain: orchestrator, pipeline, model, window
-- owner: analytics
-- windows: 1m
-- serving: yes
-- metric: requested | sessions requested in the window = started + no_orchestrator + excusable + failed | sessions | never | stream_trace gateway_receive_stream_request
-- metric: started | sessions that became playable | sessions | never | stream_trace gateway_receive_few_processed_segments
-- metric: no_orchestrator | not started, and no orchestrator was available | sessions | never | stream_trace gateway_no_orchestrators_available
-- metric: excusable | neither of these, and an error that is the user's or the network's | sessions | never | ai_stream_events error
-- metric: failed | all other sessions, also one that has only just begun | sessions | never | session
-- metric: swapped | sessions that changed their orchestrator | sessions | never | stream_trace orchestrator_swap, orchestrator_info
-- metric: unattributed | sessions in which no orchestrator was seen | sessions | never | session
-- metric: output_failed | sessions whose samples are all LOADING or all at 0 frames/s | sessions | never | ai_stream_status
-- metric: signals_seen | status samples of the window's sessions | samples | never | ai_stream_status
-- metric: signals_expected | active seconds / period: whole 10 s from the first frame to the last signal | samples | never | session
-- metric: prompt_to_first_frame_count | sessions whose the time from request to first frame is known | sessions | never | stream_trace
-- metric: prompt_to_first_frame_sum_ms | sum of the time from request to first frame | ms | never | stream_trace
-- metric: prompt_to_first_frame_buckets | label -> count of the time from request to first frame: label i holds 1.05^i to 1.05^(i+1) ms, i- what was taken back, the empty label rows without one; a percentile is the middle of its bucket, off by at most 2.5 % | label -> count | never | stream_trace
-- metric: prompt_to_first_frame_le_*ms | of these, those up to the bound (cumulative) | sessions | never | stream_trace
-- metric: startup_count | sessions whose the time from request to a playable stream is known | sessions | never | stream_trace
-- metric: startup_sum_ms | sum of the time from request to a playable stream | ms | never | stream_trace
-- metric: startup_buckets | label -> count of the time from request to a playable stream: label i holds 1.05^i to 1.05^(i+1) ms, i- what was taken back, the empty label rows without one; a percentile is the middle of its bucket, off by at most 2.5 % | label -> count | never | stream_trace
-- metric: e2e_latency_count | sessions whose a first segment's way to the orchestrator and back; target 3000 ms is known | sessions | never | stream_trace
-- metric: e2e_latency_sum_ms | sum of a first segment's way to the orchestrator and back; target 3000 ms | ms | never | stream_trace
-- metric: e2e_latency_buckets | label -> count of a first segment's way to the orchestrator and back; target 3000 ms: label i holds 1.05^i to 1.05^(i+1) ms, i- what was taken back, the empty label rows without one; a percentile is the middle of its bucket, off by at most 2.5 % | label -> count | never | stream_trace
-- metric: e2e_latency_le_*ms | of these, those up to the bound (cumulative) | sessions | never | stream_trace
-- metric: status_samples | status samples | samples | never | ai_stream_status
-- metric: output_fps_count | samples above 0 frames/s; those at 0 tell of no output, not of a slow one | samples | never | ai_stream_status inference_status.fps
-- metric: output_fps_sum | sum of output frame rates above 0 | frames/s | never | ai_stream_status inference_status.fps
-- metric: output_fps_sum_squares | sum of their squares, for the standard deviation | (frames/s)^2 | never | ai_stream_status inference_status.fps
-- metric: output_fps_min | smallest above 0 | frames/s | NULL when output_fps_count = 0 | ai_stream_status inference_status.fps
-- metric: output_fps_max | largest | frames/s | NULL when output_fps_count = 0 | ai_stream_status inference_status.fps
-- metric: output_fps_buckets | label -> count: label i holds i/2 to (i+1)/2 frames/s, what is above 400 counts as 400, the empty label rows without one; a percentile is the middle of its bucket, off by at most 0.25 | label -> count | never | ai_stream_status inference_status.fps
-- metric: input_fps_count | samples with an input frame rate above 0 | samples | never | ai_stream_status input_status.fps
-- metric: input_fps_sum | sum of input frame rates above 0 | frames/s | never | ai_stream_status input_status.fps
-- metric: delivered_mpps_count | samples with output and a known size of frame | samples | never | ai_stream_status
-- metric: delivered_mpps_sum | sum of output_fps x width x height / 10^6 | Mpixel/s | never | ai_stream_status
-- metric: delivered_mpps_max | largest of them | Mpixel/s | NULL when delivered_mpps_count = 0 | ai_stream_status
-- metric: restarts | restarts of the inference process | restarts | never | ai_stream_events restart
-- metric: inference_ms | time that the samples with output stand for; / 60000 are inference minutes, / length of the window the mean number of streams at once | ms | never | ai_stream_status
-- metric: gpu_type | GPU of the status samples; of several the first by name | text | NULL when it is not known | network_capabilities
-- metric: bytes_received | bytes that the gateway received from its users | bytes | never | stream_ingest_metrics
-- metric: bytes_sent | bytes that it sent them | bytes | never | stream_ingest_metrics
-- metric: packets_received | packets received | packets | never | stream_ingest_metrics
-- metric: packets_lost | packets lost on the way in | packets | never | stream_ingest_metrics
-- metric: jitter_count | samples of jitter of arrival | samples | never | stream_ingest_metrics
-- metric: jitter_sum_ms | sum of jitter of arrival | ms | never | stream_ingest_metrics
-- metric: jitter_min_ms | smallest | ms | NULL when jitter_count = 0 | stream_ingest_metrics
-- metric: jitter_max_ms | largest | ms | NULL when jitter_count = 0 | stream_ingest_metrics
-- metric: rtt_count | samples of round trip to the user | samples | never | stream_ingest_metrics
-- metric: rtt_sum_ms | sum of round trip to the user | ms | never | stream_ingest_metrics
-- metric: rtt_min_ms | smallest | ms | NULL when rtt_count = 0 | stream_ingest_metrics
-- metric: rtt_max_ms | largest | ms | NULL when rtt_count = 0 | stream_ingest_metrics
-- metric: payments | payments made | payments | never | create_new_payment
-- metric: tickets | tickets sent with them | tickets | never | create_new_payment
-- metric: fees_wei | face value x win probability x tickets, what they are expected to pay | wei | never | create_new_payment
-- metric: price_count | payments whose price is known | payments | never | create_new_payment
-- metric: price_sum_wei_per_pixel | sum of their prices | wei/pixel | never | create_new_payment
-- metric: price_min_wei_per_pixel | lowest price | wei/pixel | NULL when price_count = 0 | create_new_payment
-- metric: price_max_wei_per_pixel | highest price | wei/pixel | NULL when price_count = 0 | create_new_payment
-- metric: settled | of the requested, those whose outcome is told: playable, refused, in error, closed, or a minute old | sessions | never | session
-- metric: lag_count | events of the window, other than traces | events | never | service_sample
-- metric: lag_sum_ms | sum of arrival - event time | ms | never | service_sample
-- metric: lag_max_ms | largest of them | ms | NULL when lag_count = 0 | service_sample
-- example: SELECT * FROM service_1m_v1 WHERE orchestrator = '0x52cf2968b3dc6016778742d3539449a6597d5954' AND window_start >= 1767900000000;

-- Not a windowed table: a session's outcome may change after any window would have closed, so this one has no end (ksql/README.md, Growth).
-- Sessions count in the window of their request, output in the window of the sample: a long session leaves rows with requested = 0.
-- A row that its last session has left goes away. The key's parts are orchestrator|pipeline|model|start of the window in ms.
-- Supply is in service_rollup and demand: every orchestrator would have a row here each minute, whatever it did.
-- Repartitions: samples lie by request.
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'gold.service_${window}.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING) AS rollup_key,
  SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[1] AS orchestrator,
  SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[2] AS pipeline,
  SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[3] AS model,
  CAST(SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[4] AS BIGINT) AS window_start,
  SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[2] + '|' + SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[3]
    + '|' + CAST(CAST(SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[4] AS BIGINT) / 86400000 AS STRING) AS benchmark_key,
  SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[2] + '|' + SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[3]
    + '|' + COALESCE(MIN(CASE WHEN kind = 'status' AND gpu_type <> 'unknown' THEN gpu_type END), 'unknown')
    + '|' + CAST(CAST(SPLIT(dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING), '|')[4] AS BIGINT) / 86400000 AS STRING) AS cue_benchmark_key,
  MIN(CASE WHEN kind = 'status' AND gpu_type <> 'unknown' THEN gpu_type END) AS gpu_type,
  SUM(CAST(COALESCE(requested, 0) * sign AS BIGINT)) AS requested,
  SUM(COALESCE(started, 0) * sign) AS started,
  SUM(COALESCE(no_orchestrator, 0) * sign) AS no_orchestrator,
  SUM(COALESCE(excusable, 0) * sign) AS excusable,
  SUM(COALESCE(failed, 0) * sign) AS failed,
  SUM(COALESCE(swapped, 0) * sign) AS swapped,
  SUM(COALESCE(unattributed, 0) * sign) AS unattributed,
  SUM(COALESCE(output_failed, 0) * sign) AS output_failed,
  SUM(CASE WHEN prompt_to_first_frame_ms IS NOT NULL THEN sign ELSE 0 END) AS prompt_to_first_frame_count,
  SUM(COALESCE(prompt_to_first_frame_ms, CAST(0 AS BIGINT)) * sign) AS prompt_to_first_frame_sum_ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 500 THEN sign ELSE 0 END) AS prompt_to_first_frame_le_500ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 1000 THEN sign ELSE 0 END) AS prompt_to_first_frame_le_1000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 2000 THEN sign ELSE 0 END) AS prompt_to_first_frame_le_2000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 3000 THEN sign ELSE 0 END) AS prompt_to_first_frame_le_3000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 5000 THEN sign ELSE 0 END) AS prompt_to_first_frame_le_5000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 10000 THEN sign ELSE 0 END) AS prompt_to_first_frame_le_10000ms,
  SUM(CASE WHEN prompt_to_first_frame_ms <= 20000 THEN sign ELSE 0 END) AS prompt_to_first_frame_le_20000ms,
  HISTOGRAM(CASE
    WHEN prompt_to_first_frame_ms IS NOT NULL
      THEN LPAD(CAST(CAST(FLOOR(LN(GREATEST(prompt_to_first_frame_ms, CAST(1 AS BIGINT))) / LN(CAST(1.05 AS DOUBLE))) AS INT) AS STRING), 4, '0')
        + CASE WHEN sign < 0 THEN '-' ELSE '' END
    ELSE '' END) AS prompt_to_first_frame_buckets,
  SUM(CASE WHEN startup_ms IS NOT NULL THEN sign ELSE 0 END) AS startup_count,
  SUM(COALESCE(startup_ms, CAST(0 AS BIGINT)) * sign) AS startup_sum_ms,
  HISTOGRAM(CASE
    WHEN startup_ms IS NOT NULL
      THEN LPAD(CAST(CAST(FLOOR(LN(GREATEST(startup_ms, CAST(1 AS BIGINT))) / LN(CAST(1.05 AS DOUBLE))) AS INT) AS STRING), 4, '0')
        + CASE WHEN sign < 0 THEN '-' ELSE '' END
    ELSE '' END) AS startup_buckets,
  SUM(CASE WHEN e2e_latency_ms IS NOT NULL THEN sign ELSE 0 END) AS e2e_latency_count,
  SUM(COALESCE(e2e_latency_ms, CAST(0 AS BIGINT)) * sign) AS e2e_latency_sum_ms,
  SUM(CASE WHEN e2e_latency_ms <= 100 THEN sign ELSE 0 END) AS e2e_latency_le_100ms,
  SUM(CASE WHEN e2e_latency_ms <= 250 THEN sign ELSE 0 END) AS e2e_latency_le_250ms,
  SUM(CASE WHEN e2e_latency_ms <= 500 THEN sign ELSE 0 END) AS e2e_latency_le_500ms,
  SUM(CASE WHEN e2e_latency_ms <= 1000 THEN sign ELSE 0 END) AS e2e_latency_le_1000ms,
  SUM(CASE WHEN e2e_latency_ms <= 2000 THEN sign ELSE 0 END) AS e2e_latency_le_2000ms,
  SUM(CASE WHEN e2e_latency_ms <= 3000 THEN sign ELSE 0 END) AS e2e_latency_le_3000ms,
  SUM(CASE WHEN e2e_latency_ms <= 5000 THEN sign ELSE 0 END) AS e2e_latency_le_5000ms,
  HISTOGRAM(CASE
    WHEN e2e_latency_ms IS NOT NULL
      THEN LPAD(CAST(CAST(FLOOR(LN(GREATEST(e2e_latency_ms, CAST(1 AS BIGINT))) / LN(CAST(1.05 AS DOUBLE))) AS INT) AS STRING), 4, '0')
        + CASE WHEN sign < 0 THEN '-' ELSE '' END
    ELSE '' END) AS e2e_latency_buckets,
  SUM(COALESCE(signals_seen, CAST(0 AS BIGINT)) * sign) AS signals_seen,
  SUM(COALESCE(signals_expected, CAST(0 AS BIGINT)) * sign) AS signals_expected,
  SUM(CASE WHEN kind = 'status' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS status_samples,
  SUM(CASE WHEN output_fps > 0 THEN 1 ELSE 0 END) AS output_fps_count,
  SUM(CASE WHEN output_fps > 0 THEN output_fps ELSE CAST(0 AS DOUBLE) END) AS output_fps_sum,
  SUM(CASE WHEN output_fps > 0 THEN output_fps * output_fps ELSE CAST(0 AS DOUBLE) END) AS output_fps_sum_squares,
  MIN(CASE WHEN output_fps > 0 THEN output_fps END) AS output_fps_min,
  MAX(CASE WHEN output_fps > 0 THEN output_fps END) AS output_fps_max,
  HISTOGRAM(CASE
    WHEN output_fps > 0 THEN LPAD(CAST(CAST(FLOOR(LEAST(output_fps, CAST(400 AS DOUBLE)) * 2) AS INT) AS STRING), 4, '0')
    ELSE ''
  END) AS output_fps_buckets,
  SUM(CASE WHEN input_fps > 0 THEN 1 ELSE 0 END) AS input_fps_count,
  SUM(CASE WHEN input_fps > 0 THEN input_fps ELSE CAST(0 AS DOUBLE) END) AS input_fps_sum,
  SUM(CASE WHEN delivered_mpps > 0 THEN 1 ELSE 0 END) AS delivered_mpps_count,
  SUM(CASE WHEN delivered_mpps > 0 THEN delivered_mpps ELSE CAST(0 AS DOUBLE) END) AS delivered_mpps_sum,
  MAX(CASE WHEN delivered_mpps > 0 THEN delivered_mpps END) AS delivered_mpps_max,
  SUM(restart) AS restarts,
  SUM(inference_ms) AS inference_ms,
  SUM(bytes_received) AS bytes_received,
  SUM(bytes_sent) AS bytes_sent,
  SUM(packets_received) AS packets_received,
  SUM(packets_lost) AS packets_lost,
  COUNT(jitter_ms) AS jitter_count,
  SUM(jitter_ms) AS jitter_sum_ms,
  MIN(jitter_ms) AS jitter_min_ms,
  MAX(jitter_ms) AS jitter_max_ms,
  COUNT(rtt_ms) AS rtt_count,
  SUM(rtt_ms) AS rtt_sum_ms,
  MIN(rtt_ms) AS rtt_min_ms,
  MAX(rtt_ms) AS rtt_max_ms,
  SUM(CASE WHEN kind = 'payment' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS payments,
  SUM(tickets) AS tickets,
  SUM(fee_wei) AS fees_wei,
  COUNT(price_wei_per_pixel) AS price_count,
  SUM(price_wei_per_pixel) AS price_sum_wei_per_pixel,
  MIN(price_wei_per_pixel) AS price_min_wei_per_pixel,
  MAX(price_wei_per_pixel) AS price_max_wei_per_pixel,
  SUM(COALESCE(settled, 0) * sign) AS settled,
  COUNT(lag_ms) AS lag_count,
  SUM(lag_ms) AS lag_sum_ms,
  MAX(lag_ms) AS lag_max_ms
FROM ${service_sample}
WHERE dimension = 'orchestrator_model' AND kind <> 'capacity'
GROUP BY dimension_value + '|' + CAST(event_time / ${window_ms} * ${window_ms} AS STRING)
HAVING SUM(CASE WHEN kind = 'session' THEN sign WHEN kind = 'signal' THEN 0 ELSE 1 END) > 0
EMIT CHANGES;
