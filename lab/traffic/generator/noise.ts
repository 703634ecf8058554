import type { Emission } from './emission';
import type { Random } from './random';
import { pickWeighted } from './random';

const OUT_OF_CONTRACT = { pipelines_api_request: 772, webrtc_stats: 378, app_client_trace: 12 } as const;

/** Traffic of families that are no part of the contract, in the shares of the real topic. */
export function outOfContract(random: Random, at: number): Emission {
  const family = pickWeighted(random, OUT_OF_CONTRACT);
  switch (family) {
    case 'pipelines_api_request':
      return {
        at,
        family,
        data: { method: 'GET', path: '/api/pipelines', status: 200, duration_ms: random.between(2, 90) },
      };
    case 'webrtc_stats':
      return {
        at,
        family,
        data: { peer: random.hex(12), jitter_ms: random.between(1, 60), frames: random.between(0, 400) },
      };
    case 'app_client_trace':
      return { at, family, data: [{ step: 'play', at }] };
  }
}

/** One malformed record, by the way it is broken; `make` gives the bytes from a whole envelope. */
export interface Fault {
  readonly reason: string;
  readonly make: (envelope: Record<string, unknown>) => string;
}

const text = (value: unknown): string => JSON.stringify(value);
const without = (envelope: Record<string, unknown>, field: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(envelope).filter(([name]) => name !== field));
const withData = (envelope: Record<string, unknown>, change: Record<string, unknown>): string =>
  text({ ...envelope, data: { ...(envelope.data as Record<string, unknown>), ...change } });

/** Each way in which a record is refused, with the reason that the dead-letter topic gives. They are made from a trace. */
export const FAULTS: readonly Fault[] = [
  { reason: 'not_json', make: (envelope) => text(envelope).slice(0, 60) },
  { reason: 'not_json', make: () => 'kafka: connection reset by peer' },
  { reason: 'not_json', make: () => '' },
  { reason: 'not_an_object', make: (envelope) => text([envelope]) },
  { reason: 'not_an_object', make: () => '42' },
  { reason: 'missing_type', make: (envelope) => text(without(envelope, 'type')) },
  { reason: 'missing_id', make: (envelope) => text(without(envelope, 'id')) },
  { reason: 'bad_timestamp', make: (envelope) => text({ ...envelope, timestamp: '2026-01-08T21:49:05Z' }) },
  { reason: 'bad_timestamp', make: (envelope) => text(without(envelope, 'timestamp')) },
  { reason: 'bad_data', make: (envelope) => text({ ...envelope, data: [] }) },
  { reason: 'bad_data', make: (envelope) => text({ ...envelope, data: 'gone' }) },
  { reason: 'bad_data', make: (envelope) => text({ ...envelope, type: 'discovery_results' }) },
  { reason: 'bad_data_timestamp', make: (envelope) => withData(envelope, { timestamp: 'yesterday' }) },
  { reason: 'missing_request_id', make: (envelope) => withData(envelope, { request_id: '' }) },
  { reason: 'missing_data_type', make: (envelope) => withData(envelope, { type: '' }) },
  { reason: 'bad_address', make: (envelope) => withData(envelope, { orchestrator_info: { address: '0x52cf', url: '' } }) },
  { reason: 'missing_state', make: (envelope) => text({ ...envelope, type: 'ai_stream_status' }) },
  {
    reason: 'bad_fps',
    make: (envelope) =>
      withData({ ...envelope, type: 'ai_stream_status' }, { state: 'ONLINE', inference_status: { fps: 'fast' } }),
  },
]; // prettier-ignore
