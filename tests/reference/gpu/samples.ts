import {
  DAY_MS,
  EPOCH_MS,
  HALF_LIFE_MS,
  HISTORY,
  LATE_MS,
  MAX_AGE_MS,
  MAX_AHEAD_MS,
  MAX_POWER_W,
  MAX_TEMP_C,
  MEMORY_TEMP_C,
  TEMP_C,
} from './rules';

const COUNTERS = [
  'ecc_sbe',
  'ecc_dbe',
  'pcie_replays',
  'xid_error',
  'thermal_violation_us',
  'power_violation_us',
] as const;
type Counter = (typeof COUNTERS)[number];
const MEASURES = [
  'utilization_percent',
  'memory_utilization_percent',
  'gpu_temp_c',
  'memory_temp_c',
  'power_usage_w',
  'sm_clock_mhz',
  'memory_total_bytes',
  'memory_used_bytes',
  'xid_error',
  'ecc_sbe',
  'ecc_dbe',
  'pcie_replays',
] as const;

/** A record of `telemetry.gpu_metrics.v1`; what is absent is unknown. */
export interface GpuRecord {
  /** When it arrived, ms since the epoch. */
  readonly at: number;
  readonly event_id?: string;
  readonly source_event_time?: number;
  readonly gpu_id?: string;
  readonly mig_instance?: string;
  readonly gpu_name?: string;
  readonly orchestrator?: string;
  readonly pipeline?: string;
  readonly model?: string;
  readonly region?: string;
  readonly utilization_percent?: number;
  readonly memory_utilization_percent?: number;
  readonly memory_total_bytes?: number;
  readonly memory_used_bytes?: number;
  readonly gpu_temp_c?: number;
  readonly memory_temp_c?: number;
  readonly power_usage_w?: number;
  readonly sm_clock_mhz?: number;
  readonly xid_error?: number;
  readonly ecc_sbe?: number;
  readonly ecc_dbe?: number;
  readonly pcie_replays?: number;
  readonly row_remap_failure?: number;
  readonly thermal_violation_us?: number;
  readonly power_violation_us?: number;
  readonly clock_event_reasons?: number;
}

/** A valid sample with all that is derived from it. */
export interface GpuSample {
  readonly gpu: string;
  readonly time: number;
  readonly late: boolean;
  readonly outOfOrder: boolean;
  readonly dimensions: readonly string[];
  readonly measures: Readonly<Record<string, number | undefined>>;
  readonly rowRemapFailure: number | undefined;
  readonly thermalScore: number | undefined;
  readonly weight: number;
  readonly day: number;
}

export interface GpuVerdicts {
  readonly samples: readonly GpuSample[];
  /** Code of the reason for each refused record, in order of arrival. */
  readonly refused: readonly string[];
  readonly copies: number;
}

/** Judges records as they arrive, drops copies, and reads the increases of counters off each GPU's history. */
export function judgeGpuRecords(records: readonly GpuRecord[]): GpuVerdicts {
  const histories = new Map<string, GpuRecord[]>();
  const samples: GpuSample[] = [];
  const refused: string[] = [];
  let copies = 0;
  for (const record of records) {
    const gpu = `${record.gpu_id || 'unknown'}${record.mig_instance === undefined ? '' : `/${record.mig_instance}`}`;
    const history = histories.get(gpu) ?? [];
    histories.set(gpu, history);
    const others = remember(history, record);
    const reason = refusal(record);
    if (reason !== undefined) refused.push(reason);
    else if (others.some((other) => isCopy(other, record))) copies++;
    else if (others.length === HISTORY - 1 && others.every((other) => order(other) > order(record)))
      refused.push('too_far_behind');
    else samples.push(sampleOf(gpu, record, others));
  }
  return { samples, refused, copies };
}

function isInTime({ at, source_event_time: time }: GpuRecord): boolean {
  return time !== undefined && time >= at - MAX_AGE_MS && time <= at + MAX_AHEAD_MS;
}

/** Adds the record to its GPU's history, if its time can be used, and gives the others of the last ones. */
function remember(history: GpuRecord[], record: GpuRecord): readonly GpuRecord[] {
  if (!isInTime(record) || record.event_id === undefined) return history;
  const others = history.slice(-(HISTORY - 1));
  history.splice(0, history.length, ...others, record);
  return others;
}

const order = ({ source_event_time: time, ...rest }: GpuRecord): string =>
  `${time}|${COUNTERS.map((counter) => rest[counter] ?? '').join('|')}|${rest.event_id}`;
const isCopy = (a: GpuRecord, b: GpuRecord): boolean => order(a) === order(b);

function refusal(record: GpuRecord): string | undefined {
  if (!record.gpu_id) return 'missing_gpu_id';
  if (!record.event_id) return 'missing_event_id';
  if (record.source_event_time === undefined) return 'missing_time';
  if (record.source_event_time < record.at - MAX_AGE_MS) return 'event_too_old';
  if (record.source_event_time > record.at + MAX_AHEAD_MS) return 'event_in_future';
  const outside = (value: number | undefined, max: number) =>
    value !== undefined && (value < 0 || value > max);
  if (outside(record.gpu_temp_c, MAX_TEMP_C) || outside(record.memory_temp_c, MAX_TEMP_C))
    return 'out_of_range';
  if (outside(record.power_usage_w, MAX_POWER_W)) return 'out_of_range';
  if (MEASURES.every((measure) => record[measure] === undefined)) return 'no_metrics';
  return undefined;
}

