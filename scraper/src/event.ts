import { createHash } from 'node:crypto';
import type { Kind } from './config';
import type { FailureKind } from './errors';
import type { Target } from './target';

/** `success`: a whole payload; `heartbeat`: reachable, payload unchanged; `failure`: see `error_kind`. */
export type Outcome = 'success' | 'heartbeat' | 'failure';

/** One poll, as it is written to the topic; the names are the Avro schema's. */
export interface ScrapeEvent {
  /** UUIDv7: unique, and ordered by time. */
  readonly event_id: string;
  /** When the poll began, milliseconds since the epoch. */
  readonly scrape_time: number;
  readonly orchestrator_id: string;
  readonly target_id: string;
  readonly region: string;
  /** The kind's name, e.g. `hardware_stats`. */
  readonly event_type: string;
  /** URL without user info. */
  readonly endpoint: string;
  readonly outcome: Outcome;
  readonly http_status: number | null;
  readonly duration_ms: number;
  readonly error_kind: FailureKind | null;
  readonly error: string | null;
  /** SHA-256 (hex) of the parsed payload's text; that of the last payload on a heartbeat. */
  readonly payload_hash: string | null;
  readonly payload_bytes: number | null;
  /** JSON text; null on heartbeats and failures. */
  readonly payload: string | null;
}

export const hashOf = (payload: string): string => createHash('sha256').update(payload).digest('hex');

/** The URL that an event may show: credentials in it stay inside. */
export function endpointOf(target: Target, kind: Kind): string {
  const url = new URL(kind.path, target.url);
  url.username = '';
  url.password = '';
  return url.toString();
}
