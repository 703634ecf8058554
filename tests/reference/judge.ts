import { at, dimension, isPresent, isRecord, listOf, textAt, textOf } from './json';
import { ARRAY_FAMILIES, CONTRACT, INTEGER_FIELDS, NEEDS_REQUEST, NUMBER_FIELDS } from './rules';
import type { AgeLimits } from './rules';

/** A record as it reached the broker. */
export interface ArrivedRecord {
  /** Arrival, ms since the epoch. */
  readonly at: number;
  readonly value: string;
}

/** A valid event with what the rules need of it. */
export interface ReferenceEvent {
  readonly id: string;
  readonly family: string;
  /** As it was sent; '' where nothing was. */
  readonly gateway: string;
  readonly requestId: string;
  readonly eventTime: number;
  readonly arrivedAt: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Of families whose data is a list. */
  readonly list: readonly unknown[];
}

export type Verdict = {
  /** `other` for what is no family of ours. */
  readonly family: string;
  readonly gateway: string;
  /** The event's, where it can be used, else the arrival. */
  readonly time: number;
} & (
  | { readonly kind: 'valid'; readonly event: ReferenceEvent }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'malformed'; readonly reason: string }
);

const MILLISECONDS = /^[0-9]{13}$/;
const NUMBER = /^[0-9]{1,30}(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?$/;
const INTEGER = /^[0-9]{1,18}$/;
const SIGNED = /^-?[0-9]{1,18}$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const AMOUNT = /^[0-9]{1,40}(\.[0-9]+)?(e[-+]?[0-9]{1,2})? *(wei|gwei|eth)$/;
const PRICE = /^[0-9]{1,40}(\.[0-9]+)?(e[-+]?[0-9]{1,2})? *(wei|gwei|eth)\/pixel$/;

/** What becomes of one record. */
export function judge(record: ArrivedRecord, limits: AgeLimits): Verdict {
  const envelope = parse(record.value);
  if (envelope === undefined) return unread(record, 'not_json');
  if (!isRecord(envelope)) return unread(record, 'not_an_object');
  const { family, data } = unwrapped(envelope);
  const place = { gateway: gatewayOf(envelope), time: timeOf(envelope, data, record.at, limits) };
  const malformed = (reason: string): Verdict => ({ kind: 'malformed', reason, family: family || 'other', ...place });
  if (family === '') return malformed('missing_type');
  if (!CONTRACT.has(family)) return { kind: 'ignored', family: 'other', ...place };
  const reason = envelopeFault(envelope, data, family) ?? dataFault(data, family) ?? numberFault(data, family);
  if (reason !== undefined) return malformed(reason);
  const eventTime = Number(textAt(data, 'timestamp') || textOf(envelope.timestamp));
  if (record.at - eventTime > limits.maxAgeMs) return malformed('event_too_old');
  if (eventTime - record.at > limits.maxAheadMs) return malformed('event_in_future');
  const event: ReferenceEvent = {
    id: family === 'worker_lifecycle' && textAt(data, 'id') ? `worker|${textAt(data, 'id')}` : textOf(envelope.id),
    family,
    gateway: textOf(envelope.gateway),
    requestId: textAt(data, 'request_id') || textAt(data, 'requestID'),
    eventTime,
    arrivedAt: record.at,
    data: isRecord(data) ? data : {},
    list: listOf(data),
  };
  return { kind: 'valid', event, family, ...place };
} // prettier-ignore

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const unread = ({ at: time }: ArrivedRecord, reason: string): Verdict => ({
  kind: 'malformed',
  reason,
  family: 'other',
  gateway: 'unknown',
  time,
});

const gatewayOf = (envelope: Record<string, unknown>): string =>
  dimension(textOf(envelope.gateway) || 'unknown');

/** A runner's event may come wrapped: `{"queue_event_type": family, "event": data}`. */
function unwrapped(envelope: Record<string, unknown>): { readonly family: string; readonly data: unknown } {
  const inner = at(envelope.data, 'queue_event_type');
  if (inner !== undefined) return { family: textOf(inner), data: at(envelope.data, 'event') };
  return { family: textOf(envelope.type ?? envelope.queue_event_type), data: envelope.data };
}

function timeOf(
  envelope: Record<string, unknown>,
  data: unknown,
  arrived: number,
  limits: AgeLimits,
): number {
  const own = isPresent(at(data, 'timestamp')) ? textAt(data, 'timestamp') : textOf(envelope.timestamp);
  if (!MILLISECONDS.test(own)) return arrived;
  const time = Number(own);
  return time >= arrived - limits.maxAgeMs && time <= arrived + limits.maxAheadMs ? time : arrived;
}

function envelopeFault(envelope: Record<string, unknown>, data: unknown, family: string): string | undefined {
  if (textOf(envelope.id) === '') return 'missing_id';
  if (!MILLISECONDS.test(textOf(envelope.timestamp))) return 'bad_timestamp';
  const fits = ARRAY_FAMILIES.has(family) ? Array.isArray(data) : isRecord(data);
  return fits ? undefined : 'bad_data';
}

function dataFault(data: unknown, family: string): string | undefined {
  const timestamp = at(data, 'timestamp');
  if (isPresent(timestamp) && !MILLISECONDS.test(textOf(timestamp))) return 'bad_data_timestamp';
  if (NEEDS_REQUEST.has(family) && textAt(data, 'request_id') === '') return 'missing_request_id';
  if (family === 'stream_trace' && textAt(data, 'type') === '') return 'missing_data_type';
  const addresses = ['orchestrator_info.address', 'recipient', 'orch_address'].map((path) => textAt(data, path));
  if (addresses.some((text) => text !== '' && !ADDRESS.test(text))) return 'bad_address';
  if (family !== 'ai_stream_status') return undefined;
  if (textAt(data, 'state') === '') return 'missing_state';
  const fps = at(data, 'inference_status', 'fps');
  return !isPresent(fps) || NUMBER.test(textOf(fps)) ? undefined : 'bad_fps';
} // prettier-ignore

function numberFault(data: unknown, family: string): string | undefined {
  const wrong = (path: string, form: RegExp): boolean => {
    const text = textAt(data, path);
    return text !== '' && !form.test(text);
  };
  if (family === 'create_new_payment') {
    if (textAt(data, 'faceValue') !== '' && !AMOUNT.test(textAt(data, 'faceValue').toLowerCase())) return 'bad_amount';
    if (textAt(data, 'price') !== '' && !PRICE.test(textAt(data, 'price').toLowerCase())) return 'bad_price';
  }
  if (family === 'stream_ingest_metrics') {
    const tracks = at(data, 'stats', 'track_stats');
    if (isPresent(tracks) && !Array.isArray(tracks)) return 'bad_data';
    if (listOf(tracks).some(hasWrongNumber)) return 'bad_number';
  }
  if ((NUMBER_FIELDS[family] ?? []).some((path) => wrong(path, NUMBER))) return 'bad_number';
  return (INTEGER_FIELDS[family] ?? []).some((path) => wrong(path, INTEGER)) ? 'bad_number' : undefined;
} // prettier-ignore

function hasWrongNumber(track: unknown): boolean {
  const forms = { jitter: NUMBER, rtt: NUMBER, packets_received: INTEGER, packets_lost: SIGNED };
  return Object.entries(forms).some(
    ([name, form]) => isPresent(at(track, name)) && !form.test(textAt(track, name)),
  );
}

export interface Accounting {
  readonly sent: number;
  readonly valid: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly malformed: Readonly<Record<string, number>>;
}

/** The valid events in the order of their arrival, each once, and what became of the others. */
export function admit(
  verdicts: readonly Verdict[],
): { readonly events: readonly ReferenceEvent[]; readonly accounting: Accounting } {
  const events = new Map<string, ReferenceEvent>();
  const malformed: Record<string, number> = {};
  let ignored = 0;
  let duplicates = 0;
  for (const verdict of verdicts) {
    if (verdict.kind === 'ignored') ignored++;
    else if (verdict.kind === 'malformed') malformed[verdict.reason] = (malformed[verdict.reason] ?? 0) + 1;
    else if (events.has(verdict.event.id)) duplicates++;
    else events.set(verdict.event.id, verdict.event);
  }
  const accounting = { sent: verdicts.length, valid: events.size, duplicates, ignored, malformed };
  return { events: [...events.values()], accounting };
} // prettier-ignore
