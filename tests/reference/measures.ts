import { LATENCY, countsOf, frames } from './buckets';
import type { Buckets } from './buckets';
import type { Contribution } from './contributions';
import { E2E_BUCKETS_MS, PTFF_BUCKETS_MS } from './rules';

/** A row of a gold table, by column name as ksqlDB shows it; buckets without what was taken back. */
export type GoldRow = Readonly<Record<string, Cell>>;
export type Cell = string | number | null | Readonly<Record<string, number>>;

export const FRAMES = frames(400);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const known = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((value): value is number => value !== null && value !== undefined);
const least = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.min(...values);
const most = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.max(...values));
export const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** The measures of a set of contributions, as raw lists and sums: everything else follows from them. */
export class Measures {
  private readonly sessions;
  private readonly samples;
  readonly requested: number;

  constructor(readonly contributions: readonly Contribution[]) {
    this.sessions = contributions.flatMap(({ session }) => session ?? []);
    this.samples = contributions.flatMap(({ sample }) => sample ?? []);
    this.requested = this.sessions.length;
  }

  outcomes(): Record<string, number> {
    const count = (holds: (session: (typeof this.sessions)[number]) => boolean): number => this.sessions.filter(holds).length;
    return {
      REQUESTED: this.requested,
      STARTED: count(({ outcome }) => outcome === 'success'),
      NO_ORCHESTRATOR: count(({ outcome }) => outcome === 'no_orchestrator'),
      EXCUSABLE: count(({ outcome }) => outcome === 'excusable'),
      FAILED: count(({ outcome }) => outcome === 'failed'),
      SWAPPED: sum(this.sessions.map(({ swapped }) => swapped)),
      UNATTRIBUTED: count(({ unattributed }) => unattributed),
      OUTPUT_FAILED: sum(this.sessions.map(({ outputFailed }) => outputFailed)),
      SIGNALS_SEEN: sum(this.sessions.map(({ signalsSeen }) => signalsSeen)),
      SIGNALS_EXPECTED: sum(this.sessions.map(({ signalsExpected }) => signalsExpected)),
    };
  } // prettier-ignore

  readonly latencies = () => ({
    PROMPT_TO_FIRST_FRAME: known(this.sessions.map(({ promptToFirstFrameMs }) => promptToFirstFrameMs)),
    STARTUP: known(this.sessions.map(({ startupMs }) => startupMs)),
    E2E_LATENCY: known(this.sessions.map(({ e2eLatencyMs }) => e2eLatencyMs)),
  });

  readonly frameRates = (): number[] =>
    this.samples.map(({ outputFps }) => outputFps).filter((fps) => fps > 0);

  /** Standard deviation / mean, in two passes. */
  jitterCoefficient(): number | null {
    const rates = this.frameRates();
    if (rates.length < 2) return null;
    const mean = sum(rates) / rates.length;
    return Math.sqrt(sum(rates.map((rate) => (rate - mean) ** 2)) / rates.length) / mean;
  }

  latencyColumns(withBounds: boolean): Record<string, Cell> {
    const bounds: Readonly<Record<string, readonly number[]>> = withBounds
      ? { PROMPT_TO_FIRST_FRAME: PTFF_BUCKETS_MS, E2E_LATENCY: E2E_BUCKETS_MS }
      : {};
    const columns = Object.entries(this.latencies()).flatMap(([name, values]) => [
      ...spread(name, values, LATENCY),
      ...(bounds[name] ?? []).map((bound) => [`${name}_LE_${bound}MS`, values.filter((value) => value <= bound).length] as const),
    ]);
    return Object.fromEntries(columns);
  } // prettier-ignore

