import { longFromBigInt } from '../../types/long';
import type { Long } from '../../types/sql-type';
import { SerdeError } from '../contracts';

/** Protocol buffers' wire types. https://protobuf.dev/programming-guides/encoding/ */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

export class ProtoReader {
  constructor(
    private readonly bytes: Buffer,
    public position = 0,
    private readonly end = bytes.length,
  ) {}

  get done(): boolean {
    return this.position >= this.end;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.position++];
      if (byte === undefined || this.position > this.end) break;
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
    throw new SerdeError('invalid protobuf data: a varint does not end');
  }

  uint32(): number {
    return Number(BigInt.asUintN(32, this.varint()));
  }

  fixed(size: 4 | 8): Buffer {
    return this.take(size);
  }

  block(): Buffer {
    return this.take(this.uint32());
  }

  message(): ProtoReader {
    const size = this.uint32();
    const start = this.position;
    this.take(size);
    return new ProtoReader(this.bytes, start, start + size);
  }

  skip(wireType: number): void {
    if (wireType === WIRE.varint) this.varint();
    else if (wireType === WIRE.fixed64) this.take(8);
    else if (wireType === WIRE.bytes) this.block();
    else if (wireType === WIRE.fixed32) this.take(4);
    else throw new SerdeError(`invalid protobuf data: wire type ${wireType}`);
  }

  private take(size: number): Buffer {
    const start = this.position;
    this.position += size;
    if (this.position > this.end) throw new SerdeError('invalid protobuf data: the message ends too early');
    return this.bytes.subarray(start, this.position);
  }
}

export function zigZag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

export function signed64(value: bigint): Long {
  return longFromBigInt(value);
}

/** Pieces of a message; nested messages are written first, so that their length is known. */
export class ProtoWriter {
  private readonly parts: Buffer[] = [];

  tag(id: number, wireType: number): this {
    return this.varint(BigInt((id << 3) | wireType));
  }

  varint(value: bigint): this {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, value);
    while (rest > 127n) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.parts.push(Buffer.from(bytes));
    return this;
  }

  raw(bytes: Buffer): this {
    this.parts.push(bytes);
    return this;
  }

  block(bytes: Buffer): this {
    return this.varint(BigInt(bytes.length)).raw(bytes);
  }

  finish(): Buffer {
    return Buffer.concat(this.parts);
  }
}
