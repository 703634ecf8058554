import { LATENCY, MEGAPIXELS, frames, percentile } from './buckets';
import type { Contribution } from './contributions';
import { BENCHMARK_DAYS, DAY_MS } from './rules';

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
  readonly deliveredMppsCount: number;
  readonly deliveredMppsBestP90: number | null;
}

class Samples {
  readonly ptff: number[] = [];
  readonly e2e: number[] = [];
  readonly fps: number[] = [];
  /** By day. */
  readonly mpps = new Map<number, number[]>();
}

/** By `pipeline|model|day` and, of megapixels, `pipeline|model|GPU type|day`: a day's samples count for each of the seven after it. */
export function benchmarksOf(contributions: readonly Contribution[]): Map<string, Benchmark> {
  const samples = new Map<string, Samples>();
  for (const { time, place, session, sample } of contributions) {
    const day = Math.floor(time / DAY_MS);
    const add = (prefix: string, put: (into: Samples) => void): void => {
      for (let ahead = 1; ahead <= BENCHMARK_DAYS; ahead++) {
        const key = `${prefix}|${day + ahead}`;
        const into = samples.get(key) ?? new Samples();
        samples.set(key, into);
        put(into);
      }
    };
    const { promptToFirstFrameMs: ptff = null, e2eLatencyMs: e2e = null } = session ?? {};
    const { outputFps = 0, mpps = 0 } = sample ?? {};
    const model = `${place.pipeline}|${place.model}`;
    if (ptff !== null) add(model, (into) => into.ptff.push(ptff));
    if (e2e !== null) add(model, (into) => into.e2e.push(e2e));
    if (outputFps > 0) add(model, (into) => into.fps.push(outputFps));
    if (mpps > 0) add(`${model}|${place.gpuType}`, (into) => into.mpps.set(day, [...(into.mpps.get(day) ?? []), mpps]));
  }
  return new Map([...samples].map(([key, entry]) => [key, summarise(entry)]));
} // prettier-ignore

const FRAMES = frames(1_000);

function summarise({ ptff, e2e, fps, mpps }: Samples): Benchmark {
  const days = [...mpps.values()].map((values) => percentile(values, 90, MEGAPIXELS)!);
  return {
    promptToFirstFrameCount: ptff.length,
    promptToFirstFrameP50Ms: percentile(ptff, 50, LATENCY),
    promptToFirstFrameP90Ms: percentile(ptff, 90, LATENCY),
    e2eLatencyCount: e2e.length,
    e2eLatencyP50Ms: percentile(e2e, 50, LATENCY),
    e2eLatencyP90Ms: percentile(e2e, 90, LATENCY),
    outputFpsCount: fps.length,
    outputFpsP10: percentile(fps, 10, FRAMES),
    outputFpsP50: percentile(fps, 50, FRAMES),
    deliveredMppsCount: [...mpps.values()].flat().length,
    deliveredMppsBestP90: days.length === 0 ? null : Math.max(...days),
  };
}
