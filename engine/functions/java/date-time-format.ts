import { MS_PER_DAY, epochDayOf } from '../../types/temporal-text';
import { fixedOffset, wallToInstant, zoneName, zoneOf } from './zone';
import type { Zone } from './zone';

/**
 * Patterns of java.time.format.DateTimeFormatter in the English locale: formatting, and parsing without regard to case.
 * What a text does not say is the first of its kind in 1970 (as ksqlDB defaults it).
 * Source: Java SE 17 API documentation, DateTimeFormatter, "Patterns for Formatting and Parsing".
 */
export interface DateTimePattern {
  /** `wallMs`: wall-clock time as if it were UTC; `zone` and the instant are for zone letters only. */
  format(wallMs: number, zone: Zone, epochMs: number): string;
  parse(text: string): ParsedDateTime;
}

export interface ParsedDateTime {
  /** Wall-clock time, as if it were UTC. */
  readonly wallMs: number;
  /** The zone that the text names, if any. */
  readonly zone?: Zone;
}

type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'field'; readonly letter: string; readonly width: number }
  | { readonly kind: 'optional'; readonly tokens: readonly Token[] };

const MONTHS = [
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
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const KNOWN_LETTERS = 'GuyDMLdQqEaHhKkmsSAnNVzOXxZ';

const patterns = new Map<string, DateTimePattern>();

/** A prepared pattern; throws RangeError where it is none. */
export function dateTimePattern(pattern: string): DateTimePattern {
  let prepared = patterns.get(pattern);
  if (prepared === undefined) {
    if (patterns.size > 1000) patterns.clear();
    patterns.set(pattern, (prepared = compilePattern(pattern)));
  }
  return prepared;
}

function compilePattern(pattern: string): DateTimePattern {
  const { tokens } = readTokens(pattern, 0, false);
  return {
    format: (wallMs, zone, epochMs) =>
      tokens.map((t) => formatToken(t, wallFields(wallMs), zone, epochMs)).join(''),
    parse: (text) => {
      const fields: Fields = {};
      const end = parseTokens(tokens, text, 0, fields);
      if (end !== text.length)
        throw new RangeError(`Text '${text}' could not be parsed at index ${Math.max(end, 0)}`);
      return resolve(fields, text);
    },
  };
}

function readTokens(pattern: string, from: number, nested: boolean): { tokens: Token[]; next: number } {
  const tokens: Token[] = [];
  let at = from;
  while (at < pattern.length) {
    const char = pattern[at]!;
    if (char === ']') {
      if (!nested) throw new RangeError(`Pattern "${pattern}" invalid: as it contains ] without previous [`);
      return { tokens, next: at + 1 };
    }
    if (char === '[') {
      const inner = readTokens(pattern, at + 1, true);
      tokens.push({ kind: 'optional', tokens: inner.tokens });
      at = inner.next;
    } else if (char === "'") {
      const { text, next } = readQuoted(pattern, at);
      tokens.push({ kind: 'literal', text });
      at = next;
    } else if (/[A-Za-z]/.test(char)) {
      let end = at;
      while (pattern[end] === char) end++;
      if (!KNOWN_LETTERS.includes(char)) throw new RangeError(`Unknown pattern letter: ${char}`);
      tokens.push({ kind: 'field', letter: char, width: end - at });
      at = end;
    } else {
      tokens.push({ kind: 'literal', text: char });
      at++;
    }
  }
  return { tokens, next: at };
}

function readQuoted(pattern: string, from: number): { text: string; next: number } {
  if (pattern[from + 1] === "'") return { text: "'", next: from + 2 };
  let text = '';
  for (let at = from + 1; at < pattern.length; at++) {
    if (pattern[at] !== "'") text += pattern[at]!;
    else if (pattern[at + 1] === "'") {
      text += "'";
      at++;
    } else return { text, next: at + 1 };
  }
  throw new RangeError(`Pattern ends with an incomplete string literal: ${pattern}`);
}

interface WallFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly epochDay: number;
  /** Milliseconds of the day. */
  readonly ms: number;
}

