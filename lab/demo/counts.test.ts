import { countsSince, imbalance, lakeImbalance } from './counts';
import type { GatewayCounts } from './counts';

const balanced: GatewayCounts = {
  received: 100,
  judged: 100,
  valid: 40,
  ignored: 55,
  deadLettered: 3,
  duplicates: 2,
  empty: 0,
};

describe('imbalance', () => {
  it('is none when everything that was sent is accounted for', () => {
    expect(imbalance(100, balanced)).toBeUndefined();
  });

  it('counts records without a value, which nobody can judge', () => {
    expect(imbalance(101, { ...balanced, received: 101, judged: 101, empty: 1 })).toBeUndefined();
    expect(imbalance(101, { ...balanced, received: 101, judged: 101, empty: 2 })).toBe(
      '101 sent, but 40 valid + 55 ignored + 3 dead-lettered + 2 duplicates + 2 without a value = 102',
    );
  });

  it.each([
    [101, balanced, '101 sent, 100 in the gateway topic'],
    [100, { ...balanced, judged: 99 }, '100 received, 99 judged so far'],
    [
      100,
      { ...balanced, valid: 39 },
      '100 sent, but 39 valid + 55 ignored + 3 dead-lettered + 2 duplicates = 99',
    ],
  ])('of %i sent', (sent, counts, message) => {
    expect(imbalance(sent, counts)).toBe(message);
  });
});

it('countsSince subtracts what was there before', () => {
  expect(countsSince(balanced, { ...balanced, received: 130, judged: 130, valid: 70 })).toEqual({
    received: 30,
    judged: 30,
    valid: 30,
    ignored: 0,
    deadLettered: 0,
    duplicates: 0,
    empty: 0,
  });
});

describe('lakeImbalance', () => {
  it('is none when rows and dead letters are all records', () => {
    expect(lakeImbalance([{ table: 'a.b', records: 5, deadLettered: 1, rows: 4 }])).toBeUndefined();
  });

  it('names the table that lacks rows, or has too many', () => {
    const tables = [
      { table: 'a.b', records: 5, deadLettered: 0, rows: 5 },
      { table: 'a.c', records: 5, deadLettered: 0, rows: 6 },
    ];
    expect(lakeImbalance(tables)).toBe('table a.c has 6 rows and 0 dead letters of 5 records');
  });
});
