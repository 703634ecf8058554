import type { ProcessingLogger } from '../../runtime/contracts';
import type { Broker } from '../broker/broker';
import type { ServerConfig } from '../config/server-config';

type Entry = Parameters<ProcessingLogger['error']>[0];

/** Entries wait at most this long, and at most this many, before they are written; more than that within the time are counted only. */
const FLUSH_MS = 200;
const MAX_WAITING = 5000;

/** Message types as stock numbers them. */
const TYPES: Readonly<Record<Entry['kind'], number>> = {
  DESERIALIZATION: 0,
  RECORD_PROCESSING: 1,
  PRODUCTION: 2,
  SERIALIZATION: 3,
};

/**
 * Writes what went wrong with records to the processing log topic, in stock's JSON. Written outside of the transactions: a
 * record that is processed again after a failure may be reported twice.
 */
export class ProcessingLog implements ProcessingLogger {
  private waiting: Entry[] = [];
  private timer: NodeJS.Timeout | undefined;
  private dropped = 0;
  /** Errors since the start, by query. */
  readonly counts = new Map<string, number>();

  constructor(
    private readonly broker: Broker,
    private readonly config: ServerConfig['processingLog'],
    private readonly clock: () => number,
    private readonly onFailure: (message: string) => void,
  ) {}

  error(entry: Entry): void {
    this.counts.set(entry.queryId, (this.counts.get(entry.queryId) ?? 0) + 1);
    if (!this.config.toTopic) return;
    if (this.waiting.length >= MAX_WAITING) this.dropped++;
    else this.waiting.push(entry);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const entries = this.waiting;
    this.waiting = [];
    if (entries.length === 0) return;
    try {
      const now = this.clock();
      await this.broker.append(
        entries.map((entry) => ({
          topic: this.config.topic,
          timestamp: now,
          key: null,
          value: this.encode(entry, now),
        })),
      );
      if (this.dropped > 0)
        this.onFailure(
          `${this.dropped} entries of the processing log were left out: they came faster than they can be written`,
        );
      this.dropped = 0;
    } catch (error) {
      this.onFailure(
        `the processing log could not be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private encode(entry: Entry, now: number): Buffer {
    const details = {
      type: TYPES[entry.kind],
      deserializationError: entry.kind === 'DESERIALIZATION' ? this.deserialization(entry) : null,
      recordProcessingError:
        entry.kind === 'RECORD_PROCESSING'
          ? { errorMessage: entry.message, record: this.rowOf(entry), cause: causes(entry.cause) }
          : null,
      productionError: entry.kind === 'PRODUCTION' ? { errorMessage: entry.message } : null,
      serializationError:
        entry.kind === 'SERIALIZATION'
          ? {
              target: 'value',
              errorMessage: entry.message,
              record: this.rowOf(entry),
              cause: causes(entry.cause),
              topic: entry.record?.topic ?? null,
            }
          : null,
      kafkaStreamsThreadError: null,
    };
    const logger = `processing.${entry.queryId}.${entry.context.replaceAll('-', '.')}`;
    return Buffer.from(JSON.stringify({ level: 'ERROR', logger, time: now, message: details }));
  }

  private deserialization(entry: Entry): object {
    const { record } = entry;
    return {
      target: entry.context.endsWith('key') ? 'key' : 'value',
      errorMessage: entry.message,
      recordB64: this.config.includeRows && record?.value ? record.value.toString('base64') : null,
      cause: causes(entry.cause),
      topic: record?.topic ?? null,
      partition: record?.partition ?? null,
      offset: record?.offset ?? null,
    };
  }

  private rowOf({ record }: Entry): string | null {
    return this.config.includeRows && record?.value ? record.value.toString('utf8') : null;
  }
}

function causes(error: unknown): string[] {
  const messages: string[] = [];
  for (let cause = error; cause instanceof Error && messages.length < 10; cause = cause.cause)
    messages.push(cause.message);
  return messages;
}

/** Declares the stream over the log's topic, as stock does under `ksql.logging.processing.stream.auto.create`. */
export function processingLogStream({ topic }: ServerConfig['processingLog']): string {
  const cause = 'cause ARRAY<STRING>';
  const fields = [
    'type INTEGER',
    `deserializationError STRUCT<target STRING, errorMessage STRING, recordB64 STRING, ${cause}, \`topic\` STRING>`,
    `recordProcessingError STRUCT<errorMessage STRING, record STRING, ${cause}>`,
    'productionError STRUCT<errorMessage STRING>',
    `serializationError STRUCT<target STRING, errorMessage STRING, record STRING, ${cause}, \`topic\` STRING>`,
    'kafkaStreamsThreadError STRUCT<errorMessage STRING, threadName STRING, cause ARRAY<STRING>>',
  ];
  return `CREATE STREAM KSQL_PROCESSING_LOG (logger STRING, level STRING, time BIGINT, message STRUCT<${fields.join(', ')}>) WITH (KAFKA_TOPIC='${topic.replaceAll("'", "''")}', VALUE_FORMAT='JSON');`;
}
