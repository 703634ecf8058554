import { setTimeout as delay } from 'node:timers/promises';
import type { Kind } from './config/kinds';
import { parseKind } from './config/kinds';
import { targetsFromCapabilities } from './discovery/capabilities';
import type { TargetSource } from './discovery/source';
import { ScrapeManager } from './manager';
import { createTarget } from './target';
import type { Target } from './target';

const kind = (name: string, role: Kind['role']): Kind =>
  parseKind({ name, role, path: '/', period_ms: 60_000 }, 'test');
const target = (id: string, url = 'http://127.0.0.1:1', role: Target['role'] = 'runner') =>
  createTarget({ id, role, url }, 'configured');

function manager(read: () => Promise<Target[]>, warnings: string[] = [], maxTargets = 10) {
  const source: TargetSource = { name: 'list', refreshMs: 10, read };
  return new ScrapeManager({
    kinds: [kind('a', 'runner'), kind('b', 'runner'), kind('c', 'gateway')],
    sources: [source],
    maxTargets,
    log: (level, message) => void (level === 'warn' && warnings.push(message)),
    deps: {
      scraper: { scrape: () => Promise.reject(new Error('not polled in this test')) },
      clock: {
        now: () => Date.now(),
        monotonic: () => performance.now(),
        sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
      },
      random: () => 0.99,
      newId: () => 'id',
      scraperId: 'one',
      limit: (_host, _class, work) => work(),
      emit: () => Promise.resolve(),
      backoff: { maxMs: 1, openAfter: 1 },
    },
  });
}

describe('scrape manager', () => {
  test('follows its source without a restart: a loop for every kind of a target’s role', async () => {
    let list = [target('one'), target('gw', undefined, 'gateway')];
    const m = manager(() => Promise.resolve(list));
    m.start();
    await delay(30);
    expect(m.health().map((h) => `${h.kind}:${h.target}`).sort()).toEqual(['a:one', 'b:one', 'c:gw']); // prettier-ignore
    list = [target('two')];
    await delay(40);
    expect(m.health().map((h) => `${h.kind}:${h.target}`).sort()).toEqual(['a:two', 'b:two']); // prettier-ignore
    await m.stop();
    expect(m.health()).toEqual([]);
  });

  test('keeps the last good list when its source breaks', async () => {
    const warnings: string[] = [];
    let broken = false;
    const m = manager(
      () => (broken ? Promise.reject(new Error('gone')) : Promise.resolve([target('one')])),
      warnings,
    );
    m.start();
    await delay(20);
    broken = true;
    await delay(30);
    expect(m.health()).toHaveLength(2);
    expect(warnings[0]).toBe('list: gone; the last good list stays in force');
    await m.stop();
  });

  test('bounds the number of targets', async () => {
    const m = manager(() => Promise.resolve([target('1'), target('2'), target('3')]), [], 2);
    m.start();
    await delay(20);
    expect(m.targets()).toHaveLength(2);
    await m.stop();
  });
});

describe('targets from network capabilities', () => {
  const orchestrators = [
    { address: '0xAA', local_address: '0xBB', orch_uri: 'https://one.example:8935' },
    { address: '0xAA', local_address: '0xBB', orch_uri: 'https://one.example:8935' },
    { address: '0xCC', local_address: '', orch_uri: 'https://user:secret@two.example:8935/' },
    { address: '0xDD', orch_uri: 'not a uri' },
    { address: '0xEE', orch_uri: 'file:///etc/passwd' },
    { orch_uri: 'https://nameless.example' },
    null,
    'text',
  ];
  const read = (answer: unknown, leaderboardUrl?: string) =>
    targetsFromCapabilities(answer, 'gateway', { tls: 'first_seen', leaderboardUrl });

  test('are discovered ones, one a URI, named by the address that traces use; entries that cannot be used are left out', () => {
    const { targets, leftOut } = read({ capabilities_names: {}, orchestrators });
    expect(targets.map((t) => [t.url, t.orchestratorId, t.targetClass, t.tls])).toEqual([
      ['https://one.example:8935', '0xbb', 'discovered', 'first_seen'],
      ['https://two.example:8935/', '0xcc', 'discovered', 'first_seen'],
    ]);
    expect(leftOut).toBe(5);
  });

  test('come with a target of the leaderboard for each orchestrator, where it is named', () => {
    const { targets } = read({ orchestrators }, 'https://leaderboard.example');
    expect(
      targets.filter((t) => t.role === 'leaderboard').map((t) => [t.id, t.orchestratorId, t.targetClass]),
    ).toEqual([
      ['leaderboard-0xbb', '0xbb', 'configured'],
      ['leaderboard-0xcc', '0xcc', 'configured'],
    ]);
  });

  test('an answer that is none is refused with its source; one without orchestrators is an empty list', () => {
    for (const answer of [null, [], 'x', { orchestrators: {} }])
      expect(() => read(answer)).toThrow(/^gateway: /);
    for (const answer of [{}, { orchestrators: null }]) expect(read(answer).targets).toEqual([]);
  });
});
