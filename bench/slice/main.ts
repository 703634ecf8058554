/**
 * Event to pull query under load, on a platform that runs (`./naap up`).
 *
 *     npx tsx bench/slice/main.ts --rate 1000 --seconds 60 [--warmup 30] [--json FILE]
 *
 * Plays the generator's traffic at a steady rate over the ingest listener; beside it a probe sends sessions of its own and asks by
 * pull query until they are seen: in the session table, and in the SLA table behind the whole chain. Prints medians and
 * percentiles, the memory of every part, and whether anything was refused or fell behind.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  countsSince,
  gatewayCounts,
  imbalance,
  loadEndpoints,
  platformStatus,
  readSettings,
  runLayout,
} from '../../lab';
import type { GatewayCounts, LabSettings } from '../../lab';
import { generateTraffic, playTraffic, trafficOptions } from '../../lab/traffic';
import { readDeclaration } from '../../stacks/declaration';
import { percentile } from '../support/statistics';
import { Probe } from './probe';
import type { ProbeResult } from './probe';

const PROBE_EVERY_MS = 250;
/** Traces that a probe sends. */
const EVENTS_A_PROBE = 2;
const MIB = 1_048_576;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rate: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '60' },
      /** Seconds of load before the first probe counts; 0 includes the engine's compilation of what it runs for the first time. */
      warmup: { type: 'string', default: '30' },
      json: { type: 'string' },
    },
  });
  const settings = readSettings();
  const endpoints = loadEndpoints(settings.runDir);
  const gateways = ['gateway-1', 'gateway-2'].map((username) => ({
    username,
    passwordFile: path.join(runLayout(settings.runDir).secrets, `plain-${username}`),
  }));
  const rate = Number(values.rate);
  const seconds = Number(values.seconds);
  const startMs = Date.now();
  const load = trafficOptions({
    seed: startMs % 0x1_0000_0000,
    startMs,
    durationMs: Infinity,
    eventsPerSecond: rate,
  });
  const declaration = readDeclaration(settings.root);
  const before = await gatewayCounts(endpoints, declaration);
  // The generator warms up with the sessions that begin; a fixed rate keeps the load steady from the first second.
  const playing = playTraffic(endpoints, { records: generateTraffic(load), gateways, pace: rate });
  const probe = await Probe.connect(endpoints, gateways[0]!);
  try {
    const warmUp = await probeFor(probe, Number(values.warmup));
    const results = await probeFor(probe, seconds);
    const figures = { rate, seconds, ...measured(results), memoryMib: await memory(settings) };
    await playing.stop();
    const { sent, failed } = playing.counts();
    const events = sent + EVENTS_A_PROBE * (warmUp.length + results.length);
    const counts = countsSince(before, await settledCounts(() => gatewayCounts(endpoints, declaration)));
    report(
      { ...figures, sent: events, failed, counts, lost: imbalance(events, counts) ?? 'nothing' },
      values.json,
    );
  } finally {
    await playing.stop();
    await probe.close();
  }
}

/** Probes one after the other, never two at once, so that a slow answer is counted and not multiplied. */
async function probeFor(probe: Probe, seconds: number): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    const next = Date.now() + PROBE_EVERY_MS;
    results.push(await probe.once());
    await sleep(Math.max(0, next - Date.now()));
  }
  return results;
}

/** Once everything that arrived is judged, or a minute has passed. */
async function settledCounts(count: () => Promise<GatewayCounts>): Promise<GatewayCounts> {
  for (const end = Date.now() + 60_000; ; await sleep(1_000)) {
    const counts = await count();
    if (counts.judged + counts.empty >= counts.received || Date.now() > end) return counts;
  }
}

function measured(results: readonly ProbeResult[]) {
  return {
    probes: results.length,
    session: latencies(results.map((result) => result.sessionMs)),
    sla: latencies(results.map((result) => result.slaMs)),
  };
}

async function memory(settings: LabSettings) {
  const parts = (await platformStatus(settings)).map((part) => ({
    part: part.name,
    mib: (part.memoryBytes ?? 0) / MIB,
  }));
  return { total: parts.reduce((sum, { mib }) => sum + mib, 0), parts };
}

function report(figures: object, file?: string): void {
  const rounded = (_: string, value: unknown): unknown =>
    typeof value === 'number' ? Math.round(value * 10) / 10 : value;
  console.log(JSON.stringify(figures, rounded, 2));
  if (file !== undefined) writeFileSync(file, JSON.stringify(figures, null, 2));
}

function latencies(samples: readonly number[]): Record<string, number> {
  const seen = samples.filter((sample) => !Number.isNaN(sample));
  return {
    unseen: samples.length - seen.length,
    p50Ms: percentile(seen, 0.5),
    p99Ms: percentile(seen, 0.99),
    maxMs: Math.max(...seen),
  };
}

void main().catch((error: unknown) => {
  console.error(`bench/slice: ${(error as Error).message}`);
  process.exitCode = 1;
});
