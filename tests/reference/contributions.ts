import { numberAt, textAt } from './json';
import { outputFpsOf, pixelsOf, tracksOf } from './events';
import type { EnrichedEvent } from './events';
import type { Offer } from './inventory';
import { STATUS_PERIOD_MS, WEI } from './rules';
import { sessionOf } from './sessions';
import type { Counters, ReferenceSession } from './sessions';

/** What a contribution counts for. */
export interface Place {
  readonly orchestrator: string;
  readonly pipeline: string;
  readonly model: string;
  readonly gpuType: string;
  readonly gateway: string;
  readonly region: string;
}

/** One thing that counts in the windows of its time, with what it measures. */
export interface Contribution {
  readonly time: number;
  readonly place: Place;
  readonly session?: SessionMeasures;
  readonly sample?: SampleMeasures;
  readonly ingest?: { readonly jitterMs: number | null; readonly rttMs: number | null };
  readonly counters?: Counters;
  readonly payment?: { readonly feeWei: number | null; readonly tickets: number | null };
  readonly price?: number | null;
  readonly restart?: true;
  /** Of single events: how late it arrived. */
  readonly lagMs?: number;
  readonly offer?: Offer & { readonly snapshot: string };
}

export interface SessionMeasures
  extends Pick<ReferenceSession, 'outcome' | 'settled' | 'swapped' | 'outputFailed' | 'signalsSeen' | 'signalsExpected'>,
    Pick<ReferenceSession, 'promptToFirstFrameMs' | 'startupMs' | 'e2eLatencyMs'> {
  readonly unattributed: boolean;
} // prettier-ignore

export interface SampleMeasures {
  readonly outputFps: number;
  readonly inputFps: number;
  readonly mpps: number;
  readonly inferenceMs: number;
}

/** A session counts as it is known in the end, at the time of its request. */
export function sessionContribution(session: ReferenceSession): Contribution[] {
  if (session.requestedAt === null) return [];
  const measures = { ...session, unattributed: session.orchestrator === 'unattributed' };
  return [{ time: session.requestedAt, place: session, session: measures }];
}

/**
 * What the ingest counters grew by: each growth counts at the time of the latest ingest metrics and for what the session was known to
 * be when it came. `signals` are those of one request, in the order of their arrival.
 */
export function counterContributions(requestId: string, signals: readonly EnrichedEvent[]): Contribution[] {
  let before: Counters = { bytesReceived: 0, bytesSent: 0, packetsReceived: 0, packetsLost: 0 };
  return signals.flatMap(({ family }, index) => {
    if (family !== 'stream_ingest_metrics') return [];
    const session = sessionOf(requestId, signals.slice(0, index + 1));
    const now = session.counters;
    const grown: Counters = {
      bytesReceived: now.bytesReceived - before.bytesReceived,
      bytesSent: now.bytesSent - before.bytesSent,
      packetsReceived: now.packetsReceived - before.packetsReceived,
      packetsLost: now.packetsLost - before.packetsLost,
    };
    before = now;
    if (Object.values(grown).every((by) => by === 0)) return [];
    return [{ time: session.lastIngestAt!, place: session, counters: grown }];
  });
}

/** What single events count for. */
export function eventContribution(event: EnrichedEvent): Contribution[] {
  return measuresOf(event).map((one) => ({ ...one, lagMs: event.arrivedAt - event.eventTime }));
}

