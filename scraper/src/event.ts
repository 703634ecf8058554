import { createHash } from 'node:crypto';
import type { FailureKind } from './errors';
import type { Row } from './parsers';

/** `success`: a whole payload; `heartbeat`: reachable, payload unchanged; `failure`: see `error_kind`. */
export type Outcome = 'success' | 'heartbeat' | 'failure';

/** One poll, as it is written to the topic; the names are the Avro schema's. */
export interface ScrapeEvent {
  /** UUIDv7: unique, and ordered by time. */
  readonly event_id: string;
  /** When the poll began, milliseconds since the epoch. */
  readonly scrape_time: number;
  readonly scraper_id: string;
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
  /** From when the poll was due to when it began. */
  readonly schedule_delay_ms: number | null;
  readonly error_kind: FailureKind | null;
  readonly error: string | null;
  /** SHA-256 (hex) of the parsed payload's text; that of the last payload on a heartbeat. */
  readonly payload_hash: string | null;
  readonly payload_bytes: number | null;
  /** JSON text; null on heartbeats and failures. */
  readonly payload: string | null;
  readonly parsed_fields: Row;
  readonly parsed_rows: readonly Row[];
}

export const hashOf = (payload: string): string => createHash('sha256').update(payload).digest('hex');

/** The same poll as a failure: what it brought is left out. */
export function asFailure(event: ScrapeEvent, kind: FailureKind, error: string): ScrapeEvent {
  return {
    ...event,
    outcome: 'failure',
    error_kind: kind,
    error,
    payload_hash: null,
    payload_bytes: null,
    payload: null,
    parsed_fields: {},
    parsed_rows: [],
  };
}
