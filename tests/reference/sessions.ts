import { textAt } from './json';
import { outputFpsOf, tracksOf } from './events';
import type { EnrichedEvent } from './events';
import { EXCUSES, SESSION_FAMILIES, SETTLED_MS, STATUS_PERIOD_MS } from './rules';

export type Outcome = 'success' | 'no_orchestrator' | 'excusable' | 'failed';

export interface ReferenceSession {
  readonly requestId: string;
  readonly streamId: string | null;
  readonly gateway: string;
  readonly orchestrator: string;
  readonly pipeline: string;
  readonly model: string;
  readonly gpuType: string;
  readonly region: string;
  readonly requestedAt: number | null;
  readonly firstIngestAt: number | null;
  readonly firstFrameAt: number | null;
  readonly playableAt: number | null;
  readonly lastSignalAt: number;
  readonly outcome: Outcome;
  /** Whether its outcome is told. */
  readonly settled: boolean;
  readonly swapped: number;
  readonly outputFailed: number;
  readonly promptToFirstFrameMs: number | null;
  readonly startupMs: number | null;
  readonly e2eLatencyMs: number | null;
  readonly signalsSeen: number;
  readonly signalsExpected: number;
  readonly counters: Counters;
  readonly lastIngestAt: number | null;
}

/** Counters of the ingest connection: they only grow, so that the largest is the last. */
export interface Counters {
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
}

/** The signals of each request, in the order of their arrival. */
export function signalsByRequest(events: readonly EnrichedEvent[]): Map<string, EnrichedEvent[]> {
  const byRequest = new Map<string, EnrichedEvent[]>();
  for (const event of events) {
    if (event.requestId === '' || !SESSION_FAMILIES.has(event.family)) continue;
    const signals = byRequest.get(event.requestId);
    if (signals) signals.push(event);
    else byRequest.set(event.requestId, [event]);
  }
  return byRequest;
}

/** What became of a session, as far as these of its signals say. */
export function sessionOf(requestId: string, signals: readonly EnrichedEvent[]): ReferenceSession {
  const ordered = [...signals].sort((a, b) => a.eventTime - b.eventTime);
  const times = traceTimes(ordered);
  const statuses = ordered.filter(({ family }) => family === 'ai_stream_status');
  const swaps = ordered.some(({ signal }) => signal === 'orchestrator_swap');
  const reported = new Set(ordered.map((event) => event.reported).filter((address) => address !== null));
  const last = ordered.at(-1)!.eventTime;
  return {
    requestId,
    streamId: least(ordered.map(({ data }) => textAt(data, 'stream_id')).filter((text) => text !== '')),
    ...dimensionsOf(ordered),
    ...times,
    lastSignalAt: last,
    outcome: outcomeOf(times.playableAt, ordered),
    settled:
      ordered.some(tellsOutcome) || (times.requestedAt !== null && last - times.requestedAt >= SETTLED_MS),
    swapped: swaps || reported.size > 1 ? 1 : 0,
    outputFailed: hasFailedOutput(statuses) ? 1 : 0,
    promptToFirstFrameMs: gap(times.requestedAt, times.firstFrameAt),
    startupMs: gap(times.requestedAt, times.playableAt),
    e2eLatencyMs: gap(times.firstIngestAt, times.firstFrameAt),
    signalsSeen: statuses.length,
    signalsExpected:
      times.firstFrameAt === null ? 0 : Math.trunc((last - times.firstFrameAt) / STATUS_PERIOD_MS),
    ...ingestOf(ordered),
  };
}

/** A payment alone attributes nothing; the region is the orchestrator's, else the gateway's. */
function dimensionsOf(ordered: readonly EnrichedEvent[]) {
  const known = (region: string): string | null => (region === 'unknown' ? null : region);
  const attributed = ordered.filter(({ reported }) => reported !== null);
  return {
    gateway: first(ordered, ({ gatewayName }) => known(gatewayName)) ?? 'unknown',
    orchestrator:
      first(attributed, ({ announced }) => announced) ?? first(attributed, ({ reported }) => reported) ?? 'unattributed',
    pipeline: first(ordered, ({ pipelineId }) => pipelineId) ?? first(ordered, ({ pipeline }) => pipeline) ?? 'unknown',
    model: first(ordered, ({ model }) => model) ?? 'unknown',
    gpuType: first(ordered, ({ gpuType }) => gpuType) ?? 'unknown',
    region: first(attributed, ({ region }) => known(region)) ?? first(ordered, ({ region }) => known(region)) ?? 'unknown',
  };
} // prettier-ignore

function traceTimes(ordered: readonly EnrichedEvent[]) {
  const timeOf = (type: string): number | null =>
    ordered.find(({ signal }) => signal === type)?.eventTime ?? null;
  return {
    requestedAt: timeOf('gateway_receive_stream_request'),
    firstIngestAt: timeOf('gateway_send_first_ingest_segment'),
    firstFrameAt: timeOf('gateway_receive_first_processed_segment'),
    playableAt: timeOf('gateway_receive_few_processed_segments'),
  };
}

function outcomeOf(playableAt: number | null, signals: readonly EnrichedEvent[]): Outcome {
  if (playableAt !== null) return 'success';
  if (signals.some(({ signal }) => signal === 'gateway_no_orchestrators_available')) return 'no_orchestrator';
  return signals.some(isExcusable) ? 'excusable' : 'failed';
}

const LAST_WORDS = new Set([
  'gateway_receive_few_processed_segments', 'gateway_no_orchestrators_available', 'gateway_ingest_stream_closed',
]); // prettier-ignore

function tellsOutcome({ family, signal }: EnrichedEvent): boolean {
  return LAST_WORDS.has(signal) || (family === 'ai_stream_events' && signal === 'error');
}

function isExcusable({ family, signal, data }: EnrichedEvent): boolean {
  if (family !== 'ai_stream_events' || signal !== 'error') return false;
  const message = (textAt(data, 'message') || textAt(data, 'error')).toLowerCase();
  return EXCUSES.some((excuse) => message.includes(excuse));
}

function hasFailedOutput(statuses: readonly EnrichedEvent[]): boolean {
  if (statuses.length === 0) return false;
  const onlyLoading = statuses.every(({ data }) => data.state === 'LOADING');
  return onlyLoading || !statuses.some(({ data }) => (outputFpsOf(data) ?? 0) > 0);
}

function ingestOf(ordered: readonly EnrichedEvent[]): { counters: Counters; lastIngestAt: number | null } {
  const ingests = ordered.filter(({ family }) => family === 'stream_ingest_metrics');
  const tracks = ingests.map(({ data }) => tracksOf(data));
  const largest = (name: keyof Counters): number => Math.max(0, ...tracks.map((track) => track[name]));
  return {
    counters: {
      bytesReceived: largest('bytesReceived'),
      bytesSent: largest('bytesSent'),
      packetsReceived: largest('packetsReceived'),
      packetsLost: largest('packetsLost'),
    },
    lastIngestAt: ingests.at(-1)?.eventTime ?? null,
  };
}

function gap(from: number | null, to: number | null): number | null {
  return from === null || to === null || to < from ? null : to - from;
}

const least = (texts: readonly string[]): string | null => [...texts].sort()[0] ?? null;

/** The value of the earliest event that has one; of several at that time the smallest. */
function first(ordered: readonly EnrichedEvent[], read: (event: EnrichedEvent) => string | null): string | null {
  const having = ordered.filter((event) => read(event) !== null);
  const earliest = having.filter(({ eventTime }) => eventTime === having[0]?.eventTime);
  return least(earliest.map((event) => read(event)!));
} // prettier-ignore
