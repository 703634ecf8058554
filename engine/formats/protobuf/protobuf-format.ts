import type { Deserializer, SerdeSpec, Serializer } from '../contracts';
import { SerdeError } from '../contracts';
import type { PreparedSchema } from '../schema-cache';
import { SchemaIdDeserializer, WIRE_HEADER_SIZE } from '../wire-format';
import type { SchemaLookup } from '../wire-format';
import { chosenMessage } from './protobuf-columns';
import { protobufSchemaOf } from './protobuf-generate';
import { protobufReader } from './protobuf-reader';
import { parseProtobuf } from './protobuf-schema';
import type { ProtoFile, ProtoMessage } from './protobuf-schema';
import { ProtoReader, ProtoWriter, zigZag } from './protobuf-wire';
import { protobufWriter } from './protobuf-writer';

/** PROTOBUF in Confluent's wire format: zero byte, schema id, path of the message in its file, the message. */
export function protobufSerializer(spec: SerdeSpec, prepared: PreparedSchema): Serializer {
  const file = parseProtobuf(prepared);
  const message = chosenMessage(file, spec.format);
  const header = Buffer.alloc(WIRE_HEADER_SIZE);
  header.writeUInt32BE(prepared.id, 1);
  return messageSerializer(message, spec, Buffer.concat([header, messagePath(file.pathOf(message))]));
}

/** The first message is written as a single zero; others as the count of positions and each of them, zig-zag. */
function messagePath(path: readonly number[]): Buffer {
  if (path.length === 1 && path[0] === 0) return Buffer.from([0]);
  const writer = new ProtoWriter().varint(BigInt(path.length * 2));
  for (const index of path) writer.varint(BigInt(index * 2));
  return writer.finish();
}

export function protobufDeserializer(spec: SerdeSpec, schemas: SchemaLookup): Deserializer {
  return new SchemaIdDeserializer(schemas, (schema) => {
    const file = parseProtobuf(schema);
    const readers = new Map<string, ReturnType<typeof protobufReader>>();
    return (bytes) => {
      const reader = new ProtoReader(bytes, WIRE_HEADER_SIZE);
      const path = readPath(reader);
      const key = path.join();
      const read = readers.get(key) ?? protobufReader(messageAt(file, path), spec.columns);
      readers.set(key, read);
      return read(reader);
    };
  });
}

/** Deepest nesting of messages that a record may name. */
const MAX_PATH = 64;

function readPath(reader: ProtoReader): readonly number[] {
  const count = Number(zigZag(reader.varint()));
  if (count === 0) return [0];
  if (count < 0 || count > MAX_PATH)
    throw new SerdeError(`a path of ${count} protobuf messages is not between 0 and ${MAX_PATH}`);
  return Array.from({ length: count }, () => Number(zigZag(reader.varint())));
}

function messageAt(file: ProtoFile, path: readonly number[]): ProtoMessage {
  const message = file.at(path);
  if (message === undefined)
    throw new SerdeError(`the protobuf schema has no message number ${path.join('.')}`);
  return message;
}

/** PROTOBUF_NOSR: the bare message, with the schema that PROTOBUF would register. */
export function protobufNoSrSerializer(spec: SerdeSpec): Serializer {
  return messageSerializer(ownMessage(spec), spec, Buffer.alloc(0));
}

export function protobufNoSrDeserializer(spec: SerdeSpec): Deserializer {
  const read = protobufReader(ownMessage(spec), spec.columns);
  return { deserialize: (bytes) => (bytes === null ? null : read(new ProtoReader(bytes))) };
}

function ownMessage(spec: SerdeSpec): ProtoMessage {
  return chosenMessage(parseProtobuf({ text: protobufSchemaOf(spec.columns, spec.format) }), spec.format);
}

function messageSerializer(message: ProtoMessage, spec: SerdeSpec, header: Buffer): Serializer {
  const write = protobufWriter(message, spec.columns);
  return {
    serialize(row) {
      if (row === null) return null;
      const writer = new ProtoWriter().raw(header);
      write(row, writer);
      return writer.finish();
    },
  };
}
