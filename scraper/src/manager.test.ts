import { setTimeout as delay } from 'node:timers/promises';
import type { Kind } from './config';
import { targetsFromCapabilities } from './discovery/capabilities';
import type { TargetSource } from './discovery/source';
import { ScrapeManager } from './manager';
import { createTarget } from './target';
import type { Target } from './target';

const kind = (name: string, role: Kind['role']): Kind => ({ name, role, path: '/', parser: 'json', period_ms: 60_000, timeout_ms: 100, max_body_bytes: 100, snapshot_every_ms: 0 }); // prettier-ignore
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
        sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
      },
      random: () => 0.99,
      newId: () => 'id',
      limit: (_, work) => work(),
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
  test('are discovered ones, one a URI, named by the address that traces use', () => {
    const orchestrators = [
      { address: '0xAA', local_address: '0xBB', orch_uri: 'https://one.example:8935' },
      { address: '0xAA', local_address: '0xBB', orch_uri: 'https://one.example:8935' },
      { address: '0xCC', orch_uri: 'https://two.example:8935' },
      { address: '0xDD', orch_uri: 'not a uri' },
      { address: '0xEE', orch_uri: 'file:///etc/passwd' },
    ];
    const targets = targetsFromCapabilities({ capabilities_names: {}, orchestrators });
    expect(targets.map((t) => [t.url, t.orchestratorId, t.targetClass])).toEqual([
      ['https://one.example:8935', '0xbb', 'discovered'],
      ['https://two.example:8935', '0xcc', 'discovered'],
    ]);
  });
});
