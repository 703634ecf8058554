import { wallFields } from './date-time/calendar';
import { formatElements } from './date-time/format';
import type { TemporalKind } from './date-time/format';
import { parseElements } from './date-time/parse';
import type { ParsedFields } from './date-time/parse';
import { readPattern } from './date-time/pattern';
import { resolveFields } from './date-time/resolve';
import { wallToInstant } from './zone';
import type { Zone } from './zone';

/** Patterns of java.time.format.DateTimeFormatter with the names and weeks of the United States. */
export interface DateTimePattern {
  /** `wallMs`: wall-clock time as if it were UTC; `zone` and the instant are for zone letters only. */
  format(wallMs: number, zone: Zone, epochMs: number, kind: TemporalKind): string;
  parse(text: string): ParsedDateTime;
}

export interface ParsedDateTime {
  /** Wall-clock time, as if it were UTC. */
  readonly wallMs: number;
  /** The zone that the text names, if any. */
  readonly zone?: Zone;
}

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
  const elements = readPattern(pattern);
  return {
    format: (wallMs, zone, epochMs, kind) =>
      formatElements(elements, { fields: wallFields(wallMs), zone, epochMs, kind }),
    parse: (text) => {
      const fields: ParsedFields = { numbers: {} };
      const end = parseElements(elements, text, 0, fields);
      if (end !== text.length)
        throw new RangeError(`Text '${text}' could not be parsed at index ${Math.max(end, 0)}`);
      return { wallMs: resolveFields(fields.numbers, text), zone: fields.zone };
    },
  };
}

/** Milliseconds since the epoch of a text; a zone in the text wins over the one given. */
export function parseInstant(text: string, pattern: string, zone: Zone): number {
  const parsed = dateTimePattern(pattern).parse(text);
  return wallToInstant(parsed.wallMs, parsed.zone ?? zone);
}

/** Text of an instant in a zone. */
export function formatInstant(epochMs: number, pattern: string, zone: Zone): string {
  return dateTimePattern(pattern).format(epochMs + zone.offsetAt(epochMs), zone, epochMs, 'zoned');
}
