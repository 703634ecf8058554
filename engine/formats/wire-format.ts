import type { RegisteredSchema } from '../runtime/contracts';
import type { Deserializer } from './contracts';
import { SerdeError } from './contracts';

/** Confluent's wire format: one byte 0, then the schema's id, big-endian. */
export const WIRE_HEADER_SIZE = 5;

export interface SchemaLookup {
  /** Throws MissingSchemaError where it is not loaded, SerdeError where the registry has none. */
  byId(id: number): RegisteredSchema;
}

/** Decodes each record with a reader made for the schema that its id names. */
export class SchemaIdDeserializer implements Deserializer {
  private readonly readers = new Map<number, (bytes: Buffer) => unknown[] | null>();
  private lastId = -1;
  private lastReader: ((bytes: Buffer) => unknown[] | null) | undefined;

  constructor(
    private readonly schemas: SchemaLookup,
    private readonly makeReader: (schema: RegisteredSchema) => (bytes: Buffer) => unknown[] | null,
  ) {}

  deserialize(bytes: Buffer | null): unknown[] | null {
    if (bytes === null) return null;
    const id = schemaIdOf(bytes);
    if (id !== this.lastId) {
      this.lastReader = this.readerOf(id);
      this.lastId = id;
    }
    return this.lastReader!(bytes);
  }

  private readerOf(id: number): (bytes: Buffer) => unknown[] | null {
    let reader = this.readers.get(id);
    if (reader === undefined) this.readers.set(id, (reader = this.makeReader(this.schemas.byId(id))));
    return reader;
  }
}

/** Throws SerdeError where the bytes do not begin as the wire format says. */
export function schemaIdOf(bytes: Buffer): number {
  if (bytes.length < WIRE_HEADER_SIZE || bytes[0] !== 0) {
    throw new SerdeError(
      'not in the wire format of the schema registry: expected a zero byte and a schema id',
    );
  }
  return bytes.readUInt32BE(1);
}
