import type { TableRetention } from '../../stacks/upkeep-job';
import { mayBeOver } from './over';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 20, 15);
const midnight = (daysAgo: number): number => Date.UTC(2026, 5, 20) - daysAgo * DAY;
const HOUR = 3_600_000;

function windowKey(start: number, end?: number): Buffer {
  const bytes = Buffer.alloc(end === undefined ? 8 : 16);
  if (end !== undefined) bytes.writeBigInt64BE(BigInt(end));
  bytes.writeBigInt64BE(BigInt(start), bytes.length - 8);
  return Buffer.concat([Buffer.from('key'), bytes]);
}

describe('a record whose row upkeep may have taken', () => {
  const keys: TableRetention = { changelog: 'keys', supersededMs: 2 * DAY, keepMs: 9 * DAY };
  const windows: TableRetention = { changelog: 'windows', keepMs: 9 * DAY };

  it.each<[string, TableRetention, number, boolean]>([
    ['none where rows stay for ever', {}, 0, false],
    ['none of the first day that stays', { keepMs: 3 * DAY }, midnight(3), false],
    ['one of the day before', { keepMs: 3 * DAY }, midnight(3) - 1, true],
    ['one that may have been replaced', keys, midnight(2) - 1, true],
    ['none of a day on which nothing is replaced', keys, midnight(2), false],
    ['none of a window by its record’s day alone', windows, midnight(30), false],
  ])('%s', (_what, retention, timestamp, expected) => {
    const row = { isTable: true, window: HOUR };
    expect(mayBeOver({ timestamp, key: null }, { retention, row }, NOW)).toBe(expected);
  });

  it.each<[string, Buffer, number | 'session', boolean]>([
    ['that ended at the first midnight that is over', windowKey(midnight(9) - HOUR), HOUR, true],
    ['that ended after it', windowKey(midnight(9)), HOUR, false],
    ['a session that ended before it', windowKey(midnight(12), midnight(9) - 1), 'session', true],
    ['a session that went on', windowKey(midnight(12), midnight(8)), 'session', false],
  ])('of a window %s', (_what, key, window, expected) => {
    const row = { isTable: true, window };
    expect(mayBeOver({ timestamp: NOW, key }, { retention: windows, row }, NOW)).toBe(expected);
  });
});
