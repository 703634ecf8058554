import { computeGold } from './gold';
import { judge } from './judge';
import type { ArrivedRecord } from './judge';

/** The second calculation itself, on numbers that were worked out by hand. */
const DECLARED = { limits: { maxAgeMs: 3_600_000, maxAheadMs: 300_000 }, regions: {} };
const T = Date.UTC(2026, 0, 8, 12, 0, 0);
const ORCHESTRATOR = '0x52cf0000000000000000000000000000000000aA';
let ids = 0;

function record(type: string, eventTime: number, data: Record<string, unknown>): ArrivedRecord {
  const envelope = { id: `id-${ids++}`, type, timestamp: String(eventTime), gateway: '', data };
  return { at: eventTime + 100, value: JSON.stringify(envelope) };
}

const info = { orchestrator_info: { address: ORCHESTRATOR, url: '' } };
const trace = (request: string, type: string, at: number, more = {}) =>
  record('stream_trace', at, { request_id: request, type, timestamp: at, ...more });
const status = (request: string, at: number, fps: number, state = 'ONLINE') =>
  record('ai_stream_status', at, {
    request_id: request,
    state,
    pipeline: 'm',
    timestamp: at,
    inference_status: { fps },
    ...info,
  });

function success(request: string, at: number, ptff: number, samples: readonly number[]): ArrivedRecord[] {
  return [
    trace(request, 'gateway_receive_stream_request', at),
    trace(request, 'gateway_send_first_ingest_segment', at + ptff - 300, info),
    trace(request, 'gateway_receive_first_processed_segment', at + ptff, info),
    trace(request, 'gateway_receive_few_processed_segments', at + ptff + 2_000, info),
    ...samples.map((fps, index) => status(request, at + ptff + 10_000 * (index + 1), fps)),
  ];
}

const key = (time: number) => `${ORCHESTRATOR.toLowerCase()}|unknown|m|${time}`;

describe('the second calculation', () => {
  test('gives a perfect session without a benchmark 85: reliability 1, quality 0.5', () => {
    const { sla } = computeGold(success('r1', T, 2_000, [20, 22]), DECLARED);
    expect(sla.get(key(T))).toMatchObject({
      REQUESTED: 1, STARTED: 1, SWAPPED: 0, PROMPT_TO_FIRST_FRAME_SUM_MS: 2_000, E2E_LATENCY_SUM_MS: 300,
      SIGNALS_SEEN: 2, SIGNALS_EXPECTED: 2, OUTPUT_FPS_COUNT: 2, OUTPUT_FPS_SUM: 42, RELIABILITY: 1, QUALITY: 0.5,
    }); // prettier-ignore
    expect(sla.get(key(T))!.SLA_SCORE).toBeCloseTo(85, 9);
  });

  test('takes lost signals off the whole score', () => {
    const lost = success('r1', T, 2_000, [20, 20, 20, 20]).filter((_, index) => index !== 5 && index !== 6);
    const row = computeGold(lost, DECLARED).sla.get(key(T))!;
    expect(row).toMatchObject({ SIGNALS_SEEN: 2, SIGNALS_EXPECTED: 4, COVERAGE: 0.5 });
    expect(row.SLA_SCORE).toBeCloseTo(42.5, 9);
  });

  test('judges by the days before: a median session of ten is at 1, one as slow as p90 at 0', () => {
    const day = 86_400_000;
    const before = Array.from({ length: 10 }, (_, n) =>
      success(`h${n}`, T - day + n * 60_000, 1_000 + 400 * n, [20]),
    ).flat();
    const fast = Array.from({ length: 10 }, (_, n) => success(`f${n}`, T + n, 900, [])).flat();
    const slow = Array.from({ length: 10 }, (_, n) => success(`s${n}`, T + 60_000 + n, 9_000, [])).flat();
    const { sla, benchmarks } = computeGold([...before, ...fast, ...slow], DECLARED);
    const benchmark = benchmarks.get(`unknown|m|${Math.floor(T / day)}`)!;
    expect(benchmark.promptToFirstFrameCount).toBe(10);
    expect(benchmark.promptToFirstFrameP50Ms! / 2_600).toBeCloseTo(1, 1);
    expect(benchmark.promptToFirstFrameP90Ms! / 4_200).toBeCloseTo(1, 1);
    expect(benchmark).toMatchObject({ outputFpsCount: 10, outputFpsP10: 20.25, outputFpsP50: 20.25 });
    expect(sla.get(`${ORCHESTRATOR.toLowerCase()}|unknown|unknown|${T}`)).toMatchObject({
      PROMPT_TO_FIRST_FRAME_SCORE: 0.5,
    });
    const named = computeGold(
      [...before, ...fast, ...slow, status('f0', T + 1_000, 30), status('s0', T + 61_000, 5)],
      DECLARED,
    );
    expect(named.sla.get(key(T))).toMatchObject({ PROMPT_TO_FIRST_FRAME_COUNT: 1 });
    expect(named.sla.get(key(T))!.PROMPT_TO_FIRST_FRAME_SCORE).toBeCloseTo(0.55, 9);
    expect(named.sla.get(key(T))!.OUTPUT_FPS_SCORE).toBeCloseTo(0.5 + 0.5 / 30, 9);
    expect(named.sla.get(key(T + 60_000))!.PROMPT_TO_FIRST_FRAME_SCORE).toBeCloseTo(0.45, 9);
    expect(named.sla.get(key(T + 60_000))!.OUTPUT_FPS_SCORE).toBeCloseTo(0.5 - 0.5 / 30, 9);
  });

  test.each([
    [
      'success',
      'no error counts after a start',
      [trace('r', 'gateway_receive_few_processed_segments', T + 1)],
    ],
    [
      'no_orchestrator',
      'it comes before an excuse',
      [trace('r', 'gateway_no_orchestrators_available', T + 1)],
    ],
    ['excusable', 'an excuse is enough', []],
  ])('calls a session %s: %s', (outcome, _, events) => {
    const error = record('ai_stream_events', T + 5, {
      request_id: 'r',
      type: 'error',
      message: 'WHIP disconnected',
    });
    const request = trace('r', 'gateway_receive_stream_request', T);
    expect(computeGold([request, error, ...events], DECLARED).sessions.get('r')!.outcome).toBe(outcome);
  });

  test('counts a session that saw two orchestrators as swapped, for the first of them', () => {
    const other = { orchestrator_info: { address: ORCHESTRATOR.replace('0x52', '0x01'), url: '' } };
    const events = [
      ...success('r', T, 1_000, [20]),
      trace('r', 'gateway_send_first_ingest_segment', T + 20_000, other),
    ];
    expect(computeGold(events, DECLARED).sessions.get('r')).toMatchObject({
      swapped: 1,
      orchestrator: ORCHESTRATOR.toLowerCase(),
    });
  });

  test('does not depend on the order of arrival, nor on copies', () => {
    const events = success('r', T, 1_000, [20, 0, 21]);
    const shuffled = [...events, ...events].reverse();
    expect(computeGold(shuffled, DECLARED).sla).toEqual(computeGold(events, DECLARED).sla);
  });

  test.each([
    [T, 'valid'],
    [T - 3_600_001, 'event_too_old'],
    [T - 3_600_000, 'valid'],
    [T + 300_001, 'event_in_future'],
  ])('judges an event of %d that arrives at noon: %s', (eventTime, expected) => {
    const verdict = judge({ ...trace('r', 'x', eventTime), at: T }, DECLARED.limits);
    expect(verdict.kind === 'malformed' ? verdict.reason : verdict.kind).toBe(expected);
  });
});
