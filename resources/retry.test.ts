import { retry } from './retry';

describe('trying again', () => {
  const clock = () => {
    let time = 0;
    const delays: number[] = [];
    return {
      delays,
      now: () => time,
      sleep: (ms: number) => Promise.resolve(void (delays.push(ms), (time += ms))),
    };
  };

  it('waits longer each time, and ends with the first success', async () => {
    const { delays, now, sleep } = clock();
    let left = 3;
    const work = (): Promise<string> =>
      left-- > 0 ? Promise.reject(new Error('busy')) : Promise.resolve('done');
    await expect(
      retry(work, { isTransient: () => true, firstDelayMs: 10, maxDelayMs: 25, now, sleep }),
    ).resolves.toBe('done');
    expect(delays).toEqual([10, 20, 25]);
  });

  it('does not try again what will not pass', async () => {
    const { delays, now, sleep } = clock();
    await expect(
      retry(() => Promise.reject(new Error('no')), { isTransient: () => false, now, sleep }),
    ).rejects.toThrow('no');
    expect(delays).toEqual([]);
  });

  it('gives up with the last reason when the time is over', async () => {
    const { now, sleep } = clock();
    const work = (): Promise<void> => Promise.reject(new Error(`busy at ${now()}`));
    await expect(
      retry(work, { isTransient: () => true, firstDelayMs: 100, timeoutMs: 350, now, sleep }),
    ).rejects.toThrow('busy at 300');
  });
});
