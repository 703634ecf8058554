import { LATENCY, percentile } from './buckets';
import type { Benchmark } from './benchmark';
import type { Contribution } from './contributions';
import { FRAMES, Measures, ratio } from './measures';
import type { GoldRow } from './measures';
import { byWindow, partsOf } from './rollups';
import { DAY_MS, FULL_FPS_SAMPLES, FULL_LATENCY_SAMPLES, MINUTE_MS } from './rules';

/** What `service`, `sla` and `cue` say, by `orchestrator|pipeline|model|window start`. */
export interface ServiceRows {
  readonly service: ReadonlyMap<string, GoldRow>;
  readonly sla: ReadonlyMap<string, GoldRow>;
  readonly cue: ReadonlyMap<string, GoldRow>;
}

/** Supply is no part of these: every orchestrator would have a row each minute. */
export function serviceRows(contributions: readonly Contribution[], benchmarks: ReadonlyMap<string, Benchmark>): ServiceRows {
  const served = contributions.filter(({ offer }) => offer === undefined);
  const groups = byWindow(served, MINUTE_MS, (key) => key.startsWith('orchestrator_model|'));
  const rows = { service: new Map<string, GoldRow>(), sla: new Map<string, GoldRow>(), cue: new Map<string, GoldRow>() };
  for (const [key, group] of groups) {
    const { dimensionKey, start } = partsOf(key);
    const measures = new Measures(group);
    const service = serviceRow(dimensionKey, start, measures);
    const rollupKey = `${dimensionKey.slice('orchestrator_model|'.length)}|${start}`;
    rows.service.set(rollupKey, service);
    rows.sla.set(rollupKey, slaRow(service, measures, benchmarks.get(service.BENCHMARK_KEY as string)));
    rows.cue.set(rollupKey, cueRow(service, benchmarks.get(service.CUE_BENCHMARK_KEY as string)));
  }
  return rows;
} // prettier-ignore

function serviceRow(dimensionKey: string, start: number, measures: Measures): GoldRow {
  const [, orchestrator = '', pipeline = '', model = ''] = dimensionKey.split('|');
  const day = Math.floor(start / DAY_MS);
  const types = measures.contributions.flatMap(({ sample, place }) => (sample ? [place.gpuType] : []));
  const gpuType = types.filter((type) => type !== 'unknown').sort()[0] ?? null;
  return {
    ORCHESTRATOR: orchestrator, PIPELINE: pipeline, MODEL: model, WINDOW_START: start,
    BENCHMARK_KEY: `${pipeline}|${model}|${day}`,
    CUE_BENCHMARK_KEY: `${pipeline}|${model}|${gpuType ?? 'unknown'}|${day}`,
    GPU_TYPE: gpuType,
    ...measures.outcomes(),
    ...measures.latencyColumns(true),
    ...measures.outputColumns(),
    ...measures.counters(),
    ...measures.gaugeColumns(),
    ...measures.moneyColumns(),
    SETTLED: measures.settled(),
    ...measures.lagColumns(),
  };
} // prettier-ignore

function cueRow(service: GoldRow, benchmark: Benchmark | undefined): GoldRow {
  const count = Number(service.DELIVERED_MPPS_COUNT);
  const mean = ratio(Number(service.DELIVERED_MPPS_SUM), count);
  const best = benchmark?.deliveredMppsBestP90 ?? null;
  return {
    ORCHESTRATOR: service.ORCHESTRATOR!, PIPELINE: service.PIPELINE!, MODEL: service.MODEL!, WINDOW_START: service.WINDOW_START!,
    GPU_TYPE: service.GPU_TYPE!,
    DELIVERED_MPPS_COUNT: count,
    DELIVERED_MPPS_SUM: service.DELIVERED_MPPS_SUM!,
    DELIVERED_MPPS: mean,
    BEST_MPPS: best,
    BEST_MPPS_SUM: best === null ? null : best * count,
    CUE_EFFICIENCY_INDEX: mean === null || best === null ? null : mean / best,
  };
} // prettier-ignore

/** Columns of `service` that `sla` carries on. */
const CARRIED = [
  'ORCHESTRATOR', 'PIPELINE', 'MODEL', 'WINDOW_START', 'REQUESTED', 'STARTED', 'NO_ORCHESTRATOR', 'EXCUSABLE', 'FAILED', 'SWAPPED',
  'UNATTRIBUTED', 'OUTPUT_FAILED', 'SIGNALS_SEEN', 'SIGNALS_EXPECTED', 'PROMPT_TO_FIRST_FRAME_COUNT', 'PROMPT_TO_FIRST_FRAME_SUM_MS',
  'E2E_LATENCY_COUNT', 'E2E_LATENCY_SUM_MS', 'STATUS_SAMPLES', 'OUTPUT_FPS_COUNT', 'OUTPUT_FPS_SUM', 'SETTLED', 'LAG_COUNT', 'LAG_SUM_MS',
]; // prettier-ignore

