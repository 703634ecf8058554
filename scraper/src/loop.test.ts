import type { Kind } from './config/kinds';
import { parseKind } from './config/kinds';
import { ScrapeError } from './errors';
import type { ScrapeEvent } from './event';
import { hashOf } from './event';
import type { Answer } from './http/answer';
import { ScrapeLoop } from './loop';
import type { Clock } from './loop';
import { createTarget } from './target';

const kind: Kind = parseKind({ name: 'hardware_info', role: 'runner', path: '/hardware/info', period_ms: 1_000, timeout_ms: 100, snapshot_every_ms: 10_000, fields: { a: 'a' } }, 'test'); // prettier-ignore
const target = createTarget(
  { id: 'r1', role: 'runner', url: 'http://user:secret@127.0.0.1:1', orchestrator: '0xAB' },
  'configured',
);
const ok = (body: string): Answer => ({
  status: 200,
  body: Buffer.from(body),
  notModified: false,
  etag: '"e"',
});

/** A loop under a clock that stands still unless the test moves it; each answer is one poll's. */
function harness(answers: (Answer | ScrapeError)[], more: Partial<Kind> = {}, takes: number[] = []) {
  const events: ScrapeEvent[] = [];
  const validators: unknown[] = [];
  let now = 1_000_000;
  let wall = 1_700_000_000_000;
  const sleeps: number[] = [];
  let finish: () => void = () => undefined;
  const clock: Clock = {
    // The wall clock jumps a day back with each look at it: nothing that is planned may depend on it.
    now: () => (wall -= 86_400_000),
    monotonic: () => now,
    sleep: (ms, signal) => {
      sleeps.push(ms);
      now += ms;
      if (events.length >= total) finish();
      return signal.aborted ? Promise.resolve() : new Promise((resolve) => setImmediate(resolve));
    },
  };
  const total = answers.length;
  const loop = new ScrapeLoop(target, { ...kind, ...more } as Kind, {
    clock,
    random: () => 0.5,
    newId: () => `id-${events.length}`,
    scraperId: 'one',
    limit: (_host, _class, work) => work(),
    emit: (event) => Promise.resolve(void events.push(event)),
    backoff: { maxMs: 60_000, openAfter: 2 },
    scraper: {
      scrape: (_target, _kind, sent) => {
        validators.push(sent);
        now += takes.shift() ?? 0;
        const answer = answers.shift() ?? ok('{}');
        return answer instanceof ScrapeError ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
  });
  const run = async (): Promise<void> => {
    const done = new Promise<void>((resolve) => (finish = resolve));
    loop.start();
    await done;
    await loop.stop();
  };
  return { events, validators, sleeps, loop, run };
}

describe('scrape loop', () => {
  test('sends a changed payload whole and an unchanged one as a heartbeat', async () => {
    const h = harness([
      ok('{"a":1}'),
      ok('{"a":1}'),
      { ...ok(''), status: 304, notModified: true },
      ok('{"a":2}'),
    ]);
    await h.run();
    expect(h.events.slice(0, 4).map((e) => [e.outcome, e.payload])).toEqual([
      ['success', '{"a":1}'],
      ['heartbeat', null],
      ['heartbeat', null],
      ['success', '{"a":2}'],
    ]);
    expect(h.events[2]!.payload_hash).toBe(hashOf('{"a":1}'));
    expect(h.validators[1]).toEqual({ etag: '"e"', lastModified: undefined });
  });

  test('sends an unchanged payload whole again once the snapshot interval has passed', async () => {
    const h = harness(Array.from({ length: 13 }, () => ok('{"a":1}')));
    await h.run();
    const whole = h.events.slice(0, 13).map((e, i) => (e.outcome === 'success' ? i : -1)).filter((i) => i >= 0); // prettier-ignore
    expect(whole).toEqual([0, 10]);
  });

  test('reports failures as events and backs off, then recovers', async () => {
    const h = harness([
      new ScrapeError('http_5xx', 'HTTP 503', 503),
      new ScrapeError('timeout', 'slow'),
      ok('not json'),
      ok('{}'),
    ]);
    await h.run();
    expect(h.events.slice(0, 4).map((e) => [e.outcome, e.error_kind, e.http_status])).toEqual([
      ['failure', 'http_5xx', 503],
      ['failure', 'timeout', null],
      ['failure', 'parse', null],
      ['success', null, 200],
    ]);
    // first: the target's own offset; then 1 failure: up to 2 s, then the circuit is open: 30 s to 60 s
    expect(h.sleeps.slice(1, 5)).toEqual([1_500, 45_000, 45_000, 1_000]);
    expect(h.loop.health()).toMatchObject({ state: 'closed', consecutiveFailures: 0, lastError: null });
  });

  test('names the orchestrator in lower case and never shows credentials of the URL', async () => {
    const h = harness([ok('{}')]);
    await h.run();
    expect(h.events[0]).toMatchObject({
      orchestrator_id: '0xab',
      endpoint: 'http://127.0.0.1:1/hardware/info',
      event_type: 'hardware_info',
    });
  });

  test('repeats the rows of an unchanged payload only where the kind says so', async () => {
    for (const repeat_rows of [true, false]) {
      const h = harness([ok('{"a":1}'), ok('{"a":1}'), { ...ok(''), status: 304, notModified: true }], {
        repeat_rows,
      });
      await h.run();
      const fields = h.events.slice(0, 3).map(({ parsed_fields }) => parsed_fields);
      expect(fields).toEqual([{ a: '1' }, ...(repeat_rows ? [{ a: '1' }, { a: '1' }] : [{}, {}])]);
      expect(h.events.slice(1, 3).every(({ payload }) => payload === null)).toBe(true);
    }
  });

  test('asks unconditionally when a snapshot is due, and does not take "not modified" where nothing is known', async () => {
    const h = harness([{ ...ok(''), status: 304, notModified: true }, ok('{}'), ok('{}')], {
      snapshot_every_ms: 0,
    });
    await h.run();
    expect(h.events[0]).toMatchObject({ outcome: 'failure', error_kind: 'parse', http_status: 304 });
    expect(h.validators).toEqual([{}, {}, {}]);
  });

  test('keeps its rhythm when polls are slow: moments that went by are left out, and the delay is told', async () => {
    const h = harness([ok('{}'), ok('{}'), ok('{}')], {}, [0, 2_300, 0]);
    await h.run();
    const [, second, third] = h.sleeps;
    expect([second, third]).toEqual([1_000, 700]);
    expect(h.events.map(({ schedule_delay_ms }) => schedule_delay_ms)).toEqual([0, 0, 0]);
    expect(h.events[1]!.duration_ms).toBe(2_300);
  });
});
