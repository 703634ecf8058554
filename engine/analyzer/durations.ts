import type { TimeUnit } from '../ast/expressions';
import type { WindowDuration } from '../ast/statements';

const UNIT_MS: Readonly<Record<TimeUnit, number>> = {
  MILLISECONDS: 1,
  SECONDS: 1000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
  // A month and a year have no fixed length; ksqlDB’s windows take no unit above a day, so these only serve completeness.
  MONTHS: 30 * 86_400_000,
  YEARS: 365 * 86_400_000,
};

/** Length in milliseconds. */
export function durationMs({ value, unit }: WindowDuration): number {
  return value * UNIT_MS[unit];
}

/** Reads `30 SECONDS`, as the WITH property WINDOW_SIZE is written; throws what is wrong with it. */
export function parseDurationMs(text: string): number {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 2) {
    throw new Error(`Invalid duration: '${text}'. Expected format: <number> <unit>, e.g. '10 SECONDS'`);
  }
  const [amount, word] = parts as [string, string];
  const value = Number(amount);
  if (!/^\d+$/.test(amount)) throw new Error(`Invalid duration: '${text}'. Not a number: '${amount}'`);
  return durationMs({ value, unit: unitNamed(word.toUpperCase(), text) });
}

function unitNamed(word: string, text: string): TimeUnit {
  const name = (word.endsWith('S') ? word : `${word}S`) as TimeUnit;
  if (!(name in UNIT_MS)) throw new Error(`Invalid duration: '${text}'. Unknown time unit: '${word}'`);
  return name;
}
