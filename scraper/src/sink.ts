import { readFileSync } from 'node:fs';
import type { Message, Producer, SASLOptions } from 'kafkajs';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import type { Config } from './config';
import type { ScrapeEvent } from './event';

/** Where events go; `write` resolves when the event is queued, later when the queue is full. */
export interface Sink {
  write(event: ScrapeEvent): Promise<void>;
  /** Sends what is queued, then disconnects. */
  close(): Promise<void>;
  counts(): { readonly sent: number; readonly queued: number; readonly retries: number };
}
export type Encoder = (event: ScrapeEvent) => Buffer;

const LINGER_MS = 50;
const BATCH = 500;

export async function createKafkaSink(
  config: Config,
  encode: Encoder,
  log: (message: string) => void,
): Promise<Sink> {
  const producer = createProducer(config.kafka);
  await producer.connect();
  return new KafkaSink(producer, config.kafka.topic, config.limits.queued_events, encode, log);
}

function createProducer(kafka: Config['kafka']): Producer {
  const password = readFileSync(kafka.password_file, 'utf8').trim();
  const client = new Kafka({
    clientId: kafka.client_id,
    brokers: kafka.brokers,
    sasl: { mechanism: kafka.mechanism, username: kafka.username, password } as SASLOptions,
    ssl:
      kafka.ca_file === undefined
        ? false
        : { ca: [readFileSync(kafka.ca_file, 'utf8')], minVersion: 'TLSv1.2' },
    logLevel: logLevel.ERROR,
    retry: { retries: Number.MAX_SAFE_INTEGER, initialRetryTime: 200, maxRetryTime: 10_000 },
  });
  return client.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
}

/** Batches for a moment, keeps order, and holds its writers back while the broker is away: nothing that was polled is lost. */
class KafkaSink implements Sink {
  private queue: Message[] = [];
  private waiting: (() => void)[] = [];
  private sent = 0;
  private retries = 0;
  private closing = false;
  private readonly pump: Promise<void>;
  private wake: () => void = () => undefined;

  constructor(
    private readonly producer: Producer,
    private readonly topic: string,
    private readonly capacity: number,
    private readonly encode: Encoder,
    private readonly log: (message: string) => void,
  ) {
    this.pump = this.run();
  }

  async write(event: ScrapeEvent): Promise<void> {
    while (this.queue.length >= this.capacity)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.queue.push({
      key: event.orchestrator_id,
      value: this.encode(event),
      timestamp: String(event.scrape_time),
    });
    this.wake();
  }

  async close(): Promise<void> {
    this.closing = true;
    this.wake();
    await this.pump;
    await this.producer.disconnect();
  }

  counts() {
    return { sent: this.sent, queued: this.queue.length, retries: this.retries };
  }

  private async run(): Promise<void> {
    while (!this.closing || this.queue.length > 0) {
      if (this.queue.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      else await this.flush();
    }
  }

  private async flush(): Promise<void> {
    if (!this.closing) await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    const batch = this.queue.slice(0, BATCH);
    try {
      await this.producer.send({
        topic: this.topic,
        messages: batch,
        acks: -1,
        compression: CompressionTypes.GZIP,
      });
      this.queue = this.queue.slice(batch.length);
      this.sent += batch.length;
      this.waiting.splice(0).forEach((resolve) => resolve());
    } catch (error) {
      this.retries += 1;
      this.log(`the broker did not take ${batch.length} events: ${(error as Error).message}; trying again`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
