import type { Kind } from '../config';
import { ScrapeError } from '../errors';
import { parsePrometheus } from './prometheus';

/** The payload as compact JSON text, or the reason why it is none. */
export function parsePayload(body: Buffer, kind: Kind): string {
  const text = body.toString('utf8');
  switch (kind.parser) {
    case 'json':
      return parseJson(text);
    case 'prometheus':
      return JSON.stringify(parsePrometheus(text, kind.metrics));
    case 'text':
      return JSON.stringify(text);
  }
}

function parseJson(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ScrapeError('parse', `the answer is not JSON: ${(error as Error).message}`);
  }
  // The text as it came: numbers beyond 2^53 (wei amounts) would not survive a round trip.
  return text.trim();
}
