import { longFromBigInt } from '../types/long';
import type { Long, SqlType } from '../types/sql-type';
import type { Deserializer, SerdeSpec, Serializer } from './contracts';
import { SerdeError } from './contracts';

interface PrimitiveCodec {
  /** Fixed size in bytes; absent: any. */
  readonly size?: number;
  encode(value: unknown): Buffer;
  decode(bytes: Buffer): unknown;
}

const CODECS: Partial<Record<SqlType['kind'], PrimitiveCodec>> = {
  INTEGER: {
    size: 4,
    encode: (v) => sized(4, (b) => b.writeInt32BE(v as number)),
    decode: (b) => b.readInt32BE(),
  },
  BIGINT: {
    size: 8,
    encode: (v) => sized(8, (b) => b.writeBigInt64BE(BigInt(v as Long))),
    decode: (b) => longFromBigInt(b.readBigInt64BE()),
  },
  DOUBLE: {
    size: 8,
    encode: (v) => sized(8, (b) => b.writeDoubleBE(v as number)),
    decode: (b) => b.readDoubleBE(),
  },
  STRING: { encode: (v) => Buffer.from(v as string), decode: (b) => b.toString('utf8') },
  BYTES: { encode: (v) => v as Buffer, decode: (b) => Buffer.from(b) },
};

function sized(size: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  write(buffer);
  return buffer;
}

function codecOf(spec: SerdeSpec): PrimitiveCodec {
  const column = spec.columns[0];
  const codec = column === undefined ? undefined : CODECS[column.type.kind];
  if (spec.columns.length !== 1 || codec === undefined) {
    throw new Error(`The 'KAFKA' format does not support ${spec.columns.map((c) => c.type.kind).join(', ')}`);
  }
  return codec;
}

/** KAFKA: Kafka's own serializers; one column of a primitive type, integers and doubles big-endian. */
export function kafkaSerializer(spec: SerdeSpec): Serializer {
  if (spec.columns.length === 0) return { serialize: () => null };
  const codec = codecOf(spec);
  return { serialize: (row) => (row === null || row[0] === null ? null : codec.encode(row[0])) };
}

export function kafkaDeserializer(spec: SerdeSpec): Deserializer {
  if (spec.columns.length === 0) return { deserialize: (bytes) => (bytes === null ? null : []) };
  const codec = codecOf(spec);
  return {
    deserialize(bytes) {
      if (bytes === null) return null;
      if (codec.size !== undefined && bytes.length !== codec.size) {
        throw new SerdeError(
          `Size of data received is ${bytes.length} bytes, expected ${codec.size} for ${spec.columns[0]!.type.kind}`,
        );
      }
      return [codec.decode(bytes)];
    },
  };
}
