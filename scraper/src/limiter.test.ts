import { setTimeout as delay } from 'node:timers/promises';
import type { TargetClass } from './http/address-policy';
import { createLimiter } from './limiter';

/** The most that ran at once, in all and by what `of` tells them apart by. */
async function peak(works: [string, TargetClass][], limits: Parameters<typeof createLimiter>[0]) {
  const limit = createLimiter(limits);
  const running = new Map<string, number>();
  const most: Record<string, number> = {};
  const change = (name: string, by: number): void => {
    running.set(name, (running.get(name) ?? 0) + by);
    most[name] = Math.max(most[name] ?? 0, running.get(name)!);
  };
  await Promise.all(
    works.map(([host, targetClass]) =>
      limit(host, targetClass, async () => {
        for (const name of ['all', host, targetClass]) change(name, 1);
        await delay(2);
        for (const name of ['all', host, targetClass]) change(name, -1);
      }),
    ),
  );
  return most;
}

describe('limiter', () => {
  const hosts = (count: number, targetClass: TargetClass): [string, TargetClass][] =>
    Array.from({ length: count }, (_, i) => [`${targetClass}-${i % 20}`, targetClass]);

  test('bounds requests in all and to one host', async () => {
    const most = await peak(hosts(100, 'configured'), { total: 10, perHost: 2, discovered: 10 });
    expect(most.all).toBe(10);
    expect(most['configured-0']).toBeLessThanOrEqual(2);
    const one = await peak(Array.from({ length: 50 }, () => ['same', 'configured']), { total: 10, perHost: 3, discovered: 10 }); // prettier-ignore
    expect(one).toMatchObject({ same: 3, all: 3 });
  });

  test('leaves room beside discovered targets, however many and slow they are', async () => {
    const works = [...hosts(200, 'discovered'), ...hosts(50, 'configured')];
    const most = await peak(works, { total: 10, perHost: 10, discovered: 4 });
    expect(most.discovered).toBe(4);
    expect(most.configured).toBeGreaterThanOrEqual(6);
  });

  test('goes on after work that fails', async () => {
    const limit = createLimiter({ total: 1, perHost: 1, discovered: 1 });
    await expect(limit('h', 'configured', () => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
    await expect(limit('h', 'configured', () => Promise.resolve(5))).resolves.toBe(5);
  });
});
