import { median, percentile, spread } from './statistics';

describe('statistics', () => {
  const samples = [9, 1, 5, 3, 7, 2, 8, 4, 6, 10];
  test('take the nearest rank', () => {
    expect(percentile(samples, 0.5)).toBe(5);
    expect(percentile(samples, 0.99)).toBe(10);
    expect(percentile(samples, 0)).toBe(1);
    expect(median([3])).toBe(3);
  });
  test('leave the samples as they are, and say NaN for none', () => {
    expect(samples[0]).toBe(9);
    expect(percentile([], 0.5)).toBeNaN();
  });
  test('give smallest, median and largest', () => {
    expect(spread(samples)).toEqual({ min: 1, median: 5, max: 10 });
  });
});
