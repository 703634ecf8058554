import { readFileSync } from 'node:fs';
import type { TrafficRecord } from './generator/delivery';

const DAY_MS = 86_400_000;
const MILLISECONDS = /^[0-9]{13}$/;

export interface RecordedOptions {
  /** `own`: times stay as they were recorded; a number: the first record moves to that time (ms), the others keep their distance. */
  readonly shiftTo: 'own' | number;
  /** Gateway that plays records which name none. */
  readonly gateway: string;
}

type Json = Record<string, unknown>;
const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record as it was found: arrival time when one is known, and the text. */
interface Found {
  readonly at?: number;
  readonly gateway?: string;
  readonly key?: string;
  readonly text: string;
}

/**
 * Reads recorded messages: a JSON array of `{ timestamp, value }` (the envelope under `value`, as object or text), or
 * lines, each an envelope or `{ at, gateway, key, value }`. A line that is no JSON is played as it stands.
 * @throws Error when the file holds nothing, or no time from which it could be played.
 */
export function readRecorded(file: string, options: RecordedOptions): TrafficRecord[] {
  const found = parse(readFileSync(file, 'utf8'), file);
  const times = found.flatMap(({ at }) => (at === undefined ? [] : [at]));
  if (times.length === 0) {
    throw new Error(
      `${file}: holds no message with a time: expected envelopes with "timestamp" (text, ms since the epoch)`,
    );
  }
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const shiftMs = options.shiftTo === 'own' ? 0 : Math.round(options.shiftTo) - first;
  const bounds = { from: first - DAY_MS, to: last + DAY_MS };
  let known = first;
  const records = found.map((message) => {
    known = message.at ?? known;
    const text = shiftMs === 0 ? message.text : shiftTimes(message.text, shiftMs, bounds);
    return {
      at: known + shiftMs,
      gateway: message.gateway || options.gateway,
      key: Buffer.from(message.key ?? envelopeId(text)),
      value: Buffer.from(text),
    };
  });
  return records.sort((a, b) => a.at - b.at);
}

function parse(text: string, file: string): Found[] {
  if (text.trimStart().startsWith('[')) {
    try {
      return (JSON.parse(text) as unknown[]).map(fromMessage);
    } catch {
      // An array may also be the first of many lines.
    }
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new Error(`${file}: is empty: expected recorded messages`);
  return lines.map(fromLine);
}

function fromLine(line: string): Found {
  const value = tryParse(line);
  if (!isRecord(value)) return { text: line };
  return 'value' in value ? fromMessage(value) : { at: timeOf(value), gateway: gatewayOf(value), text: line };
}

function fromMessage(message: unknown): Found {
  if (!isRecord(message)) return { text: JSON.stringify(message) };
  const envelope = 'value' in message ? message.value : message;
  const text = typeof envelope === 'string' ? envelope : JSON.stringify(envelope);
  const at = [message.at, message.timestamp].find((time): time is number => typeof time === 'number');
  return {
    at: at ?? timeOf(envelope),
    gateway: typeof message.gateway === 'string' ? message.gateway : gatewayOf(envelope),
    key: typeof message.key === 'string' ? message.key : undefined,
    text,
  };
}

function timeOf(envelope: unknown): number | undefined {
  const text = isRecord(envelope) ? String(envelope.timestamp) : '';
  return MILLISECONDS.test(text) ? Number(text) : undefined;
}

function gatewayOf(envelope: unknown): string | undefined {
  return isRecord(envelope) && typeof envelope.gateway === 'string' ? envelope.gateway : undefined;
}

function envelopeId(text: string): string {
  const value = tryParse(text);
  return isRecord(value) && typeof value.id === 'string' ? value.id : '';
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Moves each time in ms that lies within a day of the recording and stands in a field whose name says that it is a time. */
function shiftTimes(
  text: string,
  shiftMs: number,
  bounds: { readonly from: number; readonly to: number },
): string {
  const value = tryParse(text);
  if (!isRecord(value) && !Array.isArray(value)) return text;
  return JSON.stringify(value, (name, inner: unknown) => {
    if (!/time/i.test(name) || (typeof inner !== 'number' && typeof inner !== 'string')) return inner;
    const time = MILLISECONDS.test(String(inner)) ? Number(inner) : NaN;
    if (!(time >= bounds.from && time <= bounds.to)) return inner;
    return typeof inner === 'string' ? String(time + shiftMs) : time + shiftMs;
  });
}
