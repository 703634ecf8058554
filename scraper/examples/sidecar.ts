/**
 * A gateway's sidecar: takes events as lines of JSON on standard input and brings them to Kafka, also when the brokers are away
 * for a while or the sidecar is killed.
 *
 *     gateway | node sidecar.js
 */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { BufferedProducer, RecordValue } from '../src/buffered-producer';

/** Status of a stream comes again every few seconds; what happened to it does not. */
const WORTH: Readonly<Record<string, RecordValue>> = {
  ai_stream_status: 'low',
  stream_ingest_metrics: 'low',
};

interface Envelope {
  readonly id?: string;
  readonly type?: string;
  readonly timestamp?: string;
}

/** Sends every line of `input`; resolves when it has ended and all of them are on disk, with how many that were. */
export async function forward(input: Readable, producer: Pick<BufferedProducer, 'send'>): Promise<number> {
  let lines = 0;
  for await (const line of createInterface({ input })) {
    if (line.trim() === '') continue;
    const { id = null, type = '', timestamp } = envelopeOf(line);
    // Waiting for the disk holds the reader back, and with it whoever writes to us.
    await producer.send(
      { key: id, value: Buffer.from(line), timestamp: Number(timestamp) || Date.now() },
      WORTH[type],
    );
    lines += 1;
  }
  return lines;
}

/** A line that is no JSON goes as it is: whoever reads the topic keeps what is malformed apart. */
function envelopeOf(line: string): Envelope {
  try {
    return (JSON.parse(line) ?? {}) as Envelope;
  } catch {
    return {};
  }
}
