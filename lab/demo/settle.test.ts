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
