import { generateHistory, generateTraffic, trafficOptions } from './generator/index';
import type { TrafficOptions, TrafficRecord } from './generator/index';

export { generateHistory, generateTraffic, simulatedNetwork, trafficOptions } from './generator/index';
export type { TrafficOptions, TrafficRecord } from './generator/index';
export { GATEWAY_TOPIC, playTraffic } from './player';
export type { Counts, PlayOptions, Playing } from './player';
export { readRecorded } from './recorded';
export type { RecordedOptions } from './recorded';

export interface LiveOptions extends Partial<Omit<TrafficOptions, 'startMs' | 'durationMs'>> {
  /** UTC days of thinner traffic before today, played first and at once. */
  readonly historyDays?: number;
  readonly startMs: number;
  /** Infinity: until it is stopped. */
  readonly durationMs: number;
}

/** What `./naap demo` plays: days of history first, then traffic from `startMs` on; play it at the pace `arrival`. */
export function* liveTraffic({ historyDays = 0, ...given }: LiveOptions): Generator<TrafficRecord> {
  const options = trafficOptions(given);
  if (historyDays > 0) yield* generateHistory(options, historyDays);
  yield* generateTraffic(options);
}
