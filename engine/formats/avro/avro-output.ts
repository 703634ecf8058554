import type { Long } from '../../types/sql-type';
import { ByteOutput } from '../byte-output';

/** Up to here doubling and adding 1 is exact in a double. */
const EXACT_ZIG_ZAG = 2 ** 51;

/** Writes Avro's binary encoding (specification, "Binary Encoding"). */
export class AvroOutput extends ByteOutput {
  uint32BE(value: number): void {
    this.length = this.reserve(4).writeUInt32BE(value, this.length);
  }

  /** Zig-zag, 32 bits. */
  int(value: number): void {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 127) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  long(value: Long): void {
    if (typeof value === 'number') {
      if (value === (value | 0)) return this.int(value);
      if (Math.abs(value) < EXACT_ZIG_ZAG) return this.safeLong(value < 0 ? -2 * value - 1 : 2 * value);
    }
    const wide = BigInt(value);
    let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n));
    while (rest > 127n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  /** A zig-zag number beyond 32 bits. */
  private safeLong(zigZag: number): void {
    let rest = zigZag;
    while (rest > 127) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  float(value: number): void {
    this.length = this.reserve(4).writeFloatLE(value, this.length);
  }

  double(value: number): void {
    this.length = this.reserve(8).writeDoubleLE(value, this.length);
  }

  string(value: string): void {
    // The length of a short one takes one byte.
    if (this.shortAscii(value, 1)) {
      this.byte(value.length << 1);
      this.length += value.length;
      return;
    }
    const size = Buffer.byteLength(value);
    this.long(size);
    this.utf8(value, size);
  }

  block(value: Buffer): void {
    this.long(value.length);
    this.raw(value);
  }
}
