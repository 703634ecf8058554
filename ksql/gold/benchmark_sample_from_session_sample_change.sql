-- description: Latency samples of sessions for the benchmark: a new one, and the one that it replaces taken back.
-- grain: one sample of one metric
-- owner: analytics
INSERT INTO benchmark_sample
SELECT
  request_id,
  EXPLODE(FILTER(
    ARRAY[
      CASE WHEN prompt_to_first_frame[2] IS NULL THEN prompt_to_first_frame[1] WHEN prompt_to_first_frame[2] <> prompt_to_first_frame[1] THEN prompt_to_first_frame[2] ELSE '' END,
      CASE WHEN prompt_to_first_frame[2] <> prompt_to_first_frame[1] THEN REPLACE(prompt_to_first_frame[1], '#', '#-') ELSE '' END,
      CASE WHEN e2e_latency[2] IS NULL THEN e2e_latency[1] WHEN e2e_latency[2] <> e2e_latency[1] THEN e2e_latency[2] ELSE '' END,
      CASE WHEN e2e_latency[2] <> e2e_latency[1] THEN REPLACE(e2e_latency[1], '#', '#-') ELSE '' END
    ],
    s => s <> '')) AS sample
FROM session_sample_change
EMIT CHANGES;