function sampleOf(gpu: string, record: GpuRecord, others: readonly GpuRecord[]): GpuSample {
  const time = record.source_event_time!;
  const reads = (other: GpuRecord) => COUNTERS.some((counter) => other[counter] !== undefined);
  const newest = (of: readonly GpuRecord[]) =>
    of.reduce<GpuRecord | undefined>(
      (best, other) => (best && order(best) > order(other) ? best : other),
      undefined,
    );
  const reading = newest(others.filter(reads));
  const before = reading && reading.source_event_time! < time ? reading : undefined;
  const sameKind = reads(record) ? reading : newest(others.filter((other) => !reads(other)));
  return {
    gpu: safe(gpu),
    time,
    late: record.at - time > LATE_MS,
    outOfOrder: sameKind !== undefined && sameKind.source_event_time! > time,
    dimensions: dimensionsOf(gpu, record),
    measures: measuresOf(record, before, reading),
    rowRemapFailure: record.row_remap_failure,
    thermalScore: thermalScore(record),
    weight: 2 ** ((time - EPOCH_MS) / HALF_LIFE_MS),
    day: (time - EPOCH_MS) / DAY_MS,
  };
}

const safe = (text: string): string => text.replace(/[|#\s]/g, '_');

function dimensionsOf(gpu: string, record: GpuRecord): string[] {
  return [
    'network|all',
    `gpu|${safe(gpu)}`,
    `gpu_type|${safe(record.gpu_name || 'unknown')}`,
    `orchestrator|${safe(record.orchestrator?.toLowerCase() || 'unattributed')}`,
    `model|${safe(record.pipeline || 'unknown')}|${safe(record.model || 'unknown')}`,
    `region|${safe(record.region || 'unknown')}`,
  ];
}

function measuresOf(record: GpuRecord, before: GpuRecord | undefined, reading: GpuRecord | undefined) {
  const percent = (value: number | undefined) =>
    value !== undefined && value >= 0 && value <= 100 ? value : undefined;
  const { memory_total_bytes: total, memory_used_bytes: used } = record;
  const fits = total !== undefined && total > 0 && used !== undefined && used >= 0 && used <= total;
  return {
    utilization_percent: percent(record.utilization_percent),
    memory_utilization_percent: percent(record.memory_utilization_percent),
    memory_used_bytes: used !== undefined && used >= 0 ? used : undefined,
    memory_used_percent: fits ? (used * 100) / total : undefined,
    gpu_temp_c: record.gpu_temp_c,
    memory_temp_c: record.memory_temp_c,
    power_usage_w: record.power_usage_w,
    ecc_sbe_increase: increase(record, before, 'ecc_sbe'),
    ecc_dbe_increase: increase(record, before, 'ecc_dbe'),
    pcie_replay_increase: increase(record, before, 'pcie_replays'),
    xid_events: xidEvents(record, before, reading),
    thermal_throttled_percent: throttled(record, before, 'thermal_violation_us', [8, 32, 64]),
    power_throttled_percent: throttled(record, before, 'power_violation_us', [128]),
  };
}

/** A counter that went down began anew; the first reading, and one after a newer one, add nothing. */
function increase(record: GpuRecord, before: GpuRecord | undefined, counter: Counter): number | undefined {
  const now = record[counter];
  const then = before?.[counter];
  if (now === undefined) return undefined;
  if (then === undefined) return 0;
  return now >= then ? now - then : now;
}

function xidEvents(record: GpuRecord, before: GpuRecord | undefined, reading: GpuRecord | undefined) {
  if (record.xid_error === undefined) return undefined;
  const cameLate = reading !== undefined && before === undefined;
  return record.xid_error === 0 || cameLate || before?.xid_error === record.xid_error ? 0 : 1;
}

function throttled(
  record: GpuRecord,
  before: GpuRecord | undefined,
  counter: 'thermal_violation_us' | 'power_violation_us',
  bits: readonly number[],
): number | undefined {
  if (record[counter] !== undefined && before?.[counter] !== undefined) {
    const elapsedUs = (record.source_event_time! - before.source_event_time!) * 1000;
    return Math.min(100, (increase(record, before, counter)! / elapsedUs) * 100);
  }
  const reasons = record.clock_event_reasons;
  if (reasons === undefined) return undefined;
  return bits.some((bit) => Math.floor(reasons / bit) % 2 === 1) ? 100 : 0;
}

function thermalScore({ gpu_temp_c: gpu, memory_temp_c: memory = 0 }: GpuRecord): number | undefined {
  const score = (value: number, { good, bad }: { readonly good: number; readonly bad: number }) =>
    Math.min(100, Math.max(0, ((bad - value) * 100) / (bad - good)));
  return gpu === undefined ? undefined : Math.min(score(gpu, TEMP_C), score(memory, MEMORY_TEMP_C));
}
