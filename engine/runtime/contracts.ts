import type { Spillable } from './stores/spill';

/** The seams between the pure operators and what drives them: virtual time in tests, a broker in service. */

export interface Header {
  readonly key: string;
  readonly value: Buffer | null;
}
/** What a record of a repartition topic holds, as rows; `old` as in a table's change. */
export interface PassedRows {
  readonly key: Row | null;
  readonly window: TimeWindow | null;
  readonly value: Row | null;
  readonly old: Row | null;
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
  /** In place of `value`, where the record never leaves the process. */
  readonly passed?: PassedRows;
}
/** A record to be written; `partition` absent: murmur2 of the key bytes, as Kafka's default partitioner does. */
export interface OutputRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly Header[];
  readonly passed?: PassedRows;
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
  /** Highest record timestamp this task has seen or restored, in milliseconds; -1 before the first. Only grows. */
  readonly streamTime?: number;
  /** Work that depends on the wall clock; the driver calls it about once a second. */
  punctuate?(nowMs: number): void;
  /** Stores that the driver may move to disk, by the changelog topic that they are restored from. */
  spillable?(): ReadonlyMap<string, Spillable>;
  /** A store by the name in its {@link StoreSpec}, for reading; undefined when this task does not hold it. */
  store?(name: string): ReadOnlyStore | undefined;
}

/** A window of time: `start` inclusive; `end` exclusive for TUMBLING and HOPPING, inclusive for SESSION. Milliseconds. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}
/** Column values by position, held as `types/sql-type.ts` says. */
export type Row = readonly unknown[];
/** One entry of a table's state, decoded. */
export interface StoredRow {
  readonly key: Row;
  readonly window?: TimeWindow;
  readonly value: Row;
  readonly timestamp: number;
}
/**
 * State of one task as pull queries read it: always what `process` last wrote (caches included). Rows are snapshots: they are never changed
 * later, but an iteration must not be held open across `process`.
 */
export interface ReadOnlyStore {
  /** The entry of a key, or of a key and its window. */
  get(key: Row, window?: TimeWindow): StoredRow | undefined;
  /** Windowed stores: entries of a key whose window STARTS in [fromMs, toMs], in order of window start. */
  fetch(key: Row, fromMs: number, toMs: number): Iterable<StoredRow>;
  /** Every entry, or those whose key is in the range; windowed stores in order of window start. What lies on disk comes bit by bit. */
  all(range?: KeyRange): Iterable<StoredRow> | AsyncIterable<StoredRow>;
}
/** Keys in their order: `from` is the first one, `below` the first one after it. For keys of one STRING column. */
export interface KeyRange {
  readonly from?: readonly [string];
  readonly below?: readonly [string];
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
  readonly references?: readonly {
    readonly name: string;
    readonly subject: string;
    readonly version: number;
    /** Text of the referenced schema, where the registry client resolved it; readers of PROTOBUF need it. */
    readonly text?: string;
  }[];
}
export interface RegisteredSchema extends SchemaText {
  readonly id: number;
}
