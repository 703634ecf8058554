import { shortNamesOf } from './date-time/zone-names';

/**
 * Time zones as java.time has them: `Z`, `UTC`, `+02:00`, `GMT+2`, region ids (by Intl's data), and the short names of
 * Java's `z` pattern. Offsets are in milliseconds, east positive.
 */
export interface Zone {
  readonly id: string;
  offsetAt(epochMs: number): number;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
  PT: 'America/Los_Angeles',
  MST: 'America/Denver',
  MDT: 'America/Denver',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  EST: 'America/New_York',
  EDT: 'America/New_York',
  ET: 'America/New_York',
  CET: 'Europe/Paris',
  CEST: 'Europe/Paris',
  EET: 'Europe/Bucharest',
  WET: 'Europe/Lisbon',
  BST: 'Europe/London',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  KST: 'Asia/Seoul',
  AEST: 'Australia/Sydney',
  HST: 'Pacific/Honolulu',
  AKST: 'America/Anchorage',
};

const OFFSET = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/;
const zones = new Map<string, Zone>();

/** Offset of `+02`, `+0200`, `+02:00`, `UTC+2`; undefined for what is no fixed offset. */
export function fixedOffset(text: string): number | undefined {
  if (/^(?:Z|UTC|GMT|UT|Etc\/UTC|Etc\/GMT)$/i.test(text)) return 0;
  const match = OFFSET.exec(text);
  if (match === null) return undefined;
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  if (seconds > 18 * 3600) return undefined;
  return (match[1] === '-' ? -seconds : seconds) * 1000;
}

/** Throws RangeError on a name that is no zone. */
export function zoneOf(id: string): Zone {
  const known = zones.get(id);
  if (known !== undefined) return known;
  const offset = fixedOffset(id);
  const zone: Zone = offset === undefined ? regionZone(id) : { id, offsetAt: () => offset };
  zones.set(id, zone);
  return zone;
}

/** Offsets change on quarter hours only, so one look-up serves each of them. */
const QUARTER_HOUR_MS = 900_000;

function regionZone(id: string): Zone {
  const format = formatterOf(SHORT_NAMES[id.toUpperCase()] ?? id, id);
  const offsets = new Map<number, number>();
  return {
    id,
    offsetAt: (epochMs) => {
      const quarter = Math.floor(epochMs / QUARTER_HOUR_MS);
      let offset = offsets.get(quarter);
      if (offset === undefined) {
        if (offsets.size > 10_000) offsets.clear();
        offsets.set(quarter, (offset = computeOffset(format, quarter * QUARTER_HOUR_MS)));
      }
      return offset;
    },
  };
}

function formatterOf(region: string, id: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: region,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new RangeError(`Unknown time-zone ID: ${id}`);
  }
}

function computeOffset(format: Intl.DateTimeFormat, epochMs: number): number {
  const parts = Object.fromEntries(format.formatToParts(epochMs).map((part) => [part.type, part.value]));
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
  wall.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return wall.getTime() - epochMs;
}

/** The instant of a wall-clock time: in an overlap the earlier offset, in a gap as much later as the gap is long. */
export function wallToInstant(wallMs: number, zone: Zone): number {
  const [before, after] = [zone.offsetAt(wallMs - 86_400_000), zone.offsetAt(wallMs + 86_400_000)];
  const early = wallMs - before;
  if (zone.offsetAt(early) === before) return early;
  const late = wallMs - after;
  return zone.offsetAt(late) === after ? late : early;
}

const FULL_NAMES: Readonly<Record<string, string>> = {
  UTC: 'Coordinated Universal Time',
  GMT: 'Greenwich Mean Time',
};

/** Abbreviation (`PST`) or full name of a zone at an instant, as Java's `z` prints it. */
export function zoneName(zone: Zone, epochMs: number, long: boolean): string {
  if (long && FULL_NAMES[zone.id] !== undefined) return FULL_NAMES[zone.id]!;
  if (fixedOffset(zone.id) !== undefined) return zone.id;
  const region = SHORT_NAMES[zone.id.toUpperCase()] ?? zone.id;
  if (long) return intlName(region, epochMs, 'long');
  const short = shortNamesOf(region);
  if (short === undefined)
    return intlName(region, epochMs, 'short').replace(/^GMT([+-])(\d)$/, 'GMT$10$2:00');
  return short[zone.offsetAt(epochMs) === zone.offsetAt(JANUARY) ? 0 : 1];
}

const JANUARY = Date.UTC(2020, 0, 15, 12);

/** The zone whose full name (`Pacific Standard Time`) a text starts with, of those that have an abbreviation too. */
export function zoneOfLongName(text: string): { readonly zone: Zone; readonly length: number } | undefined {
  const lower = text.toLowerCase();
  for (const region of new Set(Object.values(SHORT_NAMES))) {
    for (const name of [intlName(region, JANUARY, 'long'), intlName(region, JULY, 'long')])
      if (lower.startsWith(name.toLowerCase())) return { zone: zoneOf(region), length: name.length };
  }
  return undefined;
}

const JULY = Date.UTC(2020, 6, 15, 12);

function intlName(region: string, epochMs: number, style: 'long' | 'short'): string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: region, timeZoneName: style });
  return format.formatToParts(epochMs).find((part) => part.type === 'timeZoneName')?.value ?? region;
}
