import type { SqlType } from '../types/sql-type';

export type FormatName =
  'KAFKA' | 'JSON' | 'JSON_SR' | 'AVRO' | 'DELIMITED' | 'NONE' | 'PROTOBUF' | 'PROTOBUF_NOSR';
/** A key or value format with its properties (DELIMITED's delimiter, AVRO's full schema name, a fixed schema id, …). */
export interface Format {
  readonly name: FormatName;
  /** Upper-case property name to value, e.g. VALUE_DELIMITER is `delimiter`, VALUE_SCHEMA_ID is `schemaId`. */
  readonly properties: Readonly<Record<string, string>>;
}
export interface SerdeFeatures {
  /** `true`: the single column stands in an object of its own; `false`: it is the whole payload; absent: the format's default. */
  readonly wrapSingle?: boolean;
}
export type WindowType = 'TUMBLING' | 'HOPPING' | 'SESSION';
/** The window that a source's KEY carries in its bytes. */
export interface KeyWindow {
  readonly type: WindowType;
  /** Milliseconds; absent for SESSION. */
  readonly sizeMs?: number;
}

export interface Column {
  readonly name: string;
  readonly type: SqlType;
}
export interface HeaderColumn extends Column {
  /** Absent: all headers as ARRAY<STRUCT<KEY STRING, VALUE BYTES>>; else the value of that header as BYTES. */
  readonly headerKey?: string;
}
/** Columns of a stream or table in their declared order within each part. */
export interface LogicalSchema {
  readonly key: readonly Column[];
  readonly value: readonly Column[];
  readonly headers: readonly HeaderColumn[];
}

export interface TimestampColumn {
  readonly column: string;
  /** Java DateTimeFormatter pattern for STRING columns. */
  readonly format?: string;
}

export interface KsqlTopic {
  readonly name: string;
  readonly keyFormat: Format;
  readonly valueFormat: Format;
  readonly keyFeatures: SerdeFeatures;
  readonly valueFeatures: SerdeFeatures;
  /** Set when keys carry a window. */
  readonly window?: KeyWindow;
}

export interface DataSource {
  readonly kind: 'STREAM' | 'TABLE';
  readonly name: string;
  /** The statement that made it, as given (without variables). */
  readonly sql: string;
  readonly schema: LogicalSchema;
  readonly topic: KsqlTopic;
  readonly timestamp?: TimestampColumn;
  /** CREATE SOURCE: read-only. */
  readonly isSource: boolean;
  /** Made by CREATE … AS SELECT. */
  readonly isCasTarget: boolean;
}

/** What the analyzer may ask about the world; immutable, so a sandbox is a copy with changes. */
export interface Catalog {
  getSource(name: string): DataSource | undefined;
  sources(): readonly DataSource[];
  getType(name: string): SqlType | undefined;
  types(): ReadonlyMap<string, SqlType>;
  withSource(source: DataSource): Catalog;
  withoutSource(name: string): Catalog;
  withType(name: string, type: SqlType): Catalog;
  withoutType(name: string): Catalog;
}
