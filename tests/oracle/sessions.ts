import { at, textOf } from './judge';
import type { OracleEvent } from './judge';
import { EXCUSES, SESSION_FAMILIES, STATUS_PERIOD_MS } from './rules';

export type Outcome = 'success' | 'no_orchestrator' | 'excusable' | 'failed';

export interface OracleSession {
  readonly requestId: string;
  readonly streamId: string | null;
  readonly gateway: string | null;
  readonly orchestrator: string;
  readonly pipeline: string;
  readonly model: string;
  readonly requestedAt: number | null;
  readonly firstIngestAt: number | null;
  readonly firstFrameAt: number | null;
  readonly playableAt: number | null;
  readonly lastSignalAt: number;
  readonly outcome: Outcome;
  readonly swapped: number;
  readonly outputFailed: number;
  readonly promptToFirstFrameMs: number | null;
  readonly startupMs: number | null;
  readonly e2eLatencyMs: number | null;
  readonly signalsSeen: number;
  readonly signalsExpected: number;
}

/** Separators of composed keys may not occur in their parts. */
export const dimension = (text: string): string => text.replace(/[|#\s]/g, '_');

/** The sessions, by request id. */
export function sessionsOf(events: readonly OracleEvent[]): Map<string, OracleSession> {
  const byRequest = new Map<string, OracleEvent[]>();
  for (const event of events) {
    if (event.requestId === '' || !SESSION_FAMILIES.has(event.family)) continue;
    byRequest.set(event.requestId, [...(byRequest.get(event.requestId) ?? []), event]);
  }
  return new Map([...byRequest].map(([requestId, signals]) => [requestId, sessionOf(requestId, signals)]));
}

function sessionOf(requestId: string, signals: readonly OracleEvent[]): OracleSession {
  const ordered = [...signals].sort((a, b) => a.eventTime - b.eventTime);
  const times = traceTimes(ordered);
  const orchestrators = values(ordered, orchestratorOf);
  const statuses = ordered.filter(({ family }) => family === 'ai_stream_status');
  const swaps = ordered.some(({ data }) => data.type === 'orchestrator_swap');
  const last = Math.max(...ordered.map(({ eventTime }) => eventTime));
  return {
    requestId,
    streamId: least(values(ordered, ({ data }) => textOf(data.stream_id))),
    gateway: least(values(ordered, ({ gateway }) => gateway)),
    orchestrator: first(ordered, orchestratorOf) ?? 'unattributed',
    pipeline: first(ordered, ({ data }) => dimension(textOf(data.pipeline_id))) ?? 'unknown',
    model: first(ordered, modelOf) ?? 'unknown',
    ...times,
    lastSignalAt: last,
    outcome: outcomeOf(times.playableAt, ordered),
    swapped: swaps || new Set(orchestrators).size > 1 ? 1 : 0,
    outputFailed: hasFailedOutput(statuses) ? 1 : 0,
    promptToFirstFrameMs: gap(times.requestedAt, times.firstFrameAt),
    startupMs: gap(times.requestedAt, times.playableAt),
    e2eLatencyMs: gap(times.firstIngestAt, times.firstFrameAt),
    signalsSeen: statuses.length,
    signalsExpected:
      times.firstFrameAt === null ? 0 : Math.trunc((last - times.firstFrameAt) / STATUS_PERIOD_MS),
  };
}

function traceTimes(ordered: readonly OracleEvent[]) {
  const timeOf = (type: string): number | null =>
    ordered.find(({ data }) => data.type === type)?.eventTime ?? null;
  return {
    requestedAt: timeOf('gateway_receive_stream_request'),
    firstIngestAt: timeOf('gateway_send_first_ingest_segment'),
    firstFrameAt: timeOf('gateway_receive_first_processed_segment'),
    playableAt: timeOf('gateway_receive_few_processed_segments'),
  };
}

function outcomeOf(playableAt: number | null, signals: readonly OracleEvent[]): Outcome {
  if (playableAt !== null) return 'success';
  if (signals.some(({ data }) => data.type === 'gateway_no_orchestrators_available'))
    return 'no_orchestrator';
  return signals.some(isExcusable) ? 'excusable' : 'failed';
}

function isExcusable({ family, data }: OracleEvent): boolean {
  if (family !== 'ai_stream_events' || data.type !== 'error') return false;
  const message = textOf(data.message).toLowerCase();
  return EXCUSES.some((excuse) => message.includes(excuse));
}

function hasFailedOutput(statuses: readonly OracleEvent[]): boolean {
  if (statuses.length === 0) return false;
  const onlyLoading = statuses.every(({ data }) => data.state === 'LOADING');
  return onlyLoading || !statuses.some(({ data }) => outputFpsOf(data) > 0);
}

export const outputFpsOf = (data: unknown): number =>
  Number(textOf(at(data, 'inference_status', 'fps')) || 0);

export const orchestratorOf = ({ data }: OracleEvent): string =>
  textOf(at(data, 'orchestrator_info', 'address')).toLowerCase();

function modelOf({ data }: OracleEvent): string {
  const named = textOf(data.pipeline);
  return dimension(named || (/^[0-9]+_(.+)$/.exec(textOf(data.manifestID))?.[1] ?? ''));
}

function gap(from: number | null, to: number | null): number | null {
  return from === null || to === null || to < from ? null : to - from;
}

function values(events: readonly OracleEvent[], read: (event: OracleEvent) => string): string[] {
  return events.map(read).filter((value) => value !== '');
}

const least = (texts: readonly string[]): string | null => [...texts].sort()[0] ?? null;

/** The value of the earliest event that has one; of several at that time the smallest. */
function first(ordered: readonly OracleEvent[], read: (event: OracleEvent) => string): string | undefined {
  const having = ordered.filter((event) => read(event) !== '');
  const earliest = having.filter(({ eventTime }) => eventTime === having[0]?.eventTime);
  return least(earliest.map(read)) ?? undefined;
}