function wallFields(wallMs: number): WallFields {
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

function pad(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, '0');
  return value < 0 ? `-${digits}` : digits;
}

function formatToken(token: Token, f: WallFields, zone: Zone, epochMs: number): string {
  if (token.kind === 'literal') return token.text;
  if (token.kind === 'optional') return token.tokens.map((t) => formatToken(t, f, zone, epochMs)).join('');
  const { letter, width } = token;
  const hour = Math.floor(f.ms / 3_600_000);
  switch (letter) {
    case 'G':
      return f.year > 0 ? (width === 4 ? 'Anno Domini' : 'AD') : width === 4 ? 'Before Christ' : 'BC';
    case 'u':
    case 'y': {
      const year = letter === 'y' && f.year <= 0 ? 1 - f.year : f.year;
      if (width === 2) return pad(((year % 100) + 100) % 100, 2);
      return year > 9999 && width >= 4 ? `+${year}` : pad(year, width);
    }
    case 'D':
      return pad(f.epochDay - epochDayOf(f.year, 1, 1) + 1, width);
    case 'M':
    case 'L':
      return formatName(MONTHS, f.month, width);
    case 'd':
      return pad(f.day, width);
    case 'Q':
    case 'q': {
      const quarter = Math.ceil(f.month / 3);
      return width === 3
        ? `Q${quarter}`
        : width === 4
          ? `${['1st', '2nd', '3rd', '4th'][quarter - 1]!} quarter`
          : pad(quarter, width);
    }
    case 'E':
      return formatName(WEEKDAYS, ((((f.epochDay + 3) % 7) + 7) % 7) + 1, Math.max(width, 3));
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'H':
      return pad(hour, width);
    case 'k':
      return pad(hour === 0 ? 24 : hour, width);
    case 'K':
      return pad(hour % 12, width);
    case 'h':
      return pad(hour % 12 === 0 ? 12 : hour % 12, width);
    case 'm':
      return pad(Math.floor(f.ms / 60_000) % 60, width);
    case 's':
      return pad(Math.floor(f.ms / 1000) % 60, width);
    case 'S':
      return pad(f.ms % 1000, 3)
        .padEnd(width, '0')
        .slice(0, width);
    case 'A':
      return pad(f.ms, width);
    case 'n':
      return pad((f.ms % 1000) * 1_000_000, width);
    case 'N':
      return pad(f.ms * 1_000_000, width);
    case 'V':
      return zone.id;
    case 'z':
      return zoneName(zone, epochMs, width === 4);
    case 'O':
      return formatLocalizedOffset(zone.offsetAt(epochMs), width);
    case 'X':
      return zone.offsetAt(epochMs) === 0 ? 'Z' : formatOffset(zone.offsetAt(epochMs), width);
    case 'x':
      return formatOffset(zone.offsetAt(epochMs), width);
    case 'Z':
      if (width === 4) return formatLocalizedOffset(zone.offsetAt(epochMs), 4);
      return width === 5 && zone.offsetAt(epochMs) === 0
        ? 'Z'
        : formatOffset(zone.offsetAt(epochMs), width === 5 ? 3 : 2);
    default:
      throw new RangeError(`Unknown pattern letter: ${letter}`);
  }
}

function formatName(names: readonly string[], index: number, width: number): string {
  if (width <= 2) return pad(index, width);
  const name = names[index - 1]!;
  return width === 3 ? name.slice(0, 3) : width === 4 ? name : name.slice(0, 1);
}

/** `+HH`, `+HHmm` when needed (1), `+HHmm` (2), `+HH:mm` (3). */
function formatOffset(offsetMs: number, width: number): string {
  const minutes = Math.abs(Math.round(offsetMs / 60_000));
  const [h, m] = [pad(Math.floor(minutes / 60), 2), pad(minutes % 60, 2)];
  const sign = offsetMs < 0 ? '-' : '+';
  if (width === 1) return m === '00' ? `${sign}${h}` : `${sign}${h}${m}`;
  return width % 2 === 1 ? `${sign}${h}:${m}` : `${sign}${h}${m}`;
}

