/** Longer texts are encoded by a call into C++, which costs more than it saves for these. */
const SHORT_TEXT = 40;

/** Bytes written one after the other into a buffer that grows and is reused. */
export class ByteOutput {
  protected bytes = Buffer.allocUnsafe(1024);
  protected length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Makes room for so many bytes more; gives the buffer to write them to at `length`. */
  protected reserve(count: number): Buffer {
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

  /** As it is, without its length. */
  raw(value: Buffer): void {
    value.copy(this.reserve(value.length), this.length);
    this.length += value.length;
  }

  /** A short text of ASCII, `at` bytes behind the end; false, and nothing is written, where it is something else. The end stays. */
  protected shortAscii(value: string, at: number): boolean {
    const size = value.length;
    if (size > SHORT_TEXT) return false;
    const bytes = this.reserve(at + size);
    const start = this.length + at;
    for (let i = 0; i < size; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return false;
      bytes[start + i] = code;
    }
    return true;
  }

  protected utf8(value: string, size: number): void {
    this.length += this.reserve(size).write(value, this.length);
  }

  /** A copy of what was written. */
  take(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length));
  }
}
