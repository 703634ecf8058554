import type { GpuSample } from './samples';

const BUCKETS: Readonly<Record<string, number>> = {
  utilization_percent: 5,
  memory_used_percent: 5,
  gpu_temp_c: 2,
  memory_temp_c: 2,
  power_usage_w: 25,
};
const STATISTICS = [
  ...Object.keys(BUCKETS),
  'memory_utilization_percent',
  'thermal_throttled_percent',
  'power_throttled_percent',
];
const TOTALS = ['ecc_sbe_increase', 'ecc_dbe_increase', 'pcie_replay_increase', 'xid_events'];

export type GoldRow = Record<string, unknown>;

/** What each dimension's GPUs did in each window, by `<dimension key> <start of the window>`. */
export function rollUpGpus(samples: readonly GpuSample[], windowMs: number): Map<string, GoldRow> {
  const groups = new Map<string, GpuSample[]>();
  for (const sample of samples) {
    const start = Math.floor(sample.time / windowMs) * windowMs;
    for (const dimension of sample.dimensions) {
      const key = `${dimension} ${start}`;
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push(sample);
    }
  }
  return new Map([...groups].map(([key, group]) => [key, rowOf(key, group, windowMs)]));
}

function rowOf(key: string, group: readonly GpuSample[], windowMs: number): GoldRow {
  const [dimensionKey, start] = [
    key.slice(0, key.lastIndexOf(' ')),
    Number(key.slice(key.lastIndexOf(' ') + 1)),
  ];
  const bar = dimensionKey.indexOf('|');
  const row: GoldRow = {
    DIMENSION: dimensionKey.slice(0, bar),
    DIMENSION_VALUE: dimensionKey.slice(bar + 1),
    WINDOW_START: start,
    WINDOW_END: start + windowMs,
    SAMPLES: group.length,
    LATE_SAMPLES: group.filter(({ late }) => late).length,
    GPUS: new Set(group.map(({ gpu }) => gpu)).size,
  };
  for (const name of STATISTICS) Object.assign(row, statistics(name, valuesOf(group, name)));
  const used = valuesOf(group, 'memory_used_bytes');
  Object.assign(row, {
    MEMORY_USED_BYTES_COUNT: used.length,
    MEMORY_USED_BYTES_SUM: sum(used),
    MEMORY_USED_BYTES_MAX: used.length > 0 ? Math.max(...used) : null,
  });
  for (const name of TOTALS) row[name.toUpperCase()] = sum(valuesOf(group, name));
  return row;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const valuesOf = (group: readonly GpuSample[], name: string): number[] =>
  group.flatMap(({ measures }) => measures[name] ?? []);

function statistics(name: string, values: readonly number[]): GoldRow {
  const column = name.toUpperCase();
  const width = BUCKETS[name];
  return {
    [`${column}_COUNT`]: values.length,
    [`${column}_SUM`]: sum(values),
    [`${column}_MIN`]: values.length > 0 ? Math.min(...values) : null,
    [`${column}_MAX`]: values.length > 0 ? Math.max(...values) : null,
    ...(width === undefined ? {} : { [`${column}_BUCKETS`]: histogram(values, width) }),
  };
}

function histogram(values: readonly number[], width: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) {
    const label = String(Math.floor(value / width) * width).padStart(3, '0');
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}
