import { zoneName } from '../zone';
import type { Zone } from '../zone';
import {
  ERAS,
  MONTHS,
  QUARTERS,
  WEEKDAYS,
  dayOfYear,
  isoWeekday,
  localWeekday,
  weekBasedYear,
  weekOfMonth,
  weekOfWeekBasedYear,
} from './calendar';
import type { WallFields } from './calendar';
import { formatLocalizedOffset, formatOffset } from './offset-text';
import type { Element, FieldElement } from './pattern';

/** What is formatted: a DATE has no time of day, a TIME no date, and neither has a zone. */
export type TemporalKind = 'date' | 'time' | 'zoned';

export interface Moment {
  readonly fields: WallFields;
  readonly zone: Zone;
  readonly epochMs: number;
  readonly kind: TemporalKind;
}

const DATE_LETTERS = 'GuyYDMLdQqwWEecFg';
const TIME_LETTERS = 'aBhKkHmsSAnN';

/** Whether a letter asks for something that the kind has. */
function has(kind: TemporalKind, letter: string): boolean {
  if (kind === 'zoned') return true;
  return (kind === 'date' ? DATE_LETTERS : TIME_LETTERS).includes(letter);
}

/** Throws RangeError where a letter asks for what there is not; an optional section is left out then. */
export function formatElements(elements: readonly Element[], moment: Moment): string {
  return elements.map((element) => formatElement(element, moment)).join('');
}

function formatElement(element: Element, moment: Moment): string {
  if (element.kind === 'literal') return element.text;
  if (element.kind === 'optional') {
    const fits = element.elements.every((inner) => inner.kind !== 'field' || has(moment.kind, inner.letter));
    return fits ? formatElements(element.elements, moment) : '';
  }
  if (!has(moment.kind, element.letter)) throw new RangeError(`Unsupported field: ${element.letter}`);
  const text = formatField(element, moment);
  if (element.padTo === undefined) return text;
  if (text.length > element.padTo)
    throw new RangeError(
      `Cannot print as output of ${text.length} characters exceeds pad width of ${element.padTo}`,
    );
  return text.padStart(element.padTo);
}

function formatField(element: FieldElement, moment: Moment): string {
  const { letter } = element;
  if (DATE_LETTERS.includes(letter)) return formatDateField(element, moment.fields);
  if (TIME_LETTERS.includes(letter)) return formatTimeField(element, moment.fields.ms);
  return formatZoneField(element, moment);
}

export function pad(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, '0');
  return value < 0 ? `-${digits}` : digits;
}

function formatDateField({ letter, count }: FieldElement, f: WallFields): string {
  switch (letter) {
    case 'G':
      return ERAS[f.year > 0 ? 1 : 0][count === 4 ? 1 : count === 5 ? 2 : 0];
    case 'u':
      return formatYear(f.year, count);
    case 'y':
      return formatYear(f.year > 0 ? f.year : 1 - f.year, count);
    case 'Y':
      return formatYear(weekBasedYear(f), count);
    case 'D':
      return pad(dayOfYear(f), count);
    case 'M':
    case 'L':
      return formatName(MONTHS, f.month, count);
    case 'd':
      return pad(f.day, count);
    case 'Q':
    case 'q':
      return formatQuarter(Math.ceil(f.month / 3), count);
    case 'w':
      return pad(weekOfWeekBasedYear(f), count);
    case 'W':
      return String(weekOfMonth(f));
    case 'E':
      return formatName(WEEKDAYS, isoWeekday(f.epochDay), Math.max(count, 3));
    case 'e':
    case 'c':
      return count <= 2
        ? pad(localWeekday(f.epochDay), count)
        : formatName(WEEKDAYS, isoWeekday(f.epochDay), count);
    case 'F':
      return String(((f.day - 1) % 7) + 1);
    default:
      return pad(f.epochDay + 40587, count);
  }
}

function formatYear(year: number, count: number): string {
  if (count === 2) return pad(((year % 100) + 100) % 100, 2);
  return count >= 4 && String(Math.abs(year)).length > count && year > 0 ? `+${year}` : pad(year, count);
}

function formatName(names: readonly string[], index: number, count: number): string {
  if (count <= 2) return pad(index, count);
  const name = names[index - 1]!;
  return count === 3 ? name.slice(0, 3) : count === 4 ? name : name.slice(0, 1);
}

function formatQuarter(quarter: number, count: number): string {
  if (count <= 2) return pad(quarter, count);
  return count === 3 ? `Q${quarter}` : count === 4 ? QUARTERS[quarter - 1]! : String(quarter);
}

function formatTimeField({ letter, count }: FieldElement, ms: number): string {
  const hour = Math.floor(ms / 3_600_000);
  switch (letter) {
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'B':
      return dayPeriod(ms, count);
    case 'H':
      return pad(hour, count);
    case 'k':
      return pad(hour === 0 ? 24 : hour, count);
    case 'K':
      return pad(hour % 12, count);
    case 'h':
      return pad(hour % 12 === 0 ? 12 : hour % 12, count);
    case 'm':
      return pad(Math.floor(ms / 60_000) % 60, count);
    case 's':
      return pad(Math.floor(ms / 1000) % 60, count);
    case 'S':
      return pad(ms % 1000, 3)
        .padEnd(count, '0')
        .slice(0, count);
    case 'A':
      return pad(ms, count);
    case 'n':
      return pad((ms % 1000) * 1_000_000, count);
    default:
      return pad(ms * 1_000_000, count);
  }
}

/** English day periods of Unicode CLDR. */
function dayPeriod(ms: number, count: number): string {
  if (ms < 60_000) return count === 5 ? 'mi' : 'midnight';
  if (ms >= 43_200_000 && ms < 43_260_000) return count === 5 ? 'n' : 'noon';
  const hour = Math.floor(ms / 3_600_000);
  if (hour < 6 || hour >= 21) return 'at night';
  return hour < 12 ? 'in the morning' : hour < 18 ? 'in the afternoon' : 'in the evening';
}

function formatZoneField({ letter, count }: FieldElement, { zone, epochMs }: Moment): string {
  const offset = zone.offsetAt(epochMs);
  switch (letter) {
    case 'V':
      return zone.id;
    case 'z':
      return zoneName(zone, epochMs, count === 4);
    case 'O':
      return formatLocalizedOffset(offset, count);
    case 'X':
      return offset === 0 ? 'Z' : formatOffset(offset, count);
    case 'x':
      return formatOffset(offset, count);
    default:
      if (count === 4) return formatLocalizedOffset(offset, 4);
      return count === 5 ? (offset === 0 ? 'Z' : formatOffset(offset, 5)) : formatOffset(offset, 2);
  }
}
