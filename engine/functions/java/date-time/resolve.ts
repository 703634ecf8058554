import { MS_PER_DAY, epochDayOf } from '../../../types/temporal-text';
import { epochDayOfWeek, isoWeekday } from './calendar';

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  M: [1, 12],
  Q: [1, 4],
  d: [1, 31],
  D: [1, 366],
  w: [1, 53],
  e: [1, 7],
  H: [0, 24],
  k: [1, 24],
  K: [0, 11],
  h: [1, 12],
  m: [0, 59],
  s: [0, 59],
  n: [0, 999_999_999],
  A: [0, 86_399_999],
  N: [0, 86_399_999_999_999],
};

/**
 * The wall-clock time that fields of a text mean, as if it were UTC. What they do not say is the first of its kind in 1970
 * (as ksqlDB defaults it); a day beyond the end of its month is the month's last. Throws RangeError for what cannot be.
 */
export function resolveFields(numbers: Readonly<Record<string, number>>, text: string): number {
  for (const [letter, [low, high]] of Object.entries(RANGES)) {
    const value = numbers[letter];
    if (value !== undefined && (value < low || value > high))
      throw new RangeError(
        `Text '${text}' could not be parsed: ${letter} must be between ${low} and ${high}, found ${value}`,
      );
  }
  const day = resolveDay(numbers);
  if (numbers['E'] !== undefined && isoWeekday(day) !== numbers['E'])
    throw new RangeError(`Text '${text}' could not be parsed: the day of the week does not fit the date`);
  return day * MS_PER_DAY + resolveTime(numbers, text);
}

function resolveDay(f: Readonly<Record<string, number>>): number {
  const year = f['G'] === 0 ? 1 - (f['y'] ?? 1970) : (f['y'] ?? 1970);
  if (f['g'] !== undefined) return f['g'] - 40587;
  if (f['Y'] !== undefined && f['w'] !== undefined && f['y'] === undefined)
    return epochDayOfWeek(f['Y'], f['w'], f['e'] ?? (f['E'] === undefined ? 1 : (f['E'] % 7) + 1));
  if (f['D'] !== undefined && f['M'] === undefined) return epochDayOf(year, 1, f['D']);
  const month = f['M'] ?? 1;
  const lastDay = new Date(Date.UTC(2000 + (((year % 400) + 400) % 400), month, 0)).getUTCDate();
  return epochDayOf(year, month, Math.min(f['d'] ?? 1, lastDay));
}

function resolveTime(f: Readonly<Record<string, number>>, text: string): number {
  if (f['A'] !== undefined) return f['A'];
  if (f['N'] !== undefined) return Math.floor(f['N'] / 1_000_000);
  const ms = f['S'] ?? Math.floor((f['n'] ?? 0) / 1_000_000);
  const time = resolveHour(f) * 3_600_000 + (f['m'] ?? 0) * 60_000 + (f['s'] ?? 0) * 1000 + ms;
  if (time > MS_PER_DAY) throw new RangeError(`Text '${text}' could not be parsed: hour 24 is midnight only`);
  return time;
}

function resolveHour(f: Readonly<Record<string, number>>): number {
  if (f['H'] !== undefined) return f['H'];
  if (f['k'] !== undefined) return f['k'] % 24;
  const hour12 = f['K'] ?? (f['h'] === undefined ? 0 : f['h'] % 12);
  return hour12 + (f['a'] ?? 0) * 12;
}
