import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pullQuery } from '../../lab';
import { playTraffic, readRecorded } from '../../lab/traffic';
import type { Counts, PlayOptions, TrafficRecord } from '../../lab/traffic';
import type { Credentials, PlatformEndpoints } from '../../resources/endpoints';
import { readFixture, toLines } from '../fixtures/traffic-file';
import { computeGold } from '../oracle/gold';
import type { Gold } from '../oracle/gold';
import type { AgeLimits } from '../oracle/rules';
import { compareGold } from '../sql/compare-gold';
import type { AnsweredGold, Comparison } from '../sql/compare-gold';
import type { Row } from '../../cli/ksql/virtual-pipeline';

const DAY_MS = 86_400_000;
const POLL_MS = 1_000;

/** The committed traffic, moved by whole days to the latest ones that lie in the past: its edges of days stay edges. */
export function recentFixture(now: number): TrafficRecord[] {
  const records = readFixture();
  const first = Math.min(...records.map(({ at }) => at));
  const last = Math.max(...records.map(({ at }) => at));
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-fixture-'));
  try {
    const file = path.join(folder, 'traffic.jsonl');
    writeFileSync(file, toLines(records));
    const shiftTo = first + Math.floor((now - last) / DAY_MS) * DAY_MS;
    return readRecorded(file, { shiftTo, gateway: 'gateway-1' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the platform must answer once it has read these records, which all arrive now. */
export function expectedGold(records: readonly TrafficRecord[], limits: AgeLimits): Gold {
  const at = Date.now();
  return computeGold(
    records.map(({ value }) => ({ at, value: value.toString() })),
    limits,
  );
}

/** Plays the records, as fast as the broker takes them or so many a second. */
export async function playAll(
  endpoints: PlatformEndpoints,
  gateways: readonly Credentials[],
  records: readonly TrafficRecord[],
  pace: PlayOptions['pace'] = 'unlimited',
): Promise<Counts> {
  return playTraffic(endpoints, { records, gateways, pace }).done;
}

/** Asks until the answers are the expected ones or the time is over; the last comparison either way. */
export async function awaitGold(
  endpoints: PlatformEndpoints,
  expected: Gold,
  timeoutMs: number,
): Promise<Comparison> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const comparison = compareGold(expected, await askGold(endpoints));
    if (comparison.differences.length === 0 || Date.now() > end) return comparison;
    await sleep(POLL_MS);
  }
}

/** The tables as pull queries answer them. */
export async function askGold(endpoints: PlatformEndpoints): Promise<AnsweredGold> {
  return {
    sessions: await askTable(endpoints, 'session_v1', 'REQUEST_ID'),
    benchmarks: await askTable(endpoints, 'benchmark_percentile_v1', 'BENCHMARK_KEY'),
    service: await askTable(endpoints, 'service_1m_v1', 'ROLLUP_KEY'),
    sla: await askTable(endpoints, 'sla_1m_v1', 'ROLLUP_KEY'),
  };
}

async function askTable(endpoints: PlatformEndpoints, table: string, key: string): Promise<Map<string, Row>> {
  const { columns, rows } = await pullQuery(endpoints.ksqldb.url, `SELECT * FROM ${table};`);
  const asRow = (values: readonly unknown[]): Row =>
    Object.fromEntries(columns.map((column, index) => [column, values[index]]));
  return new Map(rows.map(asRow).map((row) => [String(row[key]), row]));
}
