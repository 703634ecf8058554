import { Backoff } from './backoff';

const create = (random: number) =>
  new Backoff({ periodMs: 1_000, maxMs: 60_000, openAfter: 3, random: () => random });

describe('backoff', () => {
  test('keeps the period while polls succeed', () => {
    expect(create(0.9).nextDelayMs()).toBe(1_000);
  });

  test('doubles with each failure in a row, with jitter above the period', () => {
    const backoff = create(0.5);
    backoff.failed();
    expect(backoff.nextDelayMs()).toBe(1_500);
    backoff.failed();
    expect(backoff.nextDelayMs()).toBe(2_500);
  });

  test('opens the circuit after the declared number of failures and closes it on success', () => {
    const backoff = create(0.999_999);
    for (let i = 0; i < 3; i++) backoff.failed();
    expect(backoff.state).toBe('open');
    expect(backoff.nextDelayMs()).toBe(60_000);
    backoff.succeeded();
    expect(backoff.state).toBe('closed');
    expect(backoff.nextDelayMs()).toBe(1_000);
  });

  test('leaves a target whose circuit is open alone for half of the maximum at least', () => {
    const backoff = create(0);
    for (let i = 0; i < 3; i++) backoff.failed();
    expect(backoff.nextDelayMs()).toBe(30_000);
  });

  test('never waits less than the period, even when it is longer than the maximum', () => {
    const backoff = new Backoff({ periodMs: 100_000, maxMs: 60_000, openAfter: 1, random: () => 0 });
    backoff.failed();
    expect(backoff.nextDelayMs()).toBe(100_000);
  });
});
