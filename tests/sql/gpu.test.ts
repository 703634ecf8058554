import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { PlannedSql } from '../../cli/ksql/planned-sql';
import { Pipeline, sqlObjects } from '../../cli/ksql/virtual-pipeline';
import type { Row } from '../../cli/ksql/virtual-pipeline';
import { parseJson } from '../../engine/testing/json-value';
import { alertsOf } from '../reference/gpu/alerts';
import { rollUpGpus } from '../reference/gpu/rollup';
import { judgeGpuRecords } from '../reference/gpu/samples';
import type { GpuRecord, GpuSample } from '../reference/gpu/samples';
import { sharedFile, testWith } from './shared';

/** All of the GPU's SQL in the engine against the second calculation, row by row. */
const planned = PlannedSql.of(sqlObjects());
const WINDOWS = { '5s': 5_000, '1m': 60_000, '10m': 600_000, '15m': 900_000, '1h': 3_600_000 };
const T = 1_767_900_000_000;

async function answer(records: readonly GpuRecord[]): Promise<Pipeline> {
  const sql = await planned;
  const queries = sql.queries.filter(({ object }) => /GPU|ALERT|INVENTORY/.test(object.name));
  const pipeline = await Pipeline.run(
    sql.world,
    queries.map(({ query }) => query),
  );
  for (const { at, ...columns } of records) {
    const cells = Object.entries(columns).map(([name, cell]) => [name.toUpperCase(), cell]);
    const value = parseJson(JSON.stringify(Object.fromEntries(cells)));
    await pipeline.send({ topic: 'telemetry.gpu_metrics.v1', timestamp: at, key: 'sender', value });
  }
  return pipeline;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

function byGpu(samples: readonly GpuSample[]): GpuSample[][] {
  const groups = new Map<string, GpuSample[]>();
  for (const sample of samples.filter(({ outOfOrder }) => !outOfOrder)) {
    const group = groups.get(sample.gpu) ?? [];
    groups.set(sample.gpu, [...group, sample]);
  }
  return [...groups.values()];
}

/** Rounded to nine digits: sums of many terms differ in the last ones with the order of adding. */
const rounded = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(9));
  if (Array.isArray(value)) return value.map(rounded);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
  return value;
};

const pick = (row: Row, wanted: object): Row =>
  Object.fromEntries(Object.keys(wanted).map((column) => [column, row[column]]));

async function compare(records: readonly GpuRecord[]): Promise<number> {
  const pipeline = await answer(records);
  const { samples, refused, copies } = judgeGpuRecords(records);
  const judged = await pipeline.records('silver.gpu_judged.v1');
  expect(judged.length).toBe(samples.length + refused.length + copies);
  const errors = (await pipeline.records('telemetry.dlq.v1')).map(
    ({ row }) => String(row!.ERROR).split(':')[0],
  );
  expect(errors).toEqual(refused);
  const rows = (await compareRollups(pipeline, samples)) + (await compareHealth(pipeline, samples));
  expect(pipeline.log).toEqual([]);
  return rows;
}