function slaRow(row: GoldRow, measures: Measures, benchmark: Benchmark | undefined): GoldRow {
  const n = (column: string): number => Number(row[column]);
  const share = (column: string): number => n(column) / n('REQUESTED');
  const startup = share('STARTED');
  const noSwap = 1 - share('SWAPPED');
  const viability = 1 - share('OUTPUT_FAILED');
  const coverage = n('SIGNALS_EXPECTED') === 0 ? 1 : Math.min(n('SIGNALS_SEEN') / n('SIGNALS_EXPECTED'), 1);
  const ptff = latencyScore(row, 'PROMPT_TO_FIRST_FRAME', benchmark?.promptToFirstFrameP50Ms, benchmark?.promptToFirstFrameP90Ms);
  const e2e = latencyScore(row, 'E2E_LATENCY', benchmark?.e2eLatencyP50Ms, benchmark?.e2eLatencyP90Ms);
  const fps = fpsScore(row, benchmark?.outputFpsP10, benchmark?.outputFpsP50);
  const reliability = 0.4 * startup + 0.2 * noSwap + 0.4 * viability;
  const quality = 0.6 * (0.6 * ptff + 0.4 * e2e) + 0.4 * fps;
  const score = Math.min(Math.max(100 * coverage * (0.7 * reliability + 0.3 * quality), 0), 100);
  const requested = n('REQUESTED') > 0;
  return {
    ...Object.fromEntries(CARRIED.map((column) => [column, row[column]!])),
    ...percentiles(measures),
    FAILURE_RATE: requested ? share('FAILED') : null,
    SWAP_RATE: requested ? share('SWAPPED') : null,
    OUTPUT_JITTER_COEFFICIENT: measures.jitterCoefficient(),
    STARTUP_SUCCESS_RATE: requested ? startup : null,
    NO_SWAP_RATE: requested ? noSwap : null,
    OUTPUT_VIABILITY_RATE: requested ? viability : null,
    COVERAGE: coverage,
    PROMPT_TO_FIRST_FRAME_SCORE: ptff,
    E2E_LATENCY_SCORE: e2e,
    OUTPUT_FPS_SCORE: fps,
    RELIABILITY: requested ? reliability : null,
    QUALITY: quality,
    SLA_SCORE: requested ? score : null,
    SLA_COMPLIANCE_SCORE: requested ? score : null,
  };
} // prettier-ignore

function percentiles(measures: Measures): GoldRow {
  const latencies = Object.entries(measures.latencies());
  const ranks = [50, 95, 99];
  return Object.fromEntries(
    ranks.flatMap((rank) => [
      ...latencies.map(
        ([name, values]) => [`${name}_P${rank}_MS`, percentile(values, rank, LATENCY)] as const,
      ),
      [`OUTPUT_FPS_P${rank}`, percentile(measures.frameRates(), rank, FRAMES)] as const,
    ]),
  );
}

const clamp01 = (value: number): number => Math.min(Math.max(value, 0), 1);
const shrink = (raw: number, samples: number, enough: number): number =>
  0.5 + Math.min(samples / enough, 1) * (raw - 0.5);

/** Median or better is 1, p90 or worse 0. */
function latencyScore(row: GoldRow, name: string, p50?: number | null, p90?: number | null): number {
  const count = Number(row[`${name}_COUNT`]);
  if (count === 0 || p50 == null || p90 == null) return 0.5;
  const mean = Number(row[`${name}_SUM_MS`]) / count;
  const raw = mean <= p50 ? 1 : clamp01((p90 - mean) / (p90 - p50));
  return shrink(p90 === p50 && mean > p50 ? 0 : raw, count, FULL_LATENCY_SAMPLES);
}

/** Median or better is 1, p10 or worse 0. */
function fpsScore(row: GoldRow, p10?: number | null, p50?: number | null): number {
  const count = Number(row.OUTPUT_FPS_COUNT);
  if (count === 0 || p10 == null || p50 == null) return 0.5;
  const mean = Number(row.OUTPUT_FPS_SUM) / count;
  const raw = mean >= p50 ? 1 : clamp01((mean - p10) / (p50 - p10));
  return shrink(p10 === p50 && mean < p50 ? 0 : raw, count, FULL_FPS_SAMPLES);
}
