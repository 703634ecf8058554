import { startOffset } from './spread';

describe('start offsets', () => {
  const offsets = (names: string[], period = 1_000) =>
    names.map((name) => startOffset(name, { name: 'k', period_ms: period }));

  test('are spread over the period, also for names that hardly differ', () => {
    const tenths = Array<number>(10).fill(0);
    for (const offset of offsets(Array.from({ length: 1_000 }, (_, i) => `runner-${i}`)))
      tenths[Math.floor(offset / 100)]! += 1;
    expect(Math.min(...tenths)).toBeGreaterThan(60);
    expect(Math.max(...tenths)).toBeLessThan(140);
  });

  test('are the same after each start, and differ by kind', () => {
    expect(startOffset('a', { name: 'k', period_ms: 60_000 })).toBe(
      startOffset('a', { name: 'k', period_ms: 60_000 }),
    );
    expect(startOffset('a', { name: 'k', period_ms: 60_000 })).not.toBe(
      startOffset('a', { name: 'l', period_ms: 60_000 }),
    );
  });
});
