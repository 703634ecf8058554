import { MS_PER_DAY, epochDayOf } from '../../../types/temporal-text';

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** Monday first, as ISO counts. */
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
export const QUARTERS = ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'];
export const ERAS = [
  ['BC', 'Before Christ', 'B'],
  ['AD', 'Anno Domini', 'A'],
] as const;

/** A wall-clock time by its parts. */
export interface WallFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly epochDay: number;
  /** Milliseconds of the day. */
  readonly ms: number;
}

export function wallFields(wallMs: number): WallFields {
  const epochDay = Math.floor(wallMs / MS_PER_DAY);
  const date = new Date(epochDay * MS_PER_DAY);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    epochDay,
    ms: wallMs - epochDay * MS_PER_DAY,
  };
}

export function dayOfYear(f: WallFields): number {
  return f.epochDay - epochDayOf(f.year, 1, 1) + 1;
}

/** 1 is Monday. */
export function isoWeekday(epochDay: number): number {
  return ((((epochDay + 3) % 7) + 7) % 7) + 1;
}

/** Weeks as the United States count them: they start on Sunday, and the first day of a year or month lies in its first. */
export function localWeekday(epochDay: number): number {
  return (isoWeekday(epochDay) % 7) + 1;
}
function startOfFirstWeek(year: number): number {
  const first = epochDayOf(year, 1, 1);
  return first - (localWeekday(first) - 1);
}
export function weekBasedYear(f: WallFields): number {
  return f.epochDay >= startOfFirstWeek(f.year + 1) ? f.year + 1 : f.year;
}
export function weekOfWeekBasedYear(f: WallFields): number {
  return Math.floor((f.epochDay - startOfFirstWeek(weekBasedYear(f))) / 7) + 1;
}
export function weekOfMonth(f: WallFields): number {
  const first = epochDayOf(f.year, f.month, 1);
  return Math.floor((f.day - 1 + localWeekday(first) - 1) / 7) + 1;
}
/** Day of a week of a week-based year; `weekday` 1 is Sunday. */
export function epochDayOfWeek(year: number, week: number, weekday: number): number {
  return startOfFirstWeek(year) + (week - 1) * 7 + weekday - 1;
}
