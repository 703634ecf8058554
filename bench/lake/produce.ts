import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { generateTraffic, trafficOptions } from '../../lab/traffic';

const BATCH_BYTES = 400_000;
const TICK_MS = 25;
/** Size of a record that the figures are given for. */
export const RECORD_BYTES = 450;
const DISTINCT = 20_000;

/** Envelopes of the traffic generator, each cut or filled to the size that is measured; as they differ, so they compress. */
export function sampleValues(): Buffer[] {
  const options = trafficOptions({
    seed: 1,
    startMs: Date.now(),
    durationMs: Infinity,
    eventsPerSecond: 1_000,
  });
  const values: Buffer[] = [];
  for (const { value } of generateTraffic(options)) {
    const text = value.toString('latin1');
    values.push(Buffer.from(text.padEnd(RECORD_BYTES, text).slice(0, RECORD_BYTES), 'latin1'));
    if (values.length === DISTINCT) break;
  }
  return values;
}

/** Writes `count` records as fast as the broker takes them. */
export async function produceAll(kafka: Kafka, topic: string, count: number): Promise<void> {
  const values = sampleValues();
  const batch = Math.floor(BATCH_BYTES / RECORD_BYTES);
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  for (let sent = 0; sent < count; sent += batch) {
    const size = Math.min(batch, count - sent);
    const messages = Array.from({ length: size }, (_, index) => ({
      value: values[(sent + index) % values.length]!,
    }));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

/** Writes so many records a second for so long; gives back how many. */
export async function produceAtRate(
  kafka: Kafka,
  topic: string,
  rate: number,
  seconds: number,
): Promise<number> {
  const values = sampleValues();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const startedAt = Date.now();
  const total = rate * seconds;
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((Date.now() - startedAt) * rate) / 1_000));
    if (due > sent) {
      const messages = Array.from({ length: due - sent }, (_, index) => ({
        value: values[(sent + index) % values.length]!,
      }));
      await producer.send({ topic, messages });
      sent = due;
    }
    await sleep(TICK_MS);
  }
  await producer.disconnect();
  return sent;
}
