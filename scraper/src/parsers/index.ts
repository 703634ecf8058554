import { isUtf8 } from 'node:buffer';
import type { Kind } from '../config/kinds';
import { ScrapeError } from '../errors';
import { jsonFields, jsonRows } from './json-paths';
import { metricRows } from './metric-rows';
import { parsePrometheus } from './prometheus';
import type { Row } from './row';

/** What an answer says. */
export interface Payload {
  /** JSON text. */
  readonly text: string;
  readonly fields: Row;
  readonly rows: readonly Row[];
}

/** The payload as compact JSON text with the values that the kind's file names, or the reason why it is none. */
export function parsePayload(body: Buffer, kind: Kind): Payload {
  const text = textOf(body);
  switch (kind.parser) {
    case 'json':
      return parseJson(text, kind);
    case 'prometheus': {
      const samples = parsePrometheus(text, kind.metrics);
      const rows = kind.rows.flatMap((it) => metricRows(samples, it));
      return { text: JSON.stringify(samples), fields: {}, rows };
    }
    case 'text':
      return { text: JSON.stringify(text), fields: {}, rows: [] };
  }
}

const BYTE_ORDER_MARK = '\uFEFF';

function textOf(body: Buffer): string {
  if (!isUtf8(body)) throw new ScrapeError('parse', 'the answer is not UTF-8 text');
  const text = body.toString('utf8');
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

function parseJson(text: string, kind: Kind & { parser: 'json' }): Payload {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ScrapeError('parse', `the answer is not JSON: ${(error as Error).message.slice(0, 300)}`);
  }
  return {
    // The text as it came: numbers beyond 2^53 (wei amounts) would not survive a round trip.
    text: text.trim(),
    fields: jsonFields(value, kind.fields),
    rows: kind.rows.flatMap((it) => jsonRows(value, it)),
  };
}

export type { Row };
