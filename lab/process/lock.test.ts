import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockHolder, withLock } from './lock';

describe('withLock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'naap-lock-'));
    file = path.join(folder, 'sub', '.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside--;
    };
    await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)]);
    expect(most).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it('says who holds it to those who wait', async () => {
    const waitedFor: number[] = [];
    const first = withLock(file, () => sleep(50));
    await withLock(
      file,
      () => Promise.resolve(),
      (pid) => waitedFor.push(pid),
    );
    await first;
    expect(new Set(waitedFor)).toEqual(new Set([process.pid]));
  });

  it('is free again after a failure', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(lockHolder(file)).toBeUndefined();
  });

  it.each([
    ['a dead process', JSON.stringify({ pid: 2 ** 22 + 1, startTime: 'x' })],
    ['a later process with the same number', JSON.stringify({ pid: process.pid, startTime: 'before' })],
    ['nobody: a file cut short', '{"pi'],
  ])('is taken over from %s', async (_who, content) => {
    writeFileSync(path.join(folder, '.lock'), content);
    await expect(withLock(path.join(folder, '.lock'), () => Promise.resolve('in'))).resolves.toBe('in');
  });
});
