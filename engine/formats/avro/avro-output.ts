import type { Long } from '../../types/sql-type';

/** Writes Avro's binary encoding into a growing buffer that is reused. */
export class AvroOutput {
  private bytes = Buffer.allocUnsafe(1024);
  private length = 0;

  clear(): void {
    this.length = 0;
  }

  private reserve(count: number): Buffer {
    if (this.length + count > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    return this.bytes;
  }

  byte(value: number): void {
    this.reserve(1)[this.length++] = value;
  }

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
    if (typeof value === 'number' && value === (value | 0)) return this.int(value);
    const wide = BigInt(value);
    let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n));
    while (rest > 127n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  float(value: number): void {
    this.length = this.reserve(4).writeFloatLE(value, this.length);
  }

  double(value: number): void {
    this.length = this.reserve(8).writeDoubleLE(value, this.length);
  }

  string(value: string): void {
    const size = Buffer.byteLength(value);
    this.long(size);
    this.length += this.reserve(size).write(value, this.length);
  }

  raw(value: Buffer): void {
    value.copy(this.reserve(value.length), this.length);
    this.length += value.length;
  }

  block(value: Buffer): void {
    this.long(value.length);
    this.raw(value);
  }

  take(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length));
  }
}
