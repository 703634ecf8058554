import path from 'node:path';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { runLayout } from '../platform/layout';
import type { LabSettings } from '../settings';
import { generateTraffic, playTraffic, trafficOptions } from '../traffic';
import type { Counts, TrafficRecord } from '../traffic';

/** Gateways of the stack `dev` that play here; the others are left to whoever tries something. */
const GATEWAYS = ['gateway-1', 'gateway-2'];
const SEEDS = 0x1_0000_0000;

export interface LoadCounts extends Counts {
  /** Longest time between two acknowledgements, ms. */
  readonly longestPauseMs: number;
  /** How often each record, by key, was acknowledged. */
  readonly acknowledged: ReadonlyMap<string, number>;
}

export interface LoadOptions {
  /** Events a second. */
  readonly rate: number;
  /** Without: until it is stopped. */
  readonly seconds?: number;
  /** How long brokers that are away are waited for. */
  readonly patienceMs?: number;
  readonly gateways?: readonly string[];
  /** Traces that are followed by a spoiled copy, as a share of all traces. */
  readonly malformed?: number;
}

export interface Load {
  /** Resolves when it was stopped or its time is over. */
  readonly done: Promise<LoadCounts>;
  readonly counts: () => LoadCounts;
  readonly stop: () => Promise<LoadCounts>;
}

/** Plays the generator's traffic steadily, as two gateways do, each record written with the word of all in-sync replicas. */
export function startLoad(
  settings: LabSettings,
  endpoints: PlatformEndpoints,
  { gateways = GATEWAYS, patienceMs, ...options }: LoadOptions,
): Load {
  const startMs = Date.now();
  const acknowledgements = new Acknowledgements();
  const playing = playTraffic(endpoints, {
    records: limited(startMs, options),
    gateways: gateways.map((username) => ({
      username,
      passwordFile: path.join(runLayout(settings.runDir).secrets, `plain-${username}`),
    })),
    pace: options.rate,
    patienceMs,
    onAcknowledged: (records) => acknowledgements.note(records),
  });
  const counts = (): LoadCounts => ({ ...playing.counts(), ...acknowledgements.counts() });
  return {
    done: playing.done.then(counts),
    counts,
    stop: async () => {
      await playing.stop();
      return counts();
    },
  };
}

function* limited(
  startMs: number,
  { rate, seconds = Infinity, malformed }: LoadOptions,
): Generator<TrafficRecord> {
  const given = { seed: startMs % SEEDS, startMs, durationMs: Infinity, eventsPerSecond: rate };
  const { faults } = trafficOptions(given);
  const options = trafficOptions({
    ...given,
    faults: { ...faults, malformed: malformed ?? faults.malformed },
  });
  let left = rate * seconds;
  for (const record of generateTraffic(options)) {
    if (left-- <= 0) return;
    yield record;
  }
}

class Acknowledgements {
  private readonly byKey = new Map<string, number>();
  private lastAt: number | undefined;
  private longestPauseMs = 0;

  note(records: readonly TrafficRecord[]): void {
    const now = performance.now();
    this.longestPauseMs = Math.max(this.longestPauseMs, now - (this.lastAt ?? now));
    this.lastAt = now;
    for (const { key } of records) {
      const text = key.toString();
      this.byKey.set(text, (this.byKey.get(text) ?? 0) + 1);
    }
  }

  counts(): Pick<LoadCounts, 'longestPauseMs' | 'acknowledged'> {
    return { longestPauseMs: this.longestPauseMs, acknowledged: this.byKey };
  }
}