async function compareRollups(pipeline: Pipeline, samples: readonly GpuSample[]): Promise<number> {
  let rows = 0;
  for (const [window, size] of Object.entries(WINDOWS)) {
    const expected = rollUpGpus(samples, size);
    const got = await pipeline.table(`gold.gpu_rollup_${window}.v1`);
    const keyed = new Map(
      [...got.values()].map((row) => [
        `${String(row.DIMENSION)}|${String(row.DIMENSION_VALUE)} ${String(row.WINDOW_START)}`,
        row,
      ]),
    );
    expect([...keyed.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [key, row] of expected) {
      expect({ key, ...(rounded(pick(keyed.get(key)!, row)) as object) }).toEqual({
        key,
        ...(rounded(row) as object),
      });
      rows++;
    }
  }
  return rows;
}

async function compareHealth(pipeline: Pipeline, samples: readonly GpuSample[]): Promise<number> {
  const health = await pipeline.table('gold.gpu_health.v1');
  const predictions = await pipeline.table('gold.gpu_prediction.v1');
  const alerts = (await pipeline.records('alerts.alert.v1')).map(({ key, row }) => ({ key, row: row! }));
  const critical = (await pipeline.records('alerts.alert_critical.v1')).map(({ row }) => row!.ALERT_ID);
  expect(critical).toEqual(alerts.flatMap(({ row }) => (row.SEVERITY === 'critical' ? [row.ALERT_ID] : [])));
  const groups = byGpu(samples);
  expect([...health.keys()].sort()).toEqual(groups.map((group) => group[0]!.gpu).sort());
  for (const group of groups) {
    const expected = alertsOf(group);
    const { gpu, dimensions, overall, grade, trend, factors, risk, horizonDays } = expected.health;
    const row = health.get(gpu)!;
    const score = row.SCORE as Row | null;
    const scores = [score?.MEMORY_HEALTH, score?.THERMAL_HEALTH, score?.PERFORMANCE_HEALTH, score?.POWER_HEALTH, score?.RELIABILITY_HEALTH]; // prettier-ignore
    expect(rounded({ gpu, samples: row.SAMPLES, scores: score && scores, overall: score?.OVERALL_SCORE, grade: score?.HEALTH_GRADE, factors: row.CONTRIBUTING_FACTORS })).toEqual(rounded({ gpu, samples: group.length, scores: dimensions ?? null, overall, grade, factors })); // prettier-ignore
    if (trend === undefined) expect(row.DEGRADATION_TREND).toBeNull();
    else expect(row.DEGRADATION_TREND).toBeCloseTo(trend, 3);
    const prediction = predictions.get(gpu)!;
    expect({ gpu, risk: prediction.FAILURE_RISK, days: prediction.HORIZON_DAYS }).toEqual({ gpu, risk, days: horizonDays ?? null }); // prettier-ignore
    const told = alerts.filter(({ key }) => key === gpu).map(({ row: alert }) => ({ id: alert.ALERT_ID, rule: alert.RULE, severity: alert.SEVERITY, status: alert.STATUS, time: alert.EVENT_TIME, value: alert.CURRENT_VALUE })); // prettier-ignore
    const wanted = expected.alerts.map(({ rule, severity, status, time, episode, value }) => ({ id: md5(`${rule}|${gpu}|${episode ?? 'first'}`), rule, severity, status, time, value })); // prettier-ignore
    expect(rounded(told)).toEqual(rounded(wanted));
  }
  return groups.length + alerts.length;
}

const maybe = <V>(values: fc.Arbitrary<V>) => fc.option(values, { nil: undefined, freq: 4 });
const counter = maybe(fc.integer({ min: 0, max: 60 }));
/** One sample and how long after the one before it was taken; some are old, out of range, copies or out of order. */
const step = fc.record({
  gpu_id: fc.constantFrom('GPU-1', 'GPU-1', 'GPU-2', ''),
  mig_instance: fc.constantFrom(undefined, undefined, undefined, '1'),
  orchestrator: fc.constantFrom('0xAA', '0xbb', undefined),
  gpu_name: fc.constantFrom('NVIDIA A100', undefined),
  after: fc.oneof(fc.integer({ min: -20_000, max: 60_000 }), fc.constant(0), fc.constant(1_800_000)),
  delay: fc.oneof(
    fc.integer({ min: -1_000, max: 90_000 }),
    fc.constantFrom(3_600_000, 3_600_001, -300_000, -300_001),
  ),
  copy: fc.boolean(),
  metrics: fc.record({
    utilization_percent: maybe(fc.integer({ min: -1, max: 101 })),
    memory_total_bytes: maybe(fc.constantFrom(0, 1_000)),
    memory_used_bytes: maybe(fc.integer({ min: 0, max: 1_001 })),
    gpu_temp_c: maybe(fc.oneof(fc.integer({ min: 50, max: 100 }), fc.constantFrom(-1, 120, 121))),
    memory_temp_c: maybe(fc.integer({ min: 60, max: 110 })),
    power_usage_w: maybe(fc.oneof(fc.integer({ min: 0, max: 750 }), fc.constant(751))),
    ecc_sbe: counter,
    ecc_dbe: maybe(fc.integer({ min: 0, max: 2 })),
    pcie_replays: counter,
    xid_error: maybe(fc.constantFrom(0, 0, 31, 79)),
    thermal_violation_us: maybe(fc.integer({ min: 0, max: 9_000_000 })),
    power_violation_us: maybe(fc.integer({ min: 0, max: 9_000_000 })),
    clock_event_reasons: maybe(fc.constantFrom(0, 4, 8, 96, 128)),
    row_remap_failure: fc.constantFrom(undefined, undefined, undefined, 0, 1),
  }),
});

function recordsOf(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): GpuRecord[] {
  let time = T;
  return steps.flatMap(({ after, delay, copy, metrics, ...rest }, index) => {
    time += after;
    const given = Object.entries({ ...rest, ...metrics }).filter(([, value]) => value !== undefined);
    const record = {
      at: time + delay,
      event_id: `e${index}`,
      source_event_time: time,
      ...Object.fromEntries(given),
    };
    return copy ? [record, record] : [record];
  });
}

describe('GPU samples', () => {
  test('give the rollups, health, predictions and alerts of the second calculation, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        await compare(recordsOf(steps));
      }),
      { numRuns: 10 },
    );
  }, 120_000);

  test('older than all that are remembered are refused, and copies of them too', async () => {
    const steady = Array.from({ length: 70 }, (_, n) => ({ at: T + n * 1_000, event_id: `e${n}`, source_event_time: T + n * 1_000, gpu_id: 'GPU-1', gpu_temp_c: 60 + n / 2 })); // prettier-ignore
    const old = {
      at: T + 71_000,
      event_id: 'old',
      source_event_time: T - 1,
      gpu_id: 'GPU-1',
      gpu_temp_c: 60,
    };
    await compare([...steady, old, steady[0]!, steady[69]!, steady[40]!]);
  });

  const trace = sharedFile('gpu-trace', 'pod_gpu_duty_cycle_anon.csv.gz');
  const { run, note } = testWith(trace);
  run(
    `a recorded trace of use and memory${note}`,
    async () => {
      const rows = await compare(recordedSamples(600));
      expect(rows).toBeGreaterThan(1_000);
    },
    120_000,
  );
});

/** Duty cycle as use, memory by the same container and moment; a container is an orchestrator with one GPU. */
function recordedSamples(count: number): GpuRecord[] {
  const rows = (name: string) => gunzipSync(readFileSync(sharedFile('gpu-trace', name))).toString('utf8').trim().split('\n').slice(1).map((line) => line.split(',')); // prettier-ignore
  const memory = new Map(rows('pod_gpu_memory_used_bytes_anon.csv.gz').map(([time, value, container]) => [`${container} ${time}`, Number(value)])); // prettier-ignore
  return rows('pod_gpu_duty_cycle_anon.csv.gz').slice(0, count).map(([value, time, container]) => ({
    at: Number(time) * 1_000 + 500,
    event_id: `${container} ${time}`,
    source_event_time: Number(time) * 1_000,
    gpu_id: `GPU-${container}`,
    orchestrator: `0x${container}`,
    utilization_percent: Number(value),
    memory_total_bytes: 85_899_345_920,
    memory_used_bytes: Math.round(memory.get(`${container} ${time}`) ?? 0),
  })); // prettier-ignore
}
