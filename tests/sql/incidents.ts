import fc from 'fast-check';
import type { ArrivedRecord } from '../reference/judge';

const NOON = Date.UTC(2026, 0, 8, 12);
const MINUTE_MS = 60_000;
const ORCHESTRATOR = { address: `0x${'1'.repeat(40)}`, url: 'https://orch-1.example:8935' };

/** How a session goes: what its user sees, and how late everything arrives. */
const session = fc.record({
  second: fc.integer({ min: 0, max: 20 }),
  ending: fc.constantFrom('good', 'slow', 'swapped', 'closed', 'silent', 'unserved', 'excused'),
  fps: fc.constantFrom(24, 0, 3),
});
type Session = typeof session extends fc.Arbitrary<infer T> ? T : never;

const minute = fc.record({
  sessions: fc.array(session, { minLength: 2, maxLength: 4 }),
  lateMs: fc.constantFrom(40, 40, 40, 400_000),
  /** A whole minute alike makes rates that cross thresholds. */
  alike: fc.boolean(),
});

/** A few minutes of sessions of one orchestrator and model, some minutes of which go badly, in the order of their arrival. */
export const incidents: fc.Arbitrary<ArrivedRecord[]> = fc
  .array(minute, { minLength: 3, maxLength: 4 })
  .map((minutes) =>
    minutes
      .flatMap(({ sessions, lateMs, alike }, index) =>
        sessions.flatMap((one, number) =>
          eventsOf(alike ? { ...one, ending: sessions[0]!.ending } : one, `r-${index}-${number}`, NOON + index * MINUTE_MS, lateMs),
        ),
      )
      .sort((a, b) => a.at - b.at),
  ); // prettier-ignore

function eventsOf({ second, ending, fps }: Session, request: string, start: number, lateMs: number): ArrivedRecord[] {
  const at = start + second * 1_000;
  let count = 0;
  const event = (family: string, afterMs: number, data: Record<string, unknown>): ArrivedRecord => {
    const timestamp = at + afterMs;
    const ids = { request_id: request, stream_id: `s-${request}`, timestamp, orchestrator_info: ORCHESTRATOR };
    const id = `${request}-${count++}`;
    const value = { id, type: family, timestamp: String(timestamp), gateway: 'g', data: { ...ids, ...data } };
    return { at: timestamp + lateMs, value: JSON.stringify(value) };
  };
  const trace = (type: string, afterMs: number): ArrivedRecord => event('stream_trace', afterMs, { type });
  const status = (afterMs: number): ArrivedRecord =>
    event('ai_stream_status', afterMs, {
      state: 'ONLINE',
      pipeline: 'sdxl',
      inference_status: { fps, last_params: { width: 512, height: 512 } },
    });
  const asked = [trace('gateway_receive_stream_request', 0), event('ai_stream_events', 1, { type: 'params_update', pipeline: 'sdxl' })];
  const frames = (first: number): ArrivedRecord[] => [
    trace('gateway_send_first_ingest_segment', 300),
    trace('gateway_receive_first_processed_segment', first),
    trace('gateway_receive_few_processed_segments', first + 500),
    status(first + 10_000),
    status(first + 31_000),
  ];
  switch (ending) {
    case 'good': return [...asked, ...frames(900)];
    case 'slow': return [...asked, ...frames(16_000)];
    case 'swapped': return [...asked, ...frames(900), trace('orchestrator_swap', 5_000)];
    case 'closed': return [...asked, trace('gateway_ingest_stream_closed', 9_000)];
    case 'unserved': return [...asked, trace('gateway_no_orchestrators_available', 200)];
    case 'excused': return [...asked, event('ai_stream_events', 700, { type: 'error', message: 'WHIP disconnected' })];
    case 'silent': return [...asked, status(61_000)];
  }
} // prettier-ignore
