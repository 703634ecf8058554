import type { OracleEvent } from './judge';
import { BENCHMARK_DAYS, DAY_MS, FPS_BUCKETS_A_FRAME, LATENCY_BUCKET_GROWTH } from './rules';
import { dimension, outputFpsOf } from './sessions';
import type { OracleSession } from './sessions';
import { textOf } from './judge';

/** Percentiles of the days before, as the middle of their buckets; null without samples. */
export interface Benchmark {
  readonly promptToFirstFrameCount: number;
  readonly promptToFirstFrameP50Ms: number | null;
  readonly promptToFirstFrameP90Ms: number | null;
  readonly e2eLatencyCount: number;
  readonly e2eLatencyP50Ms: number | null;
  readonly e2eLatencyP90Ms: number | null;
  readonly outputFpsCount: number;
  readonly outputFpsP10: number | null;
  readonly outputFpsP50: number | null;
}

interface Samples {
  readonly ptff: number[];
  readonly e2e: number[];
  readonly fps: number[];
}

/** Benchmarks by `pipeline|model|day`, where the samples of a day count for each of the seven days after it. */
export function benchmarksOf(
  sessions: Iterable<OracleSession>,
  events: readonly OracleEvent[],
): Map<string, Benchmark> {
  const samples = new Map<string, Samples>();
  const add = (pipeline: string, model: string, time: number, metric: keyof Samples, value: number): void => {
    for (let ahead = 1; ahead <= BENCHMARK_DAYS; ahead++) {
      const key = `${pipeline}|${model}|${Math.floor(time / DAY_MS) + ahead}`;
      const entry = samples.get(key) ?? { ptff: [], e2e: [], fps: [] };
      entry[metric].push(value);
      samples.set(key, entry);
    }
  };
  for (const { pipeline, model, requestedAt, promptToFirstFrameMs: ptff, e2eLatencyMs: e2e } of sessions) {
    if (requestedAt === null) continue;
    if (ptff !== null) add(pipeline, model, requestedAt, 'ptff', ptff);
    if (e2e !== null) add(pipeline, model, requestedAt, 'e2e', e2e);
  }
  for (const { family, data, eventTime } of events) {
    if (family !== 'ai_stream_status' || outputFpsOf(data) <= 0) continue;
    const pipeline = dimension(textOf(data.pipeline_id)) || 'unknown';
    const model = dimension(textOf(data.pipeline)) || 'unknown';
    add(pipeline, model, eventTime, 'fps', outputFpsOf(data));
  }
  return new Map([...samples].map(([key, entry]) => [key, summarise(entry)]));
}

function summarise({ ptff, e2e, fps }: Samples): Benchmark {
  return {
    promptToFirstFrameCount: ptff.length,
    promptToFirstFrameP50Ms: percentile(ptff, 50, latencyBucketMiddle),
    promptToFirstFrameP90Ms: percentile(ptff, 90, latencyBucketMiddle),
    e2eLatencyCount: e2e.length,
    e2eLatencyP50Ms: percentile(e2e, 50, latencyBucketMiddle),
    e2eLatencyP90Ms: percentile(e2e, 90, latencyBucketMiddle),
    outputFpsCount: fps.length,
    outputFpsP10: percentile(fps, 10, fpsBucketMiddle),
    outputFpsP50: percentile(fps, 50, fpsBucketMiddle),
  };
}

/** Nearest rank: the smallest value that at least `percent` of all values do not exceed, moved to the middle of its bucket. */
function percentile(
  values: readonly number[],
  percent: number,
  middle: (value: number) => number,
): number | null {
  if (values.length === 0) return null;
  const ordered = [...values].sort((a, b) => a - b);
  const rank = Math.ceil((values.length * percent) / 100);
  return middle(ordered[rank - 1]!);
}

function latencyBucketMiddle(milliseconds: number): number {
  const index = Math.floor(Math.log(Math.max(milliseconds, 1)) / Math.log(LATENCY_BUCKET_GROWTH));
  return LATENCY_BUCKET_GROWTH ** (index + 0.5);
}

function fpsBucketMiddle(fps: number): number {
  return (Math.floor(Math.min(fps, 1000) * FPS_BUCKETS_A_FRAME) + 0.5) / FPS_BUCKETS_A_FRAME;
}
