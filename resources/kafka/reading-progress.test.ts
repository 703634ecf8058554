import { ReadingProgress } from './reading-progress';

const ranges = (...partitions: number[]) =>
  new Map([['t', new Map(partitions.map((partition) => [partition, { from: 0n, to: 10n }]))]]);

/** One fetch that waited in vain, or came back at once. */
function fetch(progress: ReadingProgress, broker: number, ms = 100): void {
  progress.asked(broker);
  progress.answered(broker, ms);
}

function idle(progress: ReadingProgress, broker: number, times = 21): void {
  for (let i = 0; i < times; i++) fetch(progress, broker);
}

describe('how far a reader has come', () => {
  it('is through when it has passed the last offset of every range', () => {
    const progress = new ReadingProgress(ranges(0, 1));
    progress.passed('t', 0, '9');
    expect(progress.open).toEqual(['t/1']);
    progress.passed('t', 1, '8');
    expect(progress.isThrough).toBe(false);
    progress.passed('t', 1, '12');
    expect(progress.isThrough).toBe(true);
  });

  it('is through at once when there is nothing to read', () =>
    expect(new ReadingProgress(new Map()).isThrough).toBe(true));

  it('is not idle while data comes, however many fetches that takes', () => {
    const progress = new ReadingProgress(ranges(0));
    for (let offset = 0; offset < 9; offset++) {
      idle(progress, 1, 20);
      progress.passed('t', 0, String(offset));
      expect(progress.isIdle).toBe(false);
    }
  });

  it('is not idle before the last answer is handed over', () => {
    const progress = new ReadingProgress(ranges(0));
    idle(progress, 1, 20);
    expect(progress.isIdle).toBe(false);
    progress.passed('t', 0, '3');
    progress.asked(1);
    expect(progress.isIdle).toBe(false);
  });

  it('is idle when a broker had nothing for a while', () => {
    const progress = new ReadingProgress(ranges(0));
    idle(progress, 1);
    expect(progress.isIdle).toBe(true);
    expect(progress.isThrough).toBe(false);
  });

  it('does not take a slow broker for an empty one because others are empty', () => {
    const progress = new ReadingProgress(ranges(0, 1, 2));
    progress.asked(3);
    idle(progress, 1, 100);
    idle(progress, 2, 100);
    expect(progress.isIdle).toBe(false);
    progress.answered(3, 5_000);
    idle(progress, 3);
    expect(progress.isIdle).toBe(true);
  });

  it('does not take fetches that fail at once for waiting', () => {
    const progress = new ReadingProgress(ranges(0));
    for (let i = 0; i < 100; i++) fetch(progress, 1, 3);
    expect(progress.isIdle).toBe(false);
  });

  it('forgets a broker that is not asked any more', () => {
    let now = 0;
    const progress = new ReadingProgress(ranges(0), () => now);
    fetch(progress, 3, 3);
    now = 40_000;
    idle(progress, 1);
    expect(progress.isIdle).toBe(false);
    now = 50_000;
    idle(progress, 1);
    expect(progress.isIdle).toBe(true);
  });
});
