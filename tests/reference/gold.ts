import { dimension } from './json';
import { admit, judge } from './judge';
import type { Accounting, ArrivedRecord, ReferenceEvent } from './judge';
import { benchmarksOf } from './benchmark';
import type { Benchmark } from './benchmark';
import {
  counterContributions,
  eventContribution,
  offerContribution,
  sessionContribution,
} from './contributions';
import type { Contribution } from './contributions';
import { enrich } from './events';
import { freshnessRows } from './freshness';
import { Inventory, offersOf } from './inventory';
import type { Regions } from './inventory';
import type { GoldRow } from './measures';
import { demandRows, rollupRows } from './rollups';
import { WINDOWS_MS } from './rules';
import type { AgeLimits } from './rules';
import { serviceRows } from './service';
import type { ServiceRows } from './service';
import { sessionOf, signalsByRequest } from './sessions';
import type { ReferenceSession } from './sessions';

export type { GoldRow } from './measures';
export type Window = keyof typeof WINDOWS_MS;

/** What is declared beside the SQL. */
export interface Declared {
  readonly limits: AgeLimits;
  readonly regions: Regions;
}

/** Everything that the pipeline must answer. Keys of windowed tables end in `@<window start>`. */
export interface Gold extends ServiceRows {
  readonly accounting: Accounting;
  /** By request id. */
  readonly sessions: ReadonlyMap<string, ReferenceSession>;
  /** By `pipeline|model|day` and `pipeline|model|GPU type|day`. */
  readonly benchmarks: ReadonlyMap<string, Benchmark>;
  readonly rollups: Readonly<Record<Window, ReadonlyMap<string, GoldRow>>>;
  readonly demand: ReadonlyMap<string, GoldRow>;
  readonly freshness: ReadonlyMap<string, GoldRow>;
}

/** Computed from the records alone, in the order of their arrival. */
export function computeGold(records: readonly ArrivedRecord[], { limits, regions }: Declared): Gold {
  const verdicts = records.map((record) => judge(record, limits));
  const { events, accounting } = admit(verdicts);
  const { sessions, contributions } = contributionsOf(events, regions);
  const benchmarks = benchmarksOf(contributions);
  return {
    accounting,
    sessions,
    benchmarks,
    ...serviceRows(contributions, benchmarks),
    rollups: {
      '5s': rollupRows(contributions, WINDOWS_MS['5s']),
      '1m': rollupRows(contributions, WINDOWS_MS['1m']),
      '10m': rollupRows(contributions, WINDOWS_MS['10m']),
      '1h': rollupRows(contributions, WINDOWS_MS['1h']),
    },
    demand: demandRows(contributions),
    freshness: freshnessRows(records, verdicts),
  };
}

function contributionsOf(events: readonly ReferenceEvent[], regions: Regions) {
  const inventory = new Inventory();
  const offers: Contribution[] = [];
  const enriched = events.flatMap((event) => {
    if (event.family === 'discovery_results') return [];
    if (event.family !== 'network_capabilities') return [enrich(event, inventory, regions)];
    inventory.learn(event);
    const place = { id: event.id, time: event.eventTime, gateway: dimension(event.gateway || 'unknown') };
    offers.push(...offersOf(event, regions).map((offer) => offerContribution(offer, place)));
    return [];
  });
  const signals = signalsByRequest(enriched);
  const sessions = new Map([...signals].map(([id, own]) => [id, sessionOf(id, own)] as const));
  const contributions = [
    ...[...sessions.values()].flatMap(sessionContribution),
    ...[...signals].flatMap(([id, own]) => counterContributions(id, own)),
    ...enriched.flatMap(eventContribution),
    ...offers,
  ];
  return { sessions, contributions };
}
