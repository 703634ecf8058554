import { longFromBigInt } from '../../types/long';
import type { Long } from '../../types/sql-type';
import { SerdeError } from '../contracts';

const EMPTY = Buffer.alloc(0);
/** Up to this length ASCII is decoded without a call into C++. */
const SHORT_TEXT = 24;

/** Reads Avro's binary encoding (specification, "Binary Encoding"); one cursor is reused for all records. */
export class AvroCursor {
  bytes: Buffer = EMPTY;
  position = 0;

  reset(bytes: Buffer, position: number): void {
    this.bytes = bytes;
    this.position = position;
  }

  /** A zig-zag int; also lengths and indexes, which always fit 32 bits here. */
  int(): number {
    const bytes = this.bytes;
    let byte = bytes[this.position++]!;
    let value = byte & 0x7f;
    for (let shift = 7; byte & 0x80; shift += 7) {
      if (shift > 28) throw new SerdeError('invalid Avro data: an int is too long');
      byte = bytes[this.position++]!;
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  long(): Long {
    const start = this.position;
    const bytes = this.bytes;
    let value = 0;
    let factor = 1;
    let byte: number;
    do {
      byte = bytes[this.position++]!;
      value += (byte & 0x7f) * factor;
      factor *= 128;
      // Seven bytes are 49 bits, exact in a double; anything longer is read again as a bigint.
      if (byte & 0x80 && this.position - start === 7) return this.wideLong(start);
    } while (byte & 0x80);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  private wideLong(start: number): Long {
    let value = 0n;
    let shift = 0n;
    this.position = start;
    for (;;) {
      const byte = this.bytes[this.position++];
      if (byte === undefined || shift > 63n) throw new SerdeError('invalid Avro data: a long is too long');
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return longFromBigInt((value >> 1n) ^ -(value & 1n));
      shift += 7n;
    }
  }

  float(): number {
    this.position += 4;
    return this.bytes.readFloatLE(this.position - 4);
  }

  double(): number {
    this.position += 8;
    return this.bytes.readDoubleLE(this.position - 8);
  }

  boolean(): boolean {
    return this.bytes[this.position++] === 1;
  }

  string(): string {
    const size = this.length();
    const start = this.position;
    this.position += size;
    if (size > SHORT_TEXT) return this.bytes.toString('utf8', start, this.position);
    let text = '';
    for (let i = start; i < this.position; i++) {
      const code = this.bytes[i]!;
      if (code > 127) return this.bytes.toString('utf8', start, this.position);
      text += String.fromCharCode(code);
    }
    return text;
  }

  /** A view into the record; copy it before keeping it. */
  slice(size: number): Buffer {
    const start = this.position;
    this.position += size;
    this.check();
    return this.bytes.subarray(start, this.position);
  }

  length(): number {
    const size = this.int();
    if (size < 0 || this.position + size > this.bytes.length)
      throw new SerdeError('invalid Avro data: a length is beyond the end');
    return size;
  }

  /** Calls back for each element of an array or map, which come in blocks. */
  blocks(onItem: () => void): void {
    for (let count = this.int(); count !== 0; count = this.int()) {
      if (count < 0) {
        count = -count;
        this.long();
      }
      for (let i = 0; i < count; i++) onItem();
      this.check();
    }
  }

  /** Reading past the end gives no error by itself. */
  check(): void {
    if (!(this.position <= this.bytes.length))
      throw new SerdeError('invalid Avro data: the record ends too early');
  }
}
