import { GRADES, PENALTY, RECENT, RISK, TREND_BAD, TREND_MIN_MS, TREND_POINTS, WEIGHTS } from './rules';
import type { GpuSample } from './samples';

export interface GpuHealth {
  readonly gpu: string;
  readonly samples: number;
  readonly lastTime: number;
  /** memory, thermal, performance, power, reliability. */
  readonly dimensions: readonly number[] | undefined;
  readonly overall: number | undefined;
  readonly grade: string | undefined;
  readonly trend: number | undefined;
  readonly factors: readonly string[];
  readonly risk: number;
  readonly horizonDays: number | undefined;
  /** Values that rules look at: the latest that is known. */
  readonly values: Readonly<Record<string, number | undefined>>;
}

/** Health after the last of a GPU's samples; those that came after a newer one must have been left out. */
export function gpuHealth(samples: readonly GpuSample[]): GpuHealth {
  const { gpu } = samples[0]!;
  const recent = recentErrors(samples);
  const worst = lastOf(samples.map(({ thermalScore }) => thermalScore)).reduce<number | undefined>(
    (min, score) => (min === undefined || score < min ? score : min),
    undefined,
  );
  const rowRemapFailed = (latest(samples.map(({ rowRemapFailure }) => rowRemapFailure)) ?? 0) > 0;
  const dimensions =
    worst === undefined ? undefined : dimensionScores(samples, recent, worst, rowRemapFailed);
  const overall = dimensions && weighted(dimensions);
  const trend = trendOf(samples);
  const factors = factorsOf(samples, recent, worst, rowRemapFailed);
  const points = factors.reduce((total, factor) => total + (RISK[factor]?.[0] ?? 0), 0);
  const risk = Math.min(100, points + (trend !== undefined && trend <= -TREND_BAD ? TREND_POINTS : 0));
  const days = factors.flatMap((factor) => RISK[factor]?.[1] ?? []);
  const lastValue = (name: string) => latest(samples.map(({ measures }) => measures[name]));
  return {
    gpu,
    samples: samples.length,
    lastTime: Math.max(...samples.map(({ time }) => time)),
    dimensions,
    overall,
    grade: overall === undefined ? undefined : GRADES.find(([, from]) => overall >= from)![0],
    trend,
    factors,
    risk,
    horizonDays: days.length > 0 ? Math.min(...days) : undefined,
    values: {
      gpu_temp_c: lastValue('gpu_temp_c'),
      memory_temp_c: lastValue('memory_temp_c'),
      memory_used_percent: lastValue('memory_used_percent'),
      thermal_throttled_percent: lastValue('thermal_throttled_percent'),
      ecc_sbe_recent: recent.sbe,
      ecc_dbe_recent: recent.dbe,
      xid_recent: recent.xid,
      overall_score: overall,
      failure_risk: risk,
    },
  };
}

const known = (values: readonly (number | undefined)[]): number[] => values.flatMap((value) => value ?? []);
const lastOf = (values: readonly (number | undefined)[]): number[] => known(values).slice(-RECENT);
const latest = (values: readonly (number | undefined)[]): number | undefined => known(values).at(-1);

interface RecentErrors {
  readonly sbe: number;
  readonly dbe: number;
  readonly replay: number;
  readonly xid: number;
}

/** Each error weighs half as much after each half-life. */
function recentErrors(samples: readonly GpuSample[]): RecentErrors {
  const now = Math.max(...samples.map(({ weight }) => weight));
  const faded = (name: string) =>
    samples.reduce((total, { measures, weight }) => total + (measures[name] ?? 0) * weight, 0) / now;
  return {
    sbe: faded('ecc_sbe_increase'),
    dbe: faded('ecc_dbe_increase'),
    replay: faded('pcie_replay_increase'),
    xid: faded('xid_events'),
  };
}

function dimensionScores(
  samples: readonly GpuSample[],
  recent: RecentErrors,
  thermal: number,
  rowRemapFailed: boolean,
): number[] {
  const unthrottled = (name: string) => {
    const shares = lastOf(samples.map(({ measures }) => measures[name]));
    return shares.length === 0
      ? 100
      : 100 - shares.reduce((total, share) => total + share, 0) / shares.length;
  };
  const errors = recent.dbe * PENALTY.dbe + recent.sbe * PENALTY.sbe;
  return [
    Math.max(0, 100 - errors - (rowRemapFailed ? PENALTY.rowRemapFailure : 0)),
    thermal,
    unthrottled('thermal_throttled_percent'),
    unthrottled('power_throttled_percent'),
    Math.max(0, 100 - recent.xid * PENALTY.xid - recent.replay * PENALTY.replay),
  ];
}

function weighted([memory, thermal, performance, power, reliability]: readonly number[]): number {
  return (
    memory! * WEIGHTS.memory +
    thermal! * WEIGHTS.thermal +
    performance! * WEIGHTS.performance +
    power! * WEIGHTS.power +
    reliability! * WEIGHTS.reliability
  );
}

/** Least squares around the weighted means, in points per day. */
function trendOf(samples: readonly GpuSample[]): number | undefined {
  const read = samples.filter(({ thermalScore }) => thermalScore !== undefined);
  const times = read.map(({ time }) => time);
  if (read.length === 0 || Math.max(...times) - Math.min(...times) < TREND_MIN_MS) return undefined;
  const all = read.reduce((total, { weight }) => total + weight, 0);
  const mean = (of: (sample: GpuSample) => number) =>
    read.reduce((total, sample) => total + (sample.weight / all) * of(sample), 0);
  const [day, score] = [mean((sample) => sample.day), mean((sample) => sample.thermalScore!)];
  const covariance = mean((sample) => (sample.day - day) * (sample.thermalScore! - score));
  return covariance / mean((sample) => (sample.day - day) ** 2);
}

function factorsOf(
  samples: readonly GpuSample[],
  recent: RecentErrors,
  worst: number | undefined,
  rowRemapFailed: boolean,
): string[] {
  const throttled = (name: string) => (latest(samples.map(({ measures }) => measures[name])) ?? 0) >= 5;
  const found: Readonly<Record<string, boolean>> = {
    uncorrectable_ecc_errors: recent.dbe >= 0.5,
    frequent_ecc_errors: recent.sbe >= 50,
    minor_ecc_errors: recent.sbe > 0 && recent.sbe < 50,
    row_remap_failure: rowRemapFailed,
    xid_errors: recent.xid >= 0.5,
    pcie_replays: recent.replay >= 10,
    overheating: worst !== undefined && worst < 50,
    elevated_temperature: worst !== undefined && worst >= 50 && worst < 90,
    thermal_throttling: throttled('thermal_throttled_percent'),
    power_throttling: throttled('power_throttled_percent'),
  };
  return Object.keys(found).filter((factor) => found[factor]);
}
