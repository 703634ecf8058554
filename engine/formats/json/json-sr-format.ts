import type { Deserializer, SerdeSpec, Serializer } from '../contracts';
import type { PreparedSchema } from '../schema-cache';
import { schemaIdOf, WIRE_HEADER_SIZE } from '../wire-format';
import { jsonTextCodec } from './json-format';

/** JSON_SR: Confluent's wire format around JSON text; a MAP is a list of its entries, as Connect writes it. */
export function jsonSrSerializer(spec: SerdeSpec, prepared: PreparedSchema): Serializer {
  const codec = jsonTextCodec(spec, 'connect');
  return {
    serialize(row) {
      const text = row === null ? null : codec.encode(row);
      if (text === null) return null;
      const bytes = Buffer.alloc(WIRE_HEADER_SIZE + Buffer.byteLength(text));
      bytes.writeUInt32BE(prepared.id, 1);
      bytes.write(text, WIRE_HEADER_SIZE);
      return bytes;
    },
  };
}

/** The columns say what the text holds; the schema is not needed for reading. */
export function jsonSrDeserializer(spec: SerdeSpec): Deserializer {
  const codec = jsonTextCodec(spec, 'connect');
  return {
    deserialize(bytes) {
      if (bytes === null) return null;
      schemaIdOf(bytes);
      return codec.decode(bytes.toString('utf8', WIRE_HEADER_SIZE));
    },
  };
}
