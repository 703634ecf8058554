import { settle } from './settle';

describe('settle', () => {
  const quick = { timeoutMs: 1000, pollMs: 1 };

  it('measures until nothing is wrong', async () => {
    let count = 0;
    const measure = (): Promise<number> => Promise.resolve(++count);
    await expect(settle(measure, (value) => (value < 3 ? 'too few' : undefined), quick)).resolves.toEqual({
      value: 3,
    });
  });

  it('says what was still wrong when time is up', async () => {
    const options = { timeoutMs: 20, pollMs: 5 };
    await expect(
      settle(
        () => Promise.resolve(1),
        () => 'never well',
        options,
      ),
    ).resolves.toEqual({ value: 1, problem: 'never well' });
  });

  it('gives what moves all the time it needs', async () => {
    let left = 12;
    const measure = (): Promise<number> => Promise.resolve(--left);
    const problem = (value: number): string | undefined => (value > 0 ? `${value} left` : undefined);
    await expect(settle(measure, problem, { timeoutMs: 30, pollMs: 10, whileMoving: true })).resolves.toEqual(
      { value: 0 },
    );
  });

  it('gives up what moved and stands still', async () => {
    let left = 5;
    const measure = (): Promise<number> => Promise.resolve((left = Math.max(2, left - 1)));
    await expect(
      settle(measure, (value) => `${value} left`, { timeoutMs: 20, pollMs: 5, whileMoving: true }),
    ).resolves.toEqual({ value: 2, problem: '2 left' });
  });

  it('does not go on after an interruption', async () => {
    const abort = new AbortController();
    abort.abort();
    const options = { ...quick, timeoutMs: 60_000, signal: abort.signal };
    await expect(
      settle(
        () => Promise.resolve(1),
        () => 'wrong',
        options,
      ),
    ).resolves.toMatchObject({ problem: 'wrong' });
  });
});
