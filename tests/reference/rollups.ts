import { dimensionKeys } from './contributions';
import type { Contribution } from './contributions';
import { Measures, ratio } from './measures';
import type { GoldRow } from './measures';
import { MINUTE_MS } from './rules';

/** Contributions by `<dimension key>@<window start>`. */
export function byWindow(
  contributions: readonly Contribution[],
  windowMs: number,
  wanted: (dimensionKey: string) => boolean = () => true,
): Map<string, Contribution[]> {
  const groups = new Map<string, Contribution[]>();
  for (const contribution of contributions) {
    const start = Math.floor(contribution.time / windowMs) * windowMs;
    for (const dimensionKey of dimensionKeys(contribution.place).filter(wanted)) {
      const key = `${dimensionKey}@${start}`;
      const group = groups.get(key);
      if (group) group.push(contribution);
      else groups.set(key, [contribution]);
    }
  }
  return groups;
}

/** Parts of such a key. */
export function partsOf(key: string): { readonly dimensionKey: string; readonly start: number } {
  const cut = key.lastIndexOf('@');
  return { dimensionKey: key.slice(0, cut), start: Number(key.slice(cut + 1)) };
}

/** `service_rollup` of one window. */
export function rollupRows(contributions: readonly Contribution[], windowMs: number): Map<string, GoldRow> {
  const groups = byWindow(contributions, windowMs);
  return new Map([...groups].map(([key, group]) => [key, rollupRow(key, new Measures(group), windowMs)]));
}

function rollupRow(key: string, measures: Measures, windowMs: number): GoldRow {
  const { dimensionKey, start } = partsOf(key);
  const outcomes = measures.outcomes();
  const counters = measures.counters();
  const { capacity, inUse, snapshots } = measures.supply();
  const bits = (bytes: number): number => (bytes * 8_000) / windowMs;
  return {
    DIMENSION: dimensionKey.split('|')[0]!,
    DIMENSION_VALUE: dimensionKey.split('|').slice(1).join('|'),
    WINDOW_START: start,
    WINDOW_END: start + windowMs,
    ...outcomes,
    FAILURE_RATE: ratio(outcomes.FAILED!, measures.requested),
    SWAP_RATE: ratio(outcomes.SWAPPED!, measures.requested),
    ...measures.latencyColumns(false),
    ...measures.outputColumns(),
    OUTPUT_JITTER_COEFFICIENT: measures.jitterCoefficient(),
    ...counters,
    RECEIVED_BITS_PER_SECOND: bits(counters.BYTES_RECEIVED),
    SENT_BITS_PER_SECOND: bits(counters.BYTES_SENT),
    PACKET_LOSS_RATE: ratio(counters.PACKETS_LOST, counters.PACKETS_RECEIVED + counters.PACKETS_LOST),
    ...measures.gaugeColumns(),
    ...measures.moneyColumns(),
    CAPACITY_SUM: capacity,
    CAPACITY_IN_USE_SUM: inUse,
    CAPACITY_SNAPSHOTS: snapshots,
  };
}

/** `demand`: minutes of each region and model. */
export function demandRows(
  contributions: readonly Contribution[],
  windowMs = MINUTE_MS,
): Map<string, GoldRow> {
  const groups = byWindow(contributions, windowMs, (key) => key.startsWith('region_model|'));
  return new Map([...groups].map(([key, group]) => [key, demandRow(key, new Measures(group), windowMs)]));
}

function demandRow(key: string, measures: Measures, windowMs: number): GoldRow {
  const { dimensionKey, start } = partsOf(key);
  const [, region = '', pipeline = '', model = ''] = dimensionKey.split('|');
  const outcomes = measures.outcomes();
  const money = measures.moneyColumns();
  const { capacity, inUse, snapshots } = measures.supply();
  const inference = measures.inferenceMs();
  return {
    REGION: region, PIPELINE: pipeline, MODEL: model, WINDOW_START: start, WINDOW_END: start + windowMs,
    STREAMS: measures.requested,
    STREAMS_STARTED: outcomes.STARTED!,
    STREAMS_UNSERVED: outcomes.NO_ORCHESTRATOR!,
    INFERENCE_MINUTES: inference / MINUTE_MS,
    CONCURRENT_STREAMS: inference / windowMs,
    FEES_WEI: money.FEES_WEI!,
    TICKETS: money.TICKETS!,
    CAPACITY_SNAPSHOTS: snapshots,
    CAPACITY: ratio(capacity, snapshots),
    CAPACITY_IN_USE: ratio(inUse, snapshots),
    DEMAND_SUPPLY_RATIO: capacity > 0 ? inference / windowMs / (capacity / snapshots) : null,
  };
} // prettier-ignore
