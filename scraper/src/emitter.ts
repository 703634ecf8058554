import type { OutgoingRecord, RecordValue } from './buffered-producer';
import type { Encoder } from './encoder';
import { asFailure } from './event';
import type { Outcome, ScrapeEvent } from './event';

/** What is given up first when the buffer is full: a heartbeat repeats what is known, a failure is seen once. */
const WORTH: Readonly<Record<Outcome, RecordValue>> = {
  heartbeat: 'low',
  success: 'normal',
  failure: 'high',
};

export interface EmitterOptions {
  readonly encode: Encoder;
  /** Of one event: what no broker would take must not hold up the others. */
  readonly maxEventBytes: number;
  readonly send: (record: OutgoingRecord, worth: RecordValue) => Promise<void>;
  /** Told of each event as it goes out. */
  readonly seen: (event: ScrapeEvent) => void;
}

/** Makes a record of each event and hands it to the buffer. */
export function createEmitter({ encode, maxEventBytes, send, seen }: EmitterOptions) {
  return async (polled: ScrapeEvent): Promise<void> => {
    let event = polled;
    let value = encode(event);
    if (value.length > maxEventBytes) {
      event = asFailure(event, 'too_large', `the event would have ${value.length} bytes, limits.event_bytes is ${maxEventBytes}`); // prettier-ignore
      value = encode(event);
    }
    await send({ key: event.orchestrator_id, value, timestamp: event.scrape_time }, WORTH[event.outcome]);
    seen(event);
  };
}
