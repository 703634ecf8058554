/** The seams between the pure operators and what drives them: virtual time in tests, a broker in service. */

export interface Header {
  readonly key: string;
  readonly value: Buffer | null;
}
/** A record as it lies in a topic. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly Header[];
}
/** A record to be written; `partition` absent: murmur2 of the key bytes, as Kafka's default partitioner does. */
export interface OutputRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly Header[];
}

/**
 * One query's operators for one partition number of its co-partitioned inputs, as a Kafka Streams task:
 * synchronous, no I/O; what it writes (sink, repartition and changelog topics) goes to `emit`.
 */
export interface Task {
  readonly partition: number;
  /** Handles one record of one of the task's input topics (repartition topics included). */
  process(record: TopicRecord): void;
  /** Restores a store from one record of its changelog topic. */
  restore(record: TopicRecord): void;
  /**
   * Emits what the caches of table stores held back since the last flush: one change a key and store (what was before the
   * first, what is after the last), and one changelog record a changed key. The driver calls it before every commit.
   * A task that was built without caching (`cache.max.bytes.buffering` = 0, and the test driver) emits each change at once.
   */
  flush?(): void;
}

/** Where undecodable records and failing expressions are reported: the processing log. */
export interface ProcessingLogger {
  error(entry: {
    readonly queryId: string;
    readonly kind: 'DESERIALIZATION' | 'SERIALIZATION' | 'RECORD_PROCESSING' | 'PRODUCTION';
    readonly context: string;
    readonly message: string;
    readonly record?: TopicRecord;
    readonly cause?: unknown;
  }): void;
}

/** Schema registry as the formats see it (Confluent API). Registration happens before tasks run; lookups may be cached. */
export interface SchemaRegistry {
  /** Latest schema of a subject, or undefined when there is none. */
  latest(subject: string): Promise<RegisteredSchema | undefined>;
  byId(id: number): Promise<RegisteredSchema | undefined>;
  register(subject: string, schema: SchemaText): Promise<number>;
  deleteSubject(subject: string): Promise<void>;
}
export interface SchemaText {
  readonly type: 'AVRO' | 'JSON' | 'PROTOBUF';
  readonly text: string;
  readonly references?: readonly { readonly name: string; readonly subject: string; readonly version: number }[];
}
export interface RegisteredSchema extends SchemaText {
  readonly id: number;
}
