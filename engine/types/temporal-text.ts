/** DATE, TIME and TIMESTAMP as text without a pattern: ISO forms, always in UTC. */

export const MS_PER_DAY = 86_400_000;

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** Days since the epoch of a proleptic Gregorian date; month and day may overflow as in `Date.UTC`. */
export function epochDayOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.floor(date.getTime() / MS_PER_DAY);
}

/** `yyyy-MM-dd` of days since the epoch. */
export function dateToText(epochDay: number): string {
  const date = new Date(epochDay * MS_PER_DAY);
  const year = date.getUTCFullYear();
  const yearText = year < 0 ? `-${pad(-year, 4)}` : year > 9999 ? `+${year}` : pad(year, 4);
  return `${yearText}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
}

/** `HH:mm`, with seconds and milliseconds only where they are not zero: Java's `LocalTime.toString`. */
export function timeToText(milliseconds: number): string {
  const ms = milliseconds % 1000;
  const seconds = Math.floor(milliseconds / 1000);
  const base = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}`;
  if (ms !== 0) return `${base}:${pad(seconds % 60, 2)}.${pad(ms, 3)}`;
  return seconds % 60 === 0 ? base : `${base}:${pad(seconds % 60, 2)}`;
}

/** `yyyy-MM-dd'T'HH:mm:ss.SSS` in UTC. */
export function timestampToText(epochMs: number): string {
  const day = Math.floor(epochMs / MS_PER_DAY);
  const ms = epochMs - day * MS_PER_DAY;
  const seconds = Math.floor(ms / 1000);
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((n) => pad(n, 2))
    .join(':');
  return `${dateToText(day)}T${time}.${pad(ms % 1000, 3)}`;
}

const DATE_PART = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;
const TIME_PART = /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?$/;
const ZONE_PART = /(?:Z|([+-])(\d{2}):?(\d{2}))$/;

function parseDatePart(text: string, whole: string): number {
  const match = DATE_PART.exec(text);
  const [year, month, day] = [Number(match?.[1]), Number(match?.[2] ?? 1), Number(match?.[3] ?? 1)];
  const epochDay = match === null ? NaN : epochDayOf(year, month, day);
  if (match === null || dateToText(epochDay) !== `${match[1]}-${pad(month, 2)}-${pad(day, 2)}`) {
    throw new RangeError(`Failed to parse '${whole}': not a date such as '2020-01-31'`);
  }
  return epochDay;
}

function parseTimePart(text: string, whole: string): number {
  const match = TIME_PART.exec(text);
  const [hour, minute, second] = [Number(match?.[1]), Number(match?.[2] ?? 0), Number(match?.[3] ?? 0)];
  if (match === null || hour > 23 || minute > 59 || second > 59) {
    throw new RangeError(`Failed to parse '${whole}': not a time such as '23:59:59.999'`);
  }
  const ms = Number((match[4] ?? '').padEnd(3, '0').slice(0, 3));
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

/** Hour 24 is the end of the day, where nothing follows it: Java's lenient reading of `T24`, `T24:00`. */
const END_OF_DAY = /^24(?::00?(?::00?(?:\.0{1,9})?)?)?$/;

function zoneOffsetMs(match: RegExpExecArray | null): number {
  if (match === null || match[1] === undefined) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

/**
 * Reads `yyyy[-MM[-dd]][THH[:mm[:ss[.SSS]]]][zone]` as milliseconds since the epoch; what is left out is the first of its
 * kind, and without a zone it is UTC. A zone is `Z`, `+HHmm` or `+HH:mm`. Throws a RangeError on anything else.
 */
export function parseTimestampText(text: string): number {
  const [datePart, ...rest] = text.split('T') as [string, ...string[]];
  if (rest.length > 1) throw new RangeError(`Failed to parse timestamp '${text}'`);
  const timePart = rest[0];
  if (timePart === undefined || timePart === '') return parseDatePart(datePart, text) * MS_PER_DAY;
  const zone = ZONE_PART.exec(timePart);
  const time = zone === null ? timePart : timePart.slice(0, zone.index);
  const timeMs = END_OF_DAY.test(time) ? MS_PER_DAY : parseTimePart(time, text);
  return parseDatePart(datePart, text) * MS_PER_DAY + timeMs - zoneOffsetMs(zone);
}

/** Days since the epoch of `yyyy[-MM[-dd]]`; a time of day is accepted only when it is midnight. */
export function parseDateText(text: string): number {
  const epochMs = parseTimestampText(text);
  if (epochMs % MS_PER_DAY !== 0)
    throw new RangeError(`Failed to parse date '${text}': it has a time of day`);
  return epochMs / MS_PER_DAY;
}

/** Milliseconds of the day of `HH[:mm[:ss[.SSS]]]`. */
export function parseTimeText(text: string): number {
  return parseTimePart(text, text);
}
