import { lagOf } from './progress';

const held = (...partitions: [bigint, bigint][]) => partitions.map(([first, end]) => ({ first, end }));
const committed = (offsets: Record<string, Record<number, bigint>>) =>
  new Map(
    Object.entries(offsets).map(([topic, own]) => [
      topic,
      new Map(Object.entries(own).map(([partition, offset]) => [Number(partition), offset])),
    ]),
  );

describe('what a query has still to read', () => {
  it('is what lies between its offsets and the ends', () => {
    const topics = new Map([['a', held([0n, 10n], [0n, 20n])]]);
    expect(lagOf(topics, committed({ a: { 0: 10n, 1: 15n } }))).toEqual({ lag: 5, total: 30 });
  });
  it('is all of a partition of which it has read nothing', () => {
    const topics = new Map([
      ['a', held([0n, 10n], [5n, 20n])],
      ['b', held([0n, 7n])],
    ]);
    expect(lagOf(topics, committed({ a: { 0: 10n } }))).toEqual({ lag: 22, total: 32 });
  });
  it('is nothing where its topics hold nothing: there is nothing to wait for', () => {
    const topics = new Map([['a', held([0n, 0n], [40n, 40n])]]);
    expect(lagOf(topics, committed({}))).toEqual({ lag: 0, total: 0 });
  });
  it('does not count what retention has taken away behind it, or what it is ahead of', () => {
    const topics = new Map([['a', held([50n, 60n], [0n, 5n])]]);
    expect(lagOf(topics, committed({ a: { 0: 3n, 1: 9n } }))).toEqual({ lag: 10, total: 15 });
  });
});
