import type { Column, Format, SerdeFeatures } from '../catalog/catalog';
import type { Row } from '../runtime/contracts';

/** What a serializer or deserializer is made for. */
export interface SerdeSpec {
  readonly format: Format;
  readonly features: SerdeFeatures;
  /** Columns in the order of the rows; the columns of a key or those of a value. */
  readonly columns: readonly Column[];
  readonly isKey: boolean;
  /** Topic that the bytes lie in: gives the subject. */
  readonly topic: string;
  /**
   * Positions of the columns that will be read; absent: all. A deserializer leaves the others `null`,
   * and does not decode them where its format allows that.
   */
  readonly used?: ReadonlySet<number>;
}

/** Rows to bytes. A null row (a tombstone, or a record without a key) gives null. Throws {@link SerdeError}. */
export interface Serializer {
  serialize(row: Row | null): Buffer | null;
}
/** Bytes to rows. Throws {@link SerdeError}, or {@link MissingSchemaError} before anything was done with the record. */
export interface Deserializer {
  deserialize(bytes: Buffer | null): unknown[] | null;
}

/** Data that cannot be read or written as its columns say: goes to the processing log, the record is skipped. */
export class SerdeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SerdeError';
  }
}

/**
 * The record was written with a schema that has not been loaded yet. The driver awaits `load()` and hands the same record
 * to the task again; no state was touched.
 */
export class MissingSchemaError extends Error {
  constructor(
    readonly schemaId: number,
    readonly load: () => Promise<void>,
  ) {
    super(`schema ${schemaId} is not loaded`);
    this.name = 'MissingSchemaError';
  }
}

/** Makes serdes; holds the schemas that they need. See `serdes.ts`. */
export interface SerdeFactory {
  /**
   * Registers the schema that a serializer of `spec` writes with (formats with a registry), or looks up the one that the
   * format's properties fix by id. Must have been awaited for every spec that {@link serializer} is called with.
   */
  prepareWriter(spec: SerdeSpec): Promise<void>;
  serializer(spec: SerdeSpec): Serializer;
  deserializer(spec: SerdeSpec): Deserializer;
}
