import { fixedOffset, zoneOf, zoneOfLongName } from '../zone';
import type { Zone } from '../zone';
import { MONTHS, QUARTERS, WEEKDAYS } from './calendar';
import type { Element, FieldElement } from './pattern';

/** What a text said, by pattern letter; letters that mean the same share one. */
export interface ParsedFields {
  zone?: Zone;
  readonly numbers: Record<string, number>;
}

const FAILED = -1;

/** Reads a text from a place on, without regard to case; gives where it ended, or -1. */
export function parseElements(
  elements: readonly Element[],
  text: string,
  from: number,
  fields: ParsedFields,
): number {
  let at = from;
  for (let i = 0; i < elements.length && at !== FAILED; i++) at = parseElement(elements, i, text, at, fields);
  return at;
}

function parseElement(
  elements: readonly Element[],
  index: number,
  text: string,
  at: number,
  fields: ParsedFields,
): number {
  const element = elements[index]!;
  if (element.kind === 'literal') return parseLiteral(element.text, text, at);
  if (element.kind === 'field') return parseField(element, reservedDigits(elements, index), text, at, fields);
  const trial: ParsedFields = { zone: fields.zone, numbers: { ...fields.numbers } };
  const end = parseElements(element.elements, text, at, trial);
  if (end === FAILED) return at;
  Object.assign(fields.numbers, trial.numbers);
  if (trial.zone !== undefined) fields.zone = trial.zone;
  return end;
}

function parseLiteral(literal: string, text: string, at: number): number {
  const end = at + literal.length;
  return text.slice(at, end).toLowerCase() === literal.toLowerCase() ? end : FAILED;
}

const NUMERIC = new Set('uyYDdHkKhmsSAnNwWFg');
const NAMED = 'MLQqec';

function isNumeric(element: Element | undefined): element is FieldElement {
  if (element?.kind !== 'field') return false;
  return NUMERIC.has(element.letter) || (NAMED.includes(element.letter) && element.count <= 2);
}

/** Digits that the fields of fixed width which follow at once will need. */
function reservedDigits(elements: readonly Element[], index: number): number {
  let reserved = 0;
  for (let i = index + 1; isNumeric(elements[i]); i++) {
    const { count } = elements[i] as FieldElement;
    if (count === 1) break;
    reserved += count;
  }
  return reserved;
}

function parseField(
  element: FieldElement,
  reserved: number,
  text: string,
  at: number,
  fields: ParsedFields,
): number {
  const { letter, count, padTo } = element;
  if (padTo !== undefined) return parsePadded(element, padTo, text, at, fields);
  if (isNumeric(element)) return parseNumber(element, reserved, text, at, fields);
  const set =
    (key: string, offset = 0) =>
    (index: number) =>
      void (fields.numbers[key] = index + offset);
  switch (letter) {
    case 'M':
    case 'L':
      return parseName(MONTHS, count, text, at, set('M', 1));
    case 'E':
    case 'e':
    case 'c':
      return parseName(WEEKDAYS, Math.max(count, 3), text, at, set('E', 1));
    case 'Q':
    case 'q':
      return parseName(count === 3 ? ['Q1', 'Q2', 'Q3', 'Q4'] : QUARTERS, 4, text, at, set('Q', 1));
    case 'a':
      return parseName(['AM', 'PM'], 4, text, at, set('a'));
    case 'G':
      return parseName(count === 4 ? ['Before Christ', 'Anno Domini'] : ['BC', 'AD'], 4, text, at, set('G'));
    case 'B':
      return FAILED;
    default:
      return (letter === 'z' ? parseLongZone(text, at, fields) : undefined) ?? parseZone(text, at, fields);
  }
}

function parsePadded(
  element: FieldElement,
  width: number,
  text: string,
  at: number,
  fields: ParsedFields,
): number {
  const end = at + width;
  if (end > text.length) return FAILED;
  const blanks = /^ */.exec(text.slice(at, end))![0].length;
  const { padTo: _padTo, ...plain } = element;
  return parseField(plain, 0, text.slice(0, end), at + blanks, fields) === end ? end : FAILED;
}

function parseNumber(
  { letter, count }: FieldElement,
  reserved: number,
  text: string,
  at: number,
  fields: ParsedFields,
): number {
  const isYear = letter === 'y' || letter === 'u' || letter === 'Y';
  const signed = (isYear && count !== 2) || (count === 1 && letter !== 'S');
  const sign = signed ? ((isYear && count >= 4 ? /^[+-]/ : /^-/).exec(text.slice(at))?.[0] ?? '') : '';
  const digits = /^\d*/.exec(text.slice(at + sign.length))![0];
  if (digits.length < count) return FAILED;
  const used = digits.slice(0, Math.max(mostDigits(letter, count, reserved, digits.length, sign), count));
  if (sign === '+' && used.length <= count) return FAILED;
  const value = Number(used);
  if (letter === 'S') fields.numbers['S'] = Number(used.padEnd(3, '0').slice(0, 3));
  else fields.numbers[keyOf(letter)] = isYear && count === 2 ? 2000 + value : sign === '-' ? -value : value;
  return at + sign.length + used.length;
}

function mostDigits(letter: string, count: number, reserved: number, there: number, sign: string): number {
  const isYear = letter === 'y' || letter === 'u' || letter === 'Y';
  const open = count === 1 ? letter !== 'S' && letter !== 'W' && letter !== 'F' : isYear && count >= 3;
  const wide = 'AnNg'.includes(letter);
  if (!open && !wide) return letter === 'D' && count === 2 ? 3 : count;
  if (reserved > 0) return there - reserved;
  return isYear && count >= 4 && sign === '' ? count : 19;
}

function keyOf(letter: string): string {
  if (letter === 'u') return 'y';
  if (letter === 'L') return 'M';
  if (letter === 'q') return 'Q';
  return letter === 'c' ? 'e' : letter;
}

function parseName(
  names: readonly string[],
  count: number,
  text: string,
  at: number,
  take: (index: number) => void,
): number {
  const rest = text.slice(at).toLowerCase();
  for (const [index, whole] of names.entries()) {
    const name = (count === 3 ? whole.slice(0, 3) : whole).toLowerCase();
    if (!rest.startsWith(name)) continue;
    take(index);
    return at + name.length;
  }
  return FAILED;
}

function parseLongZone(text: string, at: number, fields: ParsedFields): number | undefined {
  const found = /^[A-Za-z]+ /.test(text.slice(at)) ? zoneOfLongName(text.slice(at)) : undefined;
  if (found === undefined) return undefined;
  fields.zone = found.zone;
  return at + found.length;
}

function parseZone(text: string, at: number, fields: ParsedFields): number {
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
