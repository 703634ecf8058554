import type { SimulatedNetwork } from '../../simulators/network';
import { networkCapabilities } from '../../simulators/gateway';
import { deliver } from './delivery';
import type { DeliveryFaults, TrafficRecord } from './delivery';
import type { Emission } from './emission';
import { simulatedNetwork } from './network';
import { outOfContract } from './noise';
import { TimeQueue } from './queue';
import { createRandom, pickWeighted } from './random';
import type { Random } from './random';
import { simulateRequest } from './requests';
import { SESSION_MIX, simulateSession } from './session';
import type { SessionKind } from './session';

export { simulatedNetwork } from './network';
export { FAULTS } from './noise';
export { SESSION_MIX, simulateSession } from './session';
export type { SessionKind, SessionPlan } from './session';
export type { DeliveryFaults, TrafficRecord } from './delivery';

/** Events of one session on average, as the generator makes them; measured over 2,000 sessions of the default mix. */
const EVENTS_A_SESSION = 32;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface TrafficOptions {
  /** The same seed and options give the same bytes. */
  readonly seed: number;
  /** Time of the first event, ms since the epoch. */
  readonly startMs: number;
  /** No session begins after startMs + durationMs; those that run go on to their end. Infinity: without end. */
  readonly durationMs: number;
  /** Events a second, everything counted; the real topic has about 33. */
  readonly eventsPerSecond: number;
  /** Share of events outside the contract, 0 to 1; 0.57 in the real topic. */
  readonly outOfContract: number;
  /** Requests of the other families, LLM, batch and jobs, as a share of all events, 0 to 1; beside them, not out of them. */
  readonly requests: number;
  readonly faults: DeliveryFaults;
  readonly sessionMix: Readonly<Record<SessionKind, number>>;
  /** Mean time from request to close, ms. */
  readonly meanSessionMs: number;
  /** How often what orchestrators announce is sent, ms. */
  readonly announceEveryMs: number;
  readonly network: SimulatedNetwork;
}

/** The real topic's shares and rate. */
export const DEFAULT_TRAFFIC: Omit<TrafficOptions, 'startMs' | 'durationMs' | 'network'> = {
  seed: 1,
  eventsPerSecond: 33,
  outOfContract: 0.57,
  requests: 0.01,
  faults: { duplicates: 0.01, outOfOrder: 0.02, late: 0.001, stale: 0, dropped: 0.005, malformed: 0.02 },
  sessionMix: SESSION_MIX,
  meanSessionMs: 75_000,
  announceEveryMs: MINUTE_MS,
};

/** Fills in the defaults; without a network, one is made from the seed. */
export function trafficOptions(
  given: Partial<TrafficOptions> & Pick<TrafficOptions, 'startMs' | 'durationMs'>,
): TrafficOptions {
  const seed = given.seed ?? DEFAULT_TRAFFIC.seed;
  return { ...DEFAULT_TRAFFIC, network: simulatedNetwork(seed), ...given };
}

/** Something that happens again and again at its own pace. */
interface Source {
  nextAt: number;
  /** Emissions that begin at `at`, and the time until the next. */
  begin(at: number): { readonly emissions: Emission[]; readonly waitMs: number };
}

/** The traffic of a network's gateways, ordered by arrival; lazy, so that it may be without end. */
export function* generateTraffic(options: TrafficOptions): Generator<TrafficRecord> {
  const random = createRandom(options.seed);
  const sources = [
    sessions(random, options),
    noise(random, options),
    announcements(random, options),
    requests(options),
  ];
  const gateways = options.network.gateways.map(({ id }) => id);
  const endMs = options.startMs + options.durationMs;
  const queue = new TimeQueue<TrafficRecord>();
  for (;;) {
    const source = sources.reduce((first, other) => (other.nextAt < first.nextAt ? other : first));
    const horizon = source.nextAt <= endMs ? source.nextAt : Infinity;
    while (queue.nextAt() <= horizon) {
      const record = queue.pop();
      if (!record) return;
      yield record;
    }
    const { emissions, waitMs } = source.begin(source.nextAt);
    const gateway = random.pick(gateways);
    for (const emission of emissions) {
      for (const record of deliver(random, emission, gateway, options.faults)) queue.push(record);
    }
    source.nextAt += waitMs;
  }
}

/** Traffic of whole days that lie before `startMs`, thinner than the present; for a benchmark that is not empty. */
export function* generateHistory(
  options: TrafficOptions,
  days: number,
  sessionsADay = 240,
): Generator<TrafficRecord> {
  const eventsPerSecond = (sessionsADay * EVENTS_A_SESSION) / (DAY_MS / 1000);
  const firstDay = Math.floor(options.startMs / DAY_MS) - days;
  for (let day = firstDay; day < firstDay + days; day++) {
    // An hour is left at the end of the day, so that the last sessions close before the next one begins.
    const bounds = { startMs: day * DAY_MS, durationMs: DAY_MS - HOUR_MS };
    const pace = {
      seed: options.seed + day,
      outOfContract: 0,
      requests: 0,
      eventsPerSecond,
      announceEveryMs: HOUR_MS,
    };
    yield* generateTraffic({ ...options, ...bounds, ...pace });
  }
}

function sessions(random: Random, options: TrafficOptions): Source {
  const perSecond = (options.eventsPerSecond * (1 - options.outOfContract)) / EVENTS_A_SESSION;
  const waitMs = (): number => random.exponential(1000 / perSecond);
  return {
    nextAt: options.startMs + Math.round(waitMs()),
    begin(at) {
      const kind = pickWeighted(random, options.sessionMix);
      const durationMs = Math.round(12_000 + random.exponential(options.meanSessionMs - 12_000));
      const plan = { kind, startMs: at, durationMs };
      return {
        emissions: simulateSession(random, options.network, plan),
        waitMs: Math.max(1, Math.round(waitMs())),
      };
    },
  };
}

function noise(random: Random, { startMs, eventsPerSecond, outOfContract: share }: TrafficOptions): Source {
  const perSecond = eventsPerSecond * share;
  if (perSecond === 0) return { nextAt: Infinity, begin: () => ({ emissions: [], waitMs: 1 }) };
  const waitMs = (): number => Math.max(1, Math.round(random.exponential(1000 / perSecond)));
  return {
    nextAt: startMs + waitMs(),
    begin: (at) => ({ emissions: [outOfContract(random, at)], waitMs: waitMs() }),
  };
}

/** Drawn apart, so that what a seed gives of one does not hang on the other; how they are delivered is drawn in common. */
function requests({ seed, startMs, eventsPerSecond, requests: share, network }: TrafficOptions): Source {
  const perSecond = eventsPerSecond * share;
  if (perSecond === 0) return { nextAt: Infinity, begin: () => ({ emissions: [], waitMs: 1 }) };
  const random = createRandom(seed + 1);
  const waitMs = (): number => Math.max(1, Math.round(random.exponential(1000 / perSecond)));
  return {
    nextAt: startMs + waitMs(),
    begin: (at) => ({ emissions: simulateRequest(random, network, at), waitMs: waitMs() }),
  };
}

/** A gateway refreshes what the orchestrators announce about once a minute. */
function announcements(random: Random, { startMs, network, announceEveryMs }: TrafficOptions): Source {
  return {
    nextAt: startMs + random.between(0, announceEveryMs),
    begin(at) {
      const { orchestrators } = networkCapabilities(network, at) as { orchestrators: unknown };
      return {
        emissions: [{ at, family: 'network_capabilities', data: orchestrators }],
        waitMs: announceEveryMs,
      };
    },
  };
}
