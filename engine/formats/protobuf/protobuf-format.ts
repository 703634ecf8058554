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
  return messageSerializer(
    message,
    spec,
    Buffer.concat([header, messagePath(file.messages.indexOf(message))]),
  );
}

/** The first message is written as a single zero; others as the count of indexes and each of them. */
function messagePath(index: number): Buffer {
  return index <= 0
    ? Buffer.from([0])
    : new ProtoWriter()
        .varint(2n)
        .varint(BigInt(index * 2))
        .finish();
}

export function protobufDeserializer(spec: SerdeSpec, schemas: SchemaLookup): Deserializer {
  return new SchemaIdDeserializer(schemas, (schema) => {
    const file = parseProtobuf(schema);
    const readers = new Map<number, ReturnType<typeof protobufReader>>();
    return (bytes) => {
      const reader = new ProtoReader(bytes, WIRE_HEADER_SIZE);
      const index = readMessageIndex(reader);
      const read = readers.get(index) ?? protobufReader(messageAt(file, index), spec.columns);
      readers.set(index, read);
      return read(reader);
    };
  });
}

function readMessageIndex(reader: ProtoReader): number {
  const count = Number(zigZag(reader.varint()));
  if (count === 0) return 0;
  const index = Number(zigZag(reader.varint()));
  if (count > 1) throw new SerdeError('records of nested protobuf messages are not supported');
  return index;
}

function messageAt(file: ProtoFile, index: number): ProtoMessage {
  const message = file.messages[index];
  if (message === undefined) throw new SerdeError(`the protobuf schema has no message number ${index}`);
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