function measuresOf(event: EnrichedEvent): Contribution[] {
  const { family, data, eventTime: time } = event;
  const place: Place = {
    orchestrator: event.orchestrator ?? 'unattributed',
    pipeline: event.pipeline ?? 'unknown',
    model: event.model ?? 'unknown',
    gpuType: event.gpuType ?? 'unknown',
    gateway: event.gatewayName,
    region: event.region,
  };
  if (family === 'ai_stream_status') return [{ time, place, sample: sampleOf(event) }];
  if (family === 'stream_ingest_metrics') return [{ time, place, ingest: tracksOf(data) }];
  if (family === 'ai_stream_events') return event.signal === 'restart' ? [{ time, place, restart: true }] : [];
  if (family === 'create_new_payment')
    return [{ time, place, payment: { feeWei: feeOf(data), tickets: numberAt(data, 'numTickets') }, price: weiOf(textAt(data, 'price')) }];
  if (family === 'create_signed_ticket')
    return [{ time, place, payment: { feeWei: numberAt(data, 'computed_fee'), tickets: numberAt(data, 'num_tickets') } }];
  if (family === 'ai_llm_request' || family === 'ai_batch_request')
    return [{ time, place, session: requestOf(event), price: numberAt(data, 'price_per_unit') }];
  return [];
} // prettier-ignore

function sampleOf({ data }: EnrichedEvent): SampleMeasures {
  const outputFps = outputFpsOf(data) ?? 0;
  return {
    outputFps,
    inputFps: numberAt(data, 'input_status.fps') ?? 0,
    mpps: (outputFps * (pixelsOf(data) ?? 0)) / 1_000_000,
    inferenceMs: outputFps > 0 ? STATUS_PERIOD_MS : 0,
  };
}

/** A request of the LLM and batch families is over when it is told. */
function requestOf({ family, data, orchestrator }: EnrichedEvent): SessionMeasures {
  const error = textAt(data, 'error');
  const llm = error === '' && textAt(data, 'finish_reason') !== 'error';
  const succeeded = family === 'ai_llm_request' ? llm : textAt(data, 'success') === 'true';
  const duration = numberAt(data, family === 'ai_llm_request' ? 'total_duration_ms' : 'duration_ms');
  const lacking = (textAt(data, 'message') || error).toLowerCase().includes('no orchestrators available');
  return {
    outcome: succeeded ? 'success' : lacking ? 'no_orchestrator' : 'failed',
    settled: true,
    swapped: 0,
    outputFailed: succeeded ? 0 : 1,
    unattributed: orchestrator === null,
    signalsSeen: 0,
    signalsExpected: 0,
    promptToFirstFrameMs: null,
    startupMs: null,
    e2eLatencyMs: succeeded && duration !== null ? Math.trunc(duration) : null,
  };
}

/** Amount of a text such as `2.5 GWEI` or `3 wei/pixel`; null where there is none. */
function weiOf(text: string): number | null {
  const [, amount, unit] = /^([0-9.]+(?:e[-+]?[0-9]+)?) *(gwei|wei|eth)/.exec(text.toLowerCase()) ?? [];
  return amount === undefined ? null : Number(amount) * WEI[unit!]!;
}

/** What a payment is worth on average. */
function feeOf(data: unknown): number | null {
  const parts = [weiOf(textAt(data, 'faceValue')), numberAt(data, 'winProb'), numberAt(data, 'numTickets')];
  return parts.some((part) => part === null)
    ? null
    : parts.reduce<number>((product, part) => product * part!, 1);
}

/** Supply of one snapshot. */
export function offerContribution(offer: Offer, event: { readonly id: string; readonly time: number; readonly gateway: string }): Contribution {
  const { id, time, gateway } = event;
  return { time, place: { ...offer, gateway }, offer: { ...offer, snapshot: id } };
} // prettier-ignore

/** Every `<dimension>|<value>` that a place belongs to. */
export function dimensionKeys(place: Place): string[] {
  const { orchestrator, pipeline, model, gpuType, gateway, region } = place;
  return [
    'network|all', `orchestrator|${orchestrator}`, `model|${pipeline}|${model}`, `gpu|${gpuType}`, `gateway|${gateway}`,
    `region|${region}`, `orchestrator_model|${orchestrator}|${pipeline}|${model}`, `region_model|${region}|${pipeline}|${model}`,
  ];
} // prettier-ignore
