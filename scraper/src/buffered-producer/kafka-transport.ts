import { readFileSync } from 'node:fs';
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import type { ICustomPartitioner, Producer, RecordMetadata, SASLOptions } from 'kafkajs';
import { RejectedError } from './delivery';
import type { Transport } from './delivery';
import type { StoredRecord } from './record';

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly topic: string;
  /** Absent: a listener that asks for nobody's name. The file holds the password and nothing else, and is read at each login. */
  readonly login?: {
    readonly mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain';
    readonly username: string;
    readonly passwordFile: string;
  };
  /** Certificates that the brokers' are signed by; turns TLS on. */
  readonly caFile?: string;
  /** TLS with the system's certificates. */
  readonly tls?: boolean;
}

/** The broker judged the record, not the moment. */
const REJECTED = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
]);
/** A request that was throttled for long is not a lost one. */
const REQUEST_TIMEOUT_MS = 60_000;

interface KafkaJsError {
  readonly message: string;
  readonly retriable?: boolean;
  readonly type?: string;
  readonly cause?: unknown;
}

/**
 * Idempotent, acknowledged by all replicas in sync, one request in flight. A request that failed is repeated as it was by the
 * same producer, so that the broker knows what it has already; only an error that ends a producer costs its identity.
 */
export class KafkaTransport implements Transport {
  private producer: Producer | undefined;
  /** Partitions that the records of the send under way go to. */
  private readonly asked = new Set<number>();

  constructor(private readonly settings: KafkaSettings) {}

  async send(records: readonly StoredRecord[]): Promise<void> {
    try {
      this.producer ??= await this.connect();
      this.asked.clear();
      const answers = await this.producer.send({
        topic: this.settings.topic,
        acks: -1,
        compression: CompressionTypes.GZIP,
        messages: records.map(({ key, value, timestamp, headers }) => ({
          key,
          value,
          timestamp: String(timestamp),
          headers,
        })),
      });
      this.requireAll(answers);
    } catch (error) {
      await this.judge(error as KafkaJsError);
    }
  }

  async close(): Promise<void> {
    await this.producer?.disconnect();
  }

  /**
   * kafkajs 2.2.4 leaves a partition out and resolves all the same when its leader moves, between two attempts, to a broker that has
   * answered for others already. Then all is sent again: better twice than never.
   */
  private requireAll(answers: readonly RecordMetadata[]): void {
    const answered = new Set(answers.map(({ partition }) => partition));
    const silent = [...this.asked].filter((partition) => !answered.has(partition));
    if (silent.length > 0)
      throw new Error(`partitions ${silent.join(', ')} did not acknowledge, as their leader moved`);
  }

  private readonly createPartitioner: ICustomPartitioner = () => {
    const place = Partitioners.DefaultPartitioner();
    return (args) => {
      const partition = place(args);
      this.asked.add(partition);
      return partition;
    };
  };

  private async judge(error: KafkaJsError): Promise<never> {
    const chain = causes(error);
    const rejected = chain.find(({ type }) => type !== undefined && REJECTED.has(type));
    if (rejected) throw new RejectedError(rejected.message);
    // The last one is what happened; those above it say that it was tried again.
    const reason = chain.at(-1)!;
    if (chain.some(({ retriable }) => retriable === false)) {
      const producer = this.producer;
      this.producer = undefined;
      await producer?.disconnect().catch(() => undefined);
    }
    throw new Error(reason.message, { cause: error });
  }

  private async connect(): Promise<Producer> {
    const producer = this.client().producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: this.createPartitioner,
    });
    await producer.connect();
    return producer;
  }

  private client(): Kafka {
    const { brokers, clientId, login, caFile, tls } = this.settings;
    return new Kafka({
      clientId,
      brokers: [...brokers],
      sasl: login && saslOf(login),
      ssl: caFile ? { ca: [readFileSync(caFile, 'utf8')], minVersion: 'TLSv1.2' } : (tls ?? false),
      logLevel: logLevel.NOTHING,
      connectionTimeout: 5_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      // Few and short: whoever sends tries again, and says so.
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 },
    });
  }
}

function saslOf(login: NonNullable<KafkaSettings['login']>): SASLOptions {
  const password = readFileSync(login.passwordFile, 'utf8').trim();
  return { mechanism: login.mechanism, username: login.username, password };
}

/** The error and those that it wraps; kafkajs says in some of them that another attempt is of no use. */
function causes(error: KafkaJsError): KafkaJsError[] {
  const chain: KafkaJsError[] = [];
  for (
    let it: KafkaJsError | undefined = error;
    it && chain.length < 10;
    it = it.cause as KafkaJsError | undefined
  ) {
    chain.push(it);
  }
  return chain;
}
