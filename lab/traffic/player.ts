import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, KafkaJSError, logLevel } from 'kafkajs';
import type { Producer } from 'kafkajs';
import type { Credentials, PlatformEndpoints } from '../../resources/endpoints';
import type { TrafficRecord } from './generator/delivery';

export const GATEWAY_TOPIC = 'telemetry.gateway.v1';

/**
 * Largest size of one request: a broker refuses a batch above 1 MiB as it does a record, and if it took the request's other
 * batches, their sequence numbers would be lost. A record that is larger goes alone.
 */
const BATCH_BYTES = 500_000;
/** Largest number of records in one request, and how often what has become due is looked for. */
const BATCH_RECORDS = 500;
const TICK_MS = 20;
/** How long a broker may be away before its records are given up, and how often it is tried. */
const BROKER_AWAY_MS = 60_000;
const RETRY_MS = 250;

export interface PlayOptions {
  /** Ordered by `at`; may be without end. */
  readonly records: Iterable<TrafficRecord>;
  /** Identities of the gateways; `username` is the gateway's name. A record of an unknown gateway goes out as the first. */
  readonly gateways: readonly Credentials[];
  /**
   * `arrival`: each record when its `at` has come, at once when that is past; `unlimited`: as fast as the broker takes
   * them; a number: so many records a second.
   */
  readonly pace: 'arrival' | 'unlimited' | number;
  readonly topic?: string;
}

export interface Counts {
  /** Records that the broker has acknowledged. */
  readonly sent: number;
  readonly bytes: number;
  /** Records that were refused or given up, by error. */
  readonly failed: Readonly<Record<string, number>>;
  /** Greatest delay of a record behind its `at` so far, ms (pace `arrival`). */
  readonly behindMs: number;
}

export interface Playing {
  /** Resolves when all records are played or `stop` was called. */
  readonly done: Promise<Counts>;
  counts(): Counts;
  /** Stops after the batch that is on its way; resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/**
 * Writes traffic as the gateways do: over the ingest listener (SASL/PLAIN in TLS), each with its own identity and
 * the envelope's id as key. Producers are idempotent, so that what is counted as sent is in the topic exactly once.
 */
export function playTraffic(endpoints: PlatformEndpoints, options: PlayOptions): Playing {
  const player = new Player(endpoints, options);
  const done = player.run();
  return {
    done,
    counts: () => player.counts(),
    stop: async () => {
      player.stopping = true;
      await done.catch(() => undefined);
    },
  };
}

class Player {
  stopping = false;
  private sent = 0;
  private bytes = 0;
  private behindMs = 0;
  private readonly failed: Record<string, number> = {};
  private readonly producers = new Map<string, Producer>();

  constructor(
    private readonly endpoints: PlatformEndpoints,
    private readonly options: PlayOptions,
  ) {
    if (options.gateways.length === 0)
      throw new Error('no gateway is named: expected at least one identity to write as');
  }

  counts(): Counts {
    return { sent: this.sent, bytes: this.bytes, failed: { ...this.failed }, behindMs: this.behindMs };
  }

  async run(): Promise<Counts> {
    try {
      await Promise.all(this.options.gateways.map((gateway) => this.connect(gateway)));
      await this.playAll();
      return this.counts();
    } finally {
      await Promise.all([...this.producers.values()].map((producer) => producer.disconnect()));
    }
  }

  private async connect({ username, passwordFile }: Credentials): Promise<void> {
    const { bootstrap, caFile } = this.endpoints.kafka.ingest;
    const password = readFileSync(passwordFile, 'utf8').trim();
    const kafka = new Kafka({
      clientId: username,
      brokers: [...bootstrap],
      ssl: { ca: [readFileSync(caFile, 'utf8')], minVersion: 'TLSv1.2' },
      sasl: { mechanism: 'plain', username, password },
      logLevel: logLevel.NOTHING,
    });
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 8 } });
    this.producers.set(username, producer);
    await producer.connect();
  }

  private async playAll(): Promise<void> {
    let batch: TrafficRecord[] = [];
    const startedAt = Date.now();
    let taken = 0;
    let bytes = 0;
    for (const record of this.options.records) {
      if (this.stopping) break;
      const dueAt = this.dueAt(record, taken, startedAt);
      const isFull = batch.length >= BATCH_RECORDS || bytes + record.value.length > BATCH_BYTES;
      if (batch.length > 0 && (isFull || dueAt > Date.now())) {
        await this.send(batch);
        batch = [];
        bytes = 0;
      }
      await this.waitUntil(dueAt);
      if (this.stopping) break;
      batch.push(record);
      bytes += record.value.length;
      taken++;
    }
    await this.send(batch);
  }

  private dueAt(record: TrafficRecord, taken: number, startedAt: number): number {
    const { pace } = this.options;
    if (pace === 'arrival') return record.at;
    return pace === 'unlimited' ? 0 : startedAt + (taken * 1_000) / pace;
  }

  private async waitUntil(dueAt: number): Promise<void> {
    while (!this.stopping && dueAt > Date.now()) await sleep(Math.min(TICK_MS, dueAt - Date.now()));
  }

  private async send(batch: readonly TrafficRecord[]): Promise<void> {
    const byProducer = new Map<string, TrafficRecord[]>();
    for (const record of batch) {
      const name = this.producers.has(record.gateway) ? record.gateway : this.options.gateways[0]!.username;
      byProducer.set(name, [...(byProducer.get(name) ?? []), record]);
    }
    await Promise.all(
      [...byProducer].map(([name, records]) => this.sendAs(this.producers.get(name)!, records)),
    );
  }

  /** One that the broker refuses (too large, not allowed) takes its batch with it: then each is sent alone. */
  private async sendAs(producer: Producer, records: readonly TrafficRecord[]): Promise<void> {
    try {
      await this.sendPatiently(producer, records);
      this.note(records);
    } catch (error) {
      if (records.length > 1) {
        for (const record of records) await this.sendAs(producer, [record]);
        return;
      }
      const name = error instanceof Error ? error.message : String(error);
      this.failed[name] = (this.failed[name] ?? 0) + 1;
    }
  }

  /** A broker that is away is waited for; a record that it refuses is not sent again. */
  private async sendPatiently(producer: Producer, records: readonly TrafficRecord[]): Promise<void> {
    const messages = records.map(({ key, value }) => ({ key, value }));
    const giveUpAt = Date.now() + BROKER_AWAY_MS;
    for (;;) {
      try {
        await producer.send({ topic: this.options.topic ?? GATEWAY_TOPIC, messages });
        return;
      } catch (error) {
        if (!isBrokerAway(error) || this.stopping || Date.now() > giveUpAt) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  private note(records: readonly TrafficRecord[]): void {
    this.sent += records.length;
    this.bytes += records.reduce((sum, { value }) => sum + value.length, 0);
    if (this.options.pace !== 'arrival') return;
    const live = records.filter(({ at }) => at >= this.startOfPlay);
    if (live.length > 0) this.behindMs = Math.max(this.behindMs, Date.now() - live[0]!.at);
  }

  private readonly startOfPlay = Date.now();
}

/** Errors of the connection, also behind the client's own "number of retries exceeded". */
function isBrokerAway(error: unknown): boolean {
  if (!(error instanceof KafkaJSError)) return false;
  const { name, cause } = error as KafkaJSError & { readonly cause?: unknown };
  return AWAY_ERRORS.has(name) || (cause !== error && isBrokerAway(cause));
}

const AWAY_ERRORS = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSMetadataNotLoaded',
]);
