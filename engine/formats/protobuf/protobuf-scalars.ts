import type { Long } from '../../types/sql-type';
import type { ProtoScalar } from './protobuf-schema';
import { signed64, WIRE, zigZag } from './protobuf-wire';
import type { ProtoReader, ProtoWriter } from './protobuf-wire';

export interface ScalarCodec {
  readonly wireType: number;
  /** What an absent field reads as. */
  readonly default: unknown;
  readonly read: (reader: ProtoReader) => unknown;
  readonly write: (writer: ProtoWriter, value: unknown) => void;
}

const big = (value: unknown): bigint => BigInt(value as Long);
const zag = (value: bigint): bigint => (value << 1n) ^ (value >> 63n);

function varint(
  read: (value: bigint) => unknown,
  write: (value: unknown) => bigint,
  fallback: unknown = 0,
): ScalarCodec {
  return {
    wireType: WIRE.varint,
    default: fallback,
    read: (r) => read(r.varint()),
    write: (w, v) => void w.varint(write(v)),
  };
}

function fixed(
  size: 4 | 8,
  read: (bytes: Buffer) => unknown,
  write: (bytes: Buffer, value: unknown) => void,
): ScalarCodec {
  return {
    wireType: size === 4 ? WIRE.fixed32 : WIRE.fixed64,
    default: 0,
    read: (r) => read(r.fixed(size)),
    write(w, v) {
      const bytes = Buffer.alloc(size);
      write(bytes, v);
      w.raw(bytes);
    },
  };
}

const int32 = (value: bigint): number => Number(BigInt.asIntN(32, value));

export const SCALAR_CODECS: Readonly<Record<ProtoScalar, ScalarCodec>> = {
  double: fixed(
    8,
    (b) => b.readDoubleLE(),
    (b, v) => b.writeDoubleLE(v as number),
  ),
  float: fixed(
    4,
    (b) => b.readFloatLE(),
    (b, v) => b.writeFloatLE(v as number),
  ),
  int32: varint(int32, big),
  int64: varint(signed64, big),
  uint32: varint((v) => Number(BigInt.asUintN(32, v)), big),
  uint64: varint(signed64, big),
  sint32: varint(
    (v) => int32(zigZag(v)),
    (v) => zag(big(v)),
  ),
  sint64: varint(
    (v) => signed64(zigZag(v)),
    (v) => zag(big(v)),
  ),
  fixed32: fixed(
    4,
    (b) => b.readUInt32LE(),
    (b, v) => b.writeUInt32LE(Number(v)),
  ),
  fixed64: fixed(
    8,
    (b) => signed64(b.readBigUInt64LE()),
    (b, v) => b.writeBigUInt64LE(BigInt.asUintN(64, big(v))),
  ),
  sfixed32: fixed(
    4,
    (b) => b.readInt32LE(),
    (b, v) => b.writeInt32LE(v as number),
  ),
  sfixed64: fixed(
    8,
    (b) => signed64(b.readBigInt64LE()),
    (b, v) => b.writeBigInt64LE(big(v)),
  ),
  bool: varint(
    (v) => v !== 0n,
    (v) => (v === true ? 1n : 0n),
    false,
  ),
  string: {
    wireType: WIRE.bytes,
    default: '',
    read: (r) => r.block().toString('utf8'),
    write: (w, v) => void w.block(Buffer.from(v as string)),
  },
  bytes: {
    wireType: WIRE.bytes,
    default: Buffer.alloc(0),
    read: (r) => Buffer.from(r.block()),
    write: (w, v) => void w.block(v as Buffer),
  },
};