function formatLocalizedOffset(offsetMs: number, width: number): string {
  if (offsetMs === 0) return 'GMT';
  if (width === 4) return `GMT${formatOffset(offsetMs, 3)}`;
  const minutes = Math.abs(Math.round(offsetMs / 60_000));
  const rest = minutes % 60 === 0 ? '' : `:${pad(minutes % 60, 2)}`;
  return `GMT${offsetMs < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${rest}`;
}

/** What a text said, by pattern letter; letters that mean the same share one. */
interface Fields {
  zone?: Zone;
  [letter: string]: number | Zone | undefined;
}

const FAILED = -1;

function parseTokens(tokens: readonly Token[], text: string, from: number, fields: Fields): number {
  let at = from;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind === 'optional') {
      const trial: Fields = { ...fields };
      const end = parseTokens(token.tokens, text, at, trial);
      if (end >= 0) {
        Object.assign(fields, trial);
        at = end;
      }
      continue;
    }
    const end =
      token.kind === 'literal'
        ? parseLiteral(token.text, text, at)
        : parseField(token, tokens, i, text, at, fields);
    if (end < 0) return FAILED;
    at = end;
  }
  return at;
}

function parseLiteral(literal: string, text: string, at: number): number {
  const end = at + literal.length;
  return text.slice(at, end).toLowerCase() === literal.toLowerCase() ? end : FAILED;
}

const NUMERIC = new Set('uyDdHkKhmsSAnN');

function isNumericField(token: Token | undefined): token is Extract<Token, { kind: 'field' }> {
  if (token?.kind !== 'field') return false;
  return NUMERIC.has(token.letter) || ('MLQq'.includes(token.letter) && token.width <= 2);
}

function parseField(
  token: Extract<Token, { kind: 'field' }>,
  tokens: readonly Token[],
  index: number,
  text: string,
  at: number,
  fields: Fields,
): number {
  const { letter, width } = token;
  if (isNumericField(token)) return parseNumber(token, reservedDigits(tokens, index), text, at, fields);
  switch (letter) {
    case 'M':
    case 'L':
      return parseName(MONTHS, width, text, at, (i) => (fields.M = i));
    case 'E':
      return parseName(WEEKDAYS, Math.max(width, 3), text, at, () => undefined);
    case 'a':
      return parseName(['AM', 'PM'], 4, text, at, (i) => (fields.a = i - 1));
    case 'G':
      return parseName(['BC', 'AD'], 4, text, at, (i) => (fields.G = i - 1));
    case 'Q':
    case 'q':
      return FAILED;
    default:
      return parseZone(text, at, fields);
  }
}

/** Digits that the fixed-width fields following at once will need. */
function reservedDigits(tokens: readonly Token[], index: number): number {
  let reserved = 0;
  for (let i = index + 1; isNumericField(tokens[i]); i++) {
    const { width } = tokens[i] as Extract<Token, { kind: 'field' }>;
    reserved += width;
  }
  return reserved;
}

function parseNumber(
  token: Extract<Token, { kind: 'field' }>,
  reserved: number,
  text: string,
  at: number,
  fields: Fields,
): number {
  const { letter, width } = token;
  const isYear = letter === 'y' || letter === 'u';
  const sign = isYear && width !== 2 ? (/^[+-]/.exec(text.slice(at))?.[0] ?? '') : '';
  const digits = /^\d*/.exec(text.slice(at + sign.length))![0];
  const open = width === 1 ? letter !== 'S' : isYear && width >= 3;
  const most = open
    ? reserved > 0
      ? Math.max(digits.length - reserved, width)
      : isYear && width === 4 && sign === ''
        ? 4
        : 19
    : width;
  if (digits.length < width) return FAILED;
  const used = digits.slice(0, Math.max(most, width));
  const value = Number(used);
  const key = letter === 'u' ? 'y' : letter === 'L' ? 'M' : letter;
  if (letter === 'S') fields.S = Number(used.padEnd(3, '0').slice(0, 3));
  else fields[key] = isYear && width === 2 ? 2000 + value : sign === '-' ? -value : value;
  return at + sign.length + used.length;
}

