import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pullQuery } from '../../lab';
import { playTraffic, readRecorded } from '../../lab/traffic';
import type { Counts, PlayOptions, TrafficRecord } from '../../lab/traffic';
import type { Credentials, PlatformEndpoints } from '../../resources/endpoints';
import { readFixture, toLines } from '../fixtures/traffic-file';
import { computeGold } from '../reference/gold';
import type { Declared, Gold } from '../reference/gold';
import { compareGold } from '../sql/compare-gold';
import type { AnsweredGold, Comparison } from '../sql/compare-gold';
import { sampleOfTraffic } from '../sql/sample-of-traffic';
import type { Row } from '../../cli/ksql/virtual-pipeline';

const DAY_MS = 86_400_000;
const POLL_MS = 1_000;
/** One request of so many: what a test of a minute has time for. */
const REQUESTS = 6;

/**
 * A sample of the committed traffic, moved by whole days to the latest ones that lie in the past: its edges of days stay edges. The
 * first snapshots of the network come first: see {@link knowsNetwork}.
 */
export function recentFixture(now: number): TrafficRecord[] {
  const records = sampleOfTraffic(readFixture(), { requests: REQUESTS, others: REQUESTS });
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

const isSnapshot = ({ value }: TrafficRecord): boolean => value.toString().includes('"network_capabilities"');

/** Records with all snapshots of the network before the others, in two parts. */
export function snapshotsFirst(records: readonly TrafficRecord[]): [TrafficRecord[], TrafficRecord[]] {
  return [records.filter(isSnapshot), records.filter((record) => !isSnapshot(record))];
}

/** What the platform must answer once it has read these records, which all arrive now. */
export function expectedGold(records: readonly TrafficRecord[], declared: Declared): Gold {
  const at = Date.now();
  return computeGold(
    snapshotsFirst(records).flat().map(({ value }) => ({ at, value: value.toString() })),
    declared,
  );
} // prettier-ignore

/** Plays the records, as fast as the broker takes them or so many a second. */
export async function playAll(
  endpoints: PlatformEndpoints,
  gateways: readonly Credentials[],
  records: readonly TrafficRecord[],
  pace: PlayOptions['pace'] = 'unlimited',
): Promise<Counts> {
  return playTraffic(endpoints, { records, gateways, pace }).done;
}

/**
 * Waits until the inventory knows the orchestrators that the snapshots name: an event is enriched with what is known when it is read,
 * and partitions are read in any order.
 */
export async function knowsNetwork(
  endpoints: PlatformEndpoints,
  snapshots: readonly TrafficRecord[],
  timeoutMs: number,
): Promise<void> {
  const named = snapshots.flatMap(({ value }) => [...value.toString().matchAll(/"orch_uri":"([^"]+)"/g)]);
  const wanted = new Set(named.map(([, uri]) => `uri|${new URL(uri!).host.toLowerCase()}`));
  const end = Date.now() + timeoutMs;
  for (;;) {
    const known = await askTable(endpoints, 'inventory_v1', 'ASSET_KEY');
    const missing = [...wanted].filter((key) => !known.has(key));
    if (missing.length === 0) return;
    if (Date.now() > end) throw new Error(`inventory_v1 does not know ${missing.join(', ')}`);
    await sleep(POLL_MS);
  }
}

/**
 * Asks until the answers are the expected ones or the time is over; the last comparison either way. Partitions are read in any order,
 * so that what only depends on order is left out.
 */
export async function awaitGold(
  endpoints: PlatformEndpoints,
  expected: Gold,
  timeoutMs: number,
): Promise<Comparison> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const comparison = compareGold(expected, await askGold(endpoints), { anyOrder: true });
    if (comparison.differences.length === 0 || Date.now() > end) return comparison;
    await sleep(POLL_MS);
  }
}

/** Tables and their keys. Windows of 5 s are held for hours only, the traffic is days old. */
const TABLES: Readonly<Record<string, string>> = {
  session: 'REQUEST_ID',
  benchmark_percentile: 'BENCHMARK_KEY',
  service_1m: 'ROLLUP_KEY',
  sla_1m: 'ROLLUP_KEY',
  cue_1m: 'ROLLUP_KEY',
  demand_1m: 'DIMENSION_KEY',
  service_rollup_1m: 'DIMENSION_KEY',
  service_rollup_10m: 'DIMENSION_KEY',
  service_rollup_1h: 'DIMENSION_KEY',
};

/** The tables as pull queries answer them. */
export async function askGold(endpoints: PlatformEndpoints): Promise<AnsweredGold> {
  const answered: Record<string, ReadonlyMap<string, Row>> = {};
  for (const [table, key] of Object.entries(TABLES))
    answered[table] = await askTable(endpoints, `${table}_v1`, key);
  return answered;
}

/** By key; by `<key>@<window start>` where the table has windows. */
async function askTable(endpoints: PlatformEndpoints, table: string, key: string): Promise<Map<string, Row>> {
  const { columns, rows } = await pullQuery(endpoints.ksqldb.url, `SELECT * FROM ${table};`);
  const asRow = (values: readonly unknown[]): Row =>
    Object.fromEntries(columns.map((column, index) => [column, values[index]]));
  const nameOf = (row: Row): string =>
    key === 'DIMENSION_KEY' ? `${String(row[key])}@${String(row.WINDOW_START)}` : String(row[key]);
  return new Map(rows.map(asRow).map((row) => [nameOf(row), row]));
}