  outputColumns(): Record<string, Cell> {
    const rates = this.frameRates();
    const inputs = this.samples.map(({ inputFps }) => inputFps).filter((fps) => fps > 0);
    const mpps = this.samples.map((sample) => sample.mpps).filter((value) => value > 0);
    return {
      STATUS_SAMPLES: this.samples.length,
      OUTPUT_FPS_COUNT: rates.length,
      OUTPUT_FPS_SUM: sum(rates),
      OUTPUT_FPS_SUM_SQUARES: sum(rates.map((rate) => rate * rate)),
      OUTPUT_FPS_MIN: least(rates),
      OUTPUT_FPS_MAX: most(rates),
      OUTPUT_FPS_BUCKETS: countsOf(rates, FRAMES),
      INPUT_FPS_COUNT: inputs.length,
      INPUT_FPS_SUM: sum(inputs),
      DELIVERED_MPPS_COUNT: mpps.length,
      DELIVERED_MPPS_SUM: sum(mpps),
      DELIVERED_MPPS_MAX: most(mpps),
      RESTARTS: this.contributions.filter(({ restart }) => restart).length,
      INFERENCE_MS: this.inferenceMs(),
    };
  }

  readonly inferenceMs = (): number => sum(this.samples.map(({ inferenceMs }) => inferenceMs));

  counters() {
    const all = this.contributions.flatMap(({ counters }) => counters ?? []);
    return {
      BYTES_RECEIVED: sum(all.map(({ bytesReceived }) => bytesReceived)),
      BYTES_SENT: sum(all.map(({ bytesSent }) => bytesSent)),
      PACKETS_RECEIVED: sum(all.map(({ packetsReceived }) => packetsReceived)),
      PACKETS_LOST: sum(all.map(({ packetsLost }) => packetsLost)),
    };
  }

  gaugeColumns(): Record<string, Cell> {
    const gauges = {
      JITTER: known(this.contributions.map(({ ingest }) => ingest?.jitterMs)),
      RTT: known(this.contributions.map(({ ingest }) => ingest?.rttMs)),
    };
    const columns = Object.entries(gauges).flatMap(([name, values]) => [
      [`${name}_COUNT`, values.length],
      [`${name}_SUM_MS`, sum(values)],
      [`${name}_MIN_MS`, least(values)],
      [`${name}_MAX_MS`, most(values)],
    ]);
    return Object.fromEntries(columns) as Record<string, Cell>;
  }

  moneyColumns(): Record<string, Cell> {
    const payments = this.contributions.flatMap(({ payment }) => payment ?? []);
    const prices = known(this.contributions.map(({ price }) => price));
    return {
      PAYMENTS: payments.length,
      TICKETS: sum(known(payments.map(({ tickets }) => tickets))),
      FEES_WEI: sum(known(payments.map(({ feeWei }) => feeWei))),
      PRICE_COUNT: prices.length,
      PRICE_SUM_WEI_PER_PIXEL: sum(prices),
      PRICE_MIN_WEI_PER_PIXEL: least(prices),
      PRICE_MAX_WEI_PER_PIXEL: most(prices),
    };
  }

  /** How late single events arrived. */
  lagColumns(): Record<string, Cell> {
    const lags = known(this.contributions.map(({ lagMs }) => lagMs));
    return { LAG_COUNT: lags.length, LAG_SUM_MS: sum(lags), LAG_MAX_MS: most(lags) };
  }

  readonly settled = (): number => this.sessions.filter((session) => session.settled).length;

  supply() {
    const offers = this.contributions.flatMap(({ offer }) => offer ?? []);
    return {
      capacity: sum(offers.map(({ capacity }) => capacity)),
      inUse: sum(offers.map(({ inUse }) => inUse)),
      snapshots: new Set(offers.map(({ snapshot }) => snapshot)).size,
    };
  }
}

function spread(name: string, values: readonly number[], buckets: Buckets): (readonly [string, Cell])[] {
  return [
    [`${name}_COUNT`, values.length],
    [`${name}_SUM_MS`, sum(values)],
    [`${name}_BUCKETS`, countsOf(values, buckets)],
  ];
}