function parseName(
  names: readonly string[],
  width: number,
  text: string,
  at: number,
  take: (index: number) => void,
): number {
  const rest = text.slice(at).toLowerCase();
  for (let i = 0; i < names.length; i++) {
    const name = (width === 3 ? names[i]!.slice(0, 3) : names[i]!).toLowerCase();
    if (rest.startsWith(name)) {
      take(i + 1);
      return at + name.length;
    }
  }
  return FAILED;
}

function parseZone(text: string, at: number, fields: Fields): number {
  const offset = /^(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?/i.exec(text.slice(at))?.[0];
  const name = offset ?? /^[A-Za-z][A-Za-z0-9_+\-/]*/.exec(text.slice(at))?.[0];
  if (name === undefined) return FAILED;
  try {
    fields.zone = zoneOf(fixedOffset(name.toUpperCase()) === undefined ? name : name.toUpperCase());
  } catch {
    return FAILED;
  }
  return at + name.length;
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  M: [1, 12],
  d: [1, 31],
  D: [1, 366],
  H: [0, 23],
  k: [1, 24],
  K: [0, 11],
  h: [1, 12],
  m: [0, 59],
  s: [0, 59],
};

function resolve(fields: Fields, text: string): ParsedDateTime {
  for (const [letter, [low, high]] of Object.entries(RANGES)) {
    const value = fields[letter] as number | undefined;
    if (value !== undefined && (value < low || value > high)) {
      throw new RangeError(
        `Text '${text}' could not be parsed: ${letter} must be between ${low} and ${high}, found ${value}`,
      );
    }
  }
  return { wallMs: resolveDay(fields) * MS_PER_DAY + resolveTime(fields), zone: fields.zone };
}

function resolveDay(fields: Fields): number {
  const era = fields.G as number | undefined;
  const given = (fields.y as number | undefined) ?? 1970;
  const year = era === 0 ? 1 - given : given;
  if (fields.D !== undefined && fields.M === undefined) return epochDayOf(year, 1, fields.D as number);
  const month = (fields.M as number | undefined) ?? 1;
  const lastDay = new Date(Date.UTC(2000 + (((year % 400) + 400) % 400), month, 0)).getUTCDate();
  return epochDayOf(year, month, Math.min((fields.d as number | undefined) ?? 1, lastDay));
}

function resolveTime(fields: Fields): number {
  if (fields.A !== undefined) return fields.A as number;
  if (fields.N !== undefined) return Math.floor((fields.N as number) / 1_000_000);
  const ms =
    (fields.S as number | undefined) ?? Math.floor(((fields.n as number | undefined) ?? 0) / 1_000_000);
  return (
    (resolveHour(fields) * 3600 +
      ((fields.m as number | undefined) ?? 0) * 60 +
      ((fields.s as number | undefined) ?? 0)) *
      1000 +
    ms
  );
}

function resolveHour(fields: Fields): number {
  if (fields.H !== undefined) return fields.H as number;
  if (fields.k !== undefined) return (fields.k as number) % 24;
  const hour12 =
    (fields.K as number | undefined) ?? (fields.h === undefined ? undefined : (fields.h as number) % 12);
  if (hour12 === undefined) return 0;
  return hour12 + ((fields.a as number | undefined) ?? 0) * 12;
}

/** Milliseconds since the epoch of a text; a zone in the text wins over the one given. */
export function parseInstant(text: string, pattern: string, zone: Zone): number {
  const parsed = dateTimePattern(pattern).parse(text);
  return wallToInstant(parsed.wallMs, parsed.zone ?? zone);
}

/** Text of an instant in a zone. */
export function formatInstant(epochMs: number, pattern: string, zone: Zone): string {
  return dateTimePattern(pattern).format(epochMs + zone.offsetAt(epochMs), zone, epochMs);
}
