import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Reference data that is no part of the project: `$NAAP_SHARED`, or the folder beside the checkout. */
export function sharedFile(...parts: string[]): string {
  const root = process.env.NAAP_SHARED ?? path.resolve(__dirname, '../../../shared');
  return path.join(root, ...parts);
}

export const GATEWAY_EVENTS = sharedFile('livepeer', 'gateway-events.json');

interface Message {
  readonly timestamp: number;
  readonly value: unknown;
}

/** Recorded events of one real stream, each arriving a moment after its own time. */
export function recordedEvents(): { readonly at: number; readonly value: string }[] {
  const messages = JSON.parse(readFileSync(GATEWAY_EVENTS, 'utf8')) as Message[];
  return messages.map(({ timestamp, value }) => ({ at: timestamp + 250, value: JSON.stringify(value) }));
}

/** `test`, or a skipped test whose name says what is missing. */
export function testWith(file: string): { readonly run: jest.It; readonly note: string } {
  return existsSync(file)
    ? { run: test, note: '' }
    : { run: test.skip, note: ` (skipped: ${path.basename(file)} is not there; set NAAP_SHARED)` };
}
