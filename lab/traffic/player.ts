import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, KafkaJSError, logLevel } from 'kafkajs';
import type { Producer } from 'kafkajs';
import type { Credentials, PlatformEndpoints } from '../../resources/endpoints';
import { Partitioning } from '../../resources/kafka/partitioning';
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
/** How long brokers may be away, or too few, before records are given up, and how often they are tried. */
const BROKER_AWAY_MS = 60_000;
const RETRY_MS = 250;
const RETRY_MAX_MS = 1_000;
/** How long an answer may take. */
const REQUEST_MS = 30_000;
/** How long a leader may wait for its followers before it says so; then the same records are sent again under the same number. */
const ACKNOWLEDGE_MS = 3_000;
/** What is on its way when playing is stopped gets so long. */
const STOP_MS = 5_000;
/** How soon partitions that were added are written to. */
const METADATA_MAX_AGE_MS = 10_000;

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
  /** How long brokers that are away, or too few, are waited for; a minute by default. */
  readonly patienceMs?: number;
  /** Told of every batch that the broker has acknowledged. */
  readonly onAcknowledged?: (records: readonly TrafficRecord[]) => void;
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
      player.stop();
      await done.catch(() => undefined);
    },
  };
}

class Player {
  private stopping = false;
  /** Sends that wait for an acknowledgement: how to give them up. */
  private readonly underWay = new Set<() => void>();
  private sent = 0;
  private bytes = 0;
  private behindMs = 0;
  private readonly failed: Record<string, number> = {};
  private readonly producers = new Map<string, Producer>();
  private readonly partitioning = new Partitioning();

  constructor(
    private readonly endpoints: PlatformEndpoints,
    private readonly options: PlayOptions,
  ) {
    if (options.gateways.length === 0)
      throw new Error('no gateway is named: expected at least one identity to write as');
    this.topic = options.topic ?? GATEWAY_TOPIC;
    this.patienceMs = options.patienceMs ?? BROKER_AWAY_MS;
  }
  private readonly topic: string;
  private readonly patienceMs: number;

  stop(): void {
    if (this.stopping) return;
    this.stopping = true;
    setTimeout(() => this.underWay.forEach((giveUp) => giveUp()), STOP_MS).unref();
  }

  counts(): Counts {
    return { sent: this.sent, bytes: this.bytes, failed: { ...this.failed }, behindMs: this.behindMs };
  }

  async run(): Promise<Counts> {
    const giveUpAt = Date.now() + this.patienceMs;
    try {
      await Promise.all(this.options.gateways.map((gateway) => this.inTime(this.connect(gateway), giveUpAt)));
      await this.playAll();
      return this.counts();
    } finally {
      await Promise.all([...this.producers.values()].map((producer) => this.leave(producer)));
    }
  }

  private async connect({ username, passwordFile }: Credentials): Promise<void> {
    const { bootstrap, caFile } = this.endpoints.kafka.ingest;
    const password = readFileSync(passwordFile, 'utf8').trim();
    const retry = {
      initialRetryTime: RETRY_MS,
      maxRetryTime: RETRY_MAX_MS,
      retries: Math.ceil(this.patienceMs / RETRY_MAX_MS),
    };
    const kafka = new Kafka({
      clientId: username,
      brokers: [...bootstrap],
      ssl: { ca: [readFileSync(caFile, 'utf8')], minVersion: 'TLSv1.2' },
      sasl: { mechanism: 'plain', username, password },
      logLevel: logLevel.NOTHING,
      requestTimeout: Math.min(REQUEST_MS, this.patienceMs),
      retry,
    });
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      createPartitioner: this.partitioning.createPartitioner,
      retry,
    });
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
    await Promise.all([...byProducer].map(([name, records]) => this.sendAs(name, records)));
  }

  private async sendAs(name: string, records: readonly TrafficRecord[]): Promise<void> {
    if (records.length === 0) return;
    const isKnown = this.partitioning.knows(this.topic);
    const [first, ...others] = this.partitioning.split(this.topic, records);
    if (isKnown) await Promise.all([first!, ...others].map((group) => this.sendGroup(name, group)));
    else {
      await this.sendGroup(name, first!);
      await this.sendAs(name, others.flat());
    }
  }

  /** Records of one partition. One that the broker refuses (too large, not allowed) takes the others with it: then each is sent alone. */
  private async sendGroup(name: string, records: readonly TrafficRecord[]): Promise<void> {
    try {
      await this.sendPatiently(name, records);
      this.note(records);
    } catch (error) {
      if (isRefusal(error) && records.length > 1) {
        for (const record of records) await this.sendGroup(name, [record]);
        return;
      }
      const reason = error instanceof Error ? error.message : String(error);
      this.failed[reason] = (this.failed[reason] ?? 0) + records.length;
    }
  }

  /** Brokers that are away, or too few, are waited for; a record that they refuse is not sent again. */
  private async sendPatiently(name: string, records: readonly TrafficRecord[]): Promise<void> {
    const messages = records.map(({ key, value }) => ({ key, value }));
    const giveUpAt = Date.now() + this.patienceMs;
    for (;;) {
      try {
        const producer = this.producers.get(name)!;
        await this.inTime(producer.send({ topic: this.topic, messages, timeout: ACKNOWLEDGE_MS }), giveUpAt);
        return;
      } catch (error) {
        if (isRefusal(error)) throw error;
        await this.renew(name, giveUpAt);
        if (this.stopping || Date.now() > giveUpAt) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  /** A client that counts its attempts would go on for long after the time is over, or playing was stopped. */
  private inTime<T>(work: Promise<T>, giveUpAt: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Error('no answer of the brokers in time'));
      const timer = setTimeout(giveUp, giveUpAt - Date.now());
      this.underWay.add(giveUp);
      void work.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        this.underWay.delete(giveUp);
      });
    });
  }

  /** After a failure nobody knows what the broker has written, so that the old producer's numbers are of no use any more. */
  private async renew(name: string, giveUpAt: number): Promise<void> {
    const old = this.producers.get(name)!;
    const gateway = this.options.gateways.find(({ username }) => username === name)!;
    await this.inTime(this.connect(gateway), giveUpAt).catch(() => undefined);
    await this.leave(old);
  }

  /** What is still on its way to brokers that are away is not waited for. */
  private async leave(producer: Producer): Promise<void> {
    await this.inTime(producer.disconnect(), Date.now() + STOP_MS).catch(() => undefined);
  }

  private note(records: readonly TrafficRecord[]): void {
    this.sent += records.length;
    this.bytes += records.reduce((sum, { value }) => sum + value.length, 0);
    this.options.onAcknowledged?.(records);
    if (this.options.pace !== 'arrival') return;
    const live = records.filter(({ at }) => at >= this.startOfPlay);
    if (live.length > 0) this.behindMs = Math.max(this.behindMs, Date.now() - live[0]!.at);
  }

  private readonly startOfPlay = Date.now();
}

/** Errors that sending again would meet again, also behind the client's own "number of retries exceeded". */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof KafkaJSError)) return false;
  const { name, type, cause } = error as KafkaJSError & { readonly type?: string; readonly cause?: unknown };
  return REFUSALS.has(type ?? name) || (cause !== error && isRefusal(cause));
}

const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'CORRUPT_MESSAGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'KafkaJSSASLAuthenticationError',
]);
