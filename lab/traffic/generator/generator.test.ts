import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { generateHistory, generateTraffic, simulatedNetwork, simulateSession, trafficOptions } from './index';
import type { SessionKind, TrafficRecord } from './index';
import { TimeQueue } from './queue';
import { createRandom } from './random';

const START = Date.UTC(2026, 0, 8, 21, 0);
const minutes = (count: number) => count * 60_000;
const options = trafficOptions({ startMs: START, durationMs: minutes(20) });

interface Envelope {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly gateway: string;
  readonly data: Record<string, unknown>;
}

function envelopes(records: readonly TrafficRecord[]): Envelope[] {
  return records.flatMap(({ value }) => {
    try {
      const envelope = JSON.parse(value.toString()) as Envelope | null;
      return typeof envelope?.type === 'string' ? [envelope] : [];
    } catch {
      return [];
    }
  });
}

const hash = (records: Iterable<TrafficRecord>): string => {
  const digest = createHash('sha256');
  for (const { at, gateway, key, value } of records)
    digest.update(`${at} ${gateway} `).update(key).update(value);
  return digest.digest('hex');
};

describe('generated traffic', () => {
  const records = [...generateTraffic(options)];
  const all = envelopes(records);

  test('is the same for the same seed, and another for another', () => {
    expect(hash(generateTraffic(options))).toBe(hash(records));
    expect(hash(generateTraffic({ ...options, seed: 2 }))).not.toBe(hash(records));
  });

  test('comes in the order of arrival, from the declared gateways', () => {
    expect(records.every(({ at }, index) => index === 0 || at >= records[index - 1]!.at)).toBe(true);
    expect(new Set(records.map(({ gateway }) => gateway))).toEqual(new Set(['gateway-1', 'gateway-2']));
  });

  test('has the rate and the share outside the contract that were asked for', () => {
    const perSecond = records.length / (20 * 60);
    expect(perSecond).toBeGreaterThan(26);
    expect(perSecond).toBeLessThan(40);
    const outside = all.filter(({ type }) =>
      ['pipelines_api_request', 'webrtc_stats', 'app_client_trace'].includes(type),
    );
    expect(outside.length / records.length).toBeGreaterThan(0.5);
    expect(outside.length / records.length).toBeLessThan(0.64);
  });

  test('holds copies, late and spoiled records', () => {
    const ids = all.map(({ id }) => id);
    expect(new Set(ids).size).toBeLessThan(ids.length);
    expect(records.length).toBeGreaterThan(all.length);
    const overtaken = all.some(
      ({ timestamp }, index) => index > 0 && Number(timestamp) < Number(all[index - 1]!.timestamp) - 1_500,
    );
    expect(overtaken).toBe(true);
  });

  test('writes envelopes as go-livepeer does', () => {
    for (const { id, timestamp, gateway } of all.filter(
      ({ type, data }) => type !== 'stream_trace' && data,
    )) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(timestamp).toMatch(/^\d{13}$/);
      expect(['', 'gateway-1', 'gateway-2']).toContain(gateway);
    }
    const payment = all.find(({ type }) => type === 'create_new_payment')!.data;
    expect(payment.faceValue).toMatch(/^\d+ WEI$/);
    expect(payment.price).toMatch(/^[\d.]+ wei\/pixel$/);
    expect(payment.recipient).toMatch(/[A-F]/);
    const swap = all.find(({ data }) => data?.type === 'orchestrator_swap')!.data;
    expect(swap).not.toHaveProperty('timestamp');
    const status = all.find(({ type }) => type === 'ai_stream_status')!.data;
    expect((status.orchestrator_info as { address: string }).address).toMatch(/^0x[0-9a-f]{40}$/);
    expect(Array.isArray(all.find(({ type }) => type === 'network_capabilities')!.data)).toBe(true);
  });
});

describe('history', () => {
  const records = [...generateHistory(options, 2, 50)];

  test('lies in the UTC days before, each closed before the next begins', () => {
    const day = (time: number) => Math.floor(time / 86_400_000);
    expect(new Set(records.map(({ at }) => day(at)))).toEqual(new Set([day(START) - 2, day(START) - 1]));
    expect(records.every(({ at }, index) => index === 0 || at >= records[index - 1]!.at)).toBe(true);
  });
});

test('requests of all families beside live video are there, some wrapped as a runner queued them', () => {
  const all = envelopes([...generateTraffic({ ...options, requests: 0.2, outOfContract: 0 })]);
  const families = new Set(all.map(({ type }) => type));
  const beside = ['ai_llm_request', 'ai_batch_request', 'job_gateway', 'job_auth', 'job_payment', 'job_orchestrator', 'worker_lifecycle']; // prettier-ignore
  expect(beside.filter((family) => !families.has(family))).toEqual([]);
  expect(all.some(({ data }) => data?.queue_event_type === 'ai_stream_events')).toBe(true);
});

describe('a session', () => {
  const network = simulatedNetwork(7, { orchestrators: 4, gateways: 1 });
  const typesOf = (kind: SessionKind): string[] => {
    const plan = { kind, startMs: START, durationMs: 45_000 };
    return simulateSession(createRandom(3), network, plan).map(
      ({ family, data }) => (data as { type?: string }).type ?? family,
    );
  };

  test.each<[SessionKind, string, boolean]>([
    ['success', 'gateway_receive_few_processed_segments', true],
    ['swapped', 'orchestrator_swap', true],
    ['no_orchestrator', 'gateway_no_orchestrators_available', true],
    ['no_orchestrator', 'status', false],
    ['excusable', 'error', true],
    ['failed_early', 'gateway_receive_few_processed_segments', false],
    ['failed_loading', 'status', true],
    ['unattributed', 'gateway_send_first_ingest_segment', false],
  ])('of kind %s: %s is there: %s', (kind, type, expected) => {
    expect(typesOf(kind).includes(type)).toBe(expected);
  });

  test('begins with the request and ends with the close', () => {
    const types = typesOf('success');
    expect(types[0]).toBe('gateway_receive_stream_request');
    expect(types.at(-1)).toBe('gateway_ingest_stream_closed');
  });
});

test('the queue gives what it was given, by time, equal times in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const queue = new TimeQueue<{ at: number; order: number }>();
      times.forEach((at, order) => queue.push({ at, order }));
      const given = times.map(() => queue.pop()!);
      const expected = times
        .map((at, order) => ({ at, order }))
        .sort((a, b) => a.at - b.at || a.order - b.order);
      expect(given).toEqual(expected);
      expect(queue.pop()).toBeUndefined();
    }),
  );
});
