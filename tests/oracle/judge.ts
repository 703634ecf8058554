import { ARRAY_FAMILIES, CONTRACT, NEEDS_REQUEST } from './rules';
import type { AgeLimits } from './rules';

/** A record as it reached the broker. */
export interface ArrivedRecord {
  /** Arrival, ms since the epoch. */
  readonly at: number;
  readonly value: string;
}

/** A valid event with what the rules need of it. */
export interface OracleEvent {
  readonly id: string;
  readonly family: string;
  readonly gateway: string;
  readonly requestId: string;
  readonly eventTime: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Verdict =
  | { readonly kind: 'valid'; readonly event: OracleEvent }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'malformed'; readonly reason: string };

const MILLISECONDS = /^[0-9]{13}$/;
const NUMBER = /^[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const malformed = (reason: string): Verdict => ({ kind: 'malformed', reason });

/** The text of a scalar; '' for what is absent or null. An exponent is written as Java's BigDecimal writes it: 1E+21. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return typeof value === 'number' ? text.replace('e', 'E') : text;
}

/** JSON's null counts as absent; an empty text does not. */
const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** The value at a path of names; undefined where a step is missing. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

/** What becomes of one record. */
export function judge({ at: arrivedAt, value }: ArrivedRecord, limits: AgeLimits): Verdict {
  let envelope: unknown;
  try {
    envelope = JSON.parse(value);
  } catch {
    return malformed('not_json');
  }
  if (!isRecord(envelope)) return malformed('not_an_object');
  const family = textOf(envelope.type);
  if (family === '') return malformed('missing_type');
  if (!CONTRACT.has(family)) return { kind: 'ignored' };
  const reason = envelopeFault(envelope, family) ?? dataFault(envelope.data, family);
  if (reason !== undefined) return malformed(reason);
  const eventTime = Number(textOf(at(envelope.data, 'timestamp')) || textOf(envelope.timestamp));
  if (arrivedAt - eventTime > limits.maxAgeMs) return malformed('event_too_old');
  if (eventTime - arrivedAt > limits.maxAheadMs) return malformed('event_in_future');
  const data = isRecord(envelope.data) ? envelope.data : {};
  const requestId = textOf(data.request_id) || textOf(data.requestID);
  const event = {
    id: textOf(envelope.id),
    family,
    gateway: textOf(envelope.gateway),
    requestId,
    eventTime,
    data,
  };
  return { kind: 'valid', event };
}

function envelopeFault(envelope: Record<string, unknown>, family: string): string | undefined {
  if (textOf(envelope.id) === '') return 'missing_id';
  if (!MILLISECONDS.test(textOf(envelope.timestamp))) return 'bad_timestamp';
  const fits = ARRAY_FAMILIES.has(family) ? Array.isArray(envelope.data) : isRecord(envelope.data);
  return fits ? undefined : 'bad_data';
}

function dataFault(data: unknown, family: string): string | undefined {
  const timestamp = at(data, 'timestamp');
  if (isPresent(timestamp) && !MILLISECONDS.test(textOf(timestamp))) return 'bad_data_timestamp';
  if (NEEDS_REQUEST.has(family) && textOf(at(data, 'request_id')) === '') return 'missing_request_id';
  if (family === 'stream_trace' && textOf(at(data, 'type')) === '') return 'missing_data_type';
  const address = textOf(at(data, 'orchestrator_info', 'address'));
  if (address !== '' && !ADDRESS.test(address)) return 'bad_address';
  if (family !== 'ai_stream_status') return undefined;
  if (textOf(at(data, 'state')) === '') return 'missing_state';
  const fps = at(data, 'inference_status', 'fps');
  return !isPresent(fps) || NUMBER.test(textOf(fps)) ? undefined : 'bad_fps';
}

export interface Accounting {
  readonly sent: number;
  readonly valid: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly malformed: Readonly<Record<string, number>>;
}

/** The valid events, each once, and what became of the others. */
export function admit(
  records: readonly ArrivedRecord[],
  limits: AgeLimits,
): { readonly events: readonly OracleEvent[]; readonly accounting: Accounting } {
  const events = new Map<string, OracleEvent>();
  const malformed: Record<string, number> = {};
  let ignored = 0;
  let duplicates = 0;
  for (const record of records) {
    const verdict = judge(record, limits);
    if (verdict.kind === 'ignored') ignored++;
    else if (verdict.kind === 'malformed') malformed[verdict.reason] = (malformed[verdict.reason] ?? 0) + 1;
    else if (events.has(verdict.event.id)) duplicates++;
    else events.set(verdict.event.id, verdict.event);
  }
  const accounting = { sent: records.length, valid: events.size, duplicates, ignored, malformed };
  return { events: [...events.values()], accounting };
}
