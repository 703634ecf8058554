const MAGIC = 0x184d2204;

/** An LZ4 frame (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md); checksums are not verified. */
export function decompressLz4Frame(data: Buffer): Buffer {
  if (data.readUInt32LE(0) !== MAGIC) throw new Error('an LZ4 batch does not start with the frame magic');
  const flags = data[4]!;
  const maximum = 1 << (8 + 2 * ((data[5]! >>> 4) & 7));
  const hasBlockChecksum = (flags & 0x10) !== 0;
  let at = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  let out = Buffer.allocUnsafe(maximum);
  let to = 0;
  for (;;) {
    const header = data.readUInt32LE(at);
    at += 4;
    if (header === 0) return out.subarray(0, to);
    const length = header & 0x7fffffff;
    if (to + maximum > out.length) out = Buffer.concat([out], Math.max(out.length * 2, to + maximum));
    // The highest bit marks a block that is stored as it is.
    to =
      header >>> 31
        ? to + data.copy(out, to, at, at + length)
        : decompressBlock(data, at, at + length, out, to);
    at += length + (hasBlockChecksum ? 4 : 0);
  }
}

/** One block; blocks may copy from those before, so all write into one buffer. Gives the new end. */
function decompressBlock(data: Buffer, start: number, end: number, out: Buffer, outStart: number): number {
  let at = start;
  let to = outStart;
  const extend = (length: number): number => {
    let total = length;
    if (length !== 15) return total;
    for (let byte = 255; byte === 255;) {
      byte = data[at++]!;
      total += byte;
    }
    return total;
  };
  while (at < end) {
    const token = data[at++]!;
    const literals = extend(token >>> 4);
    to += data.copy(out, to, at, at + literals);
    at += literals;
    if (at >= end) return to;
    const offset = data.readUInt16LE(at);
    at += 2;
    if (offset === 0 || offset > to) throw new Error('an LZ4 block copies from before its start');
    const length = extend(token & 15) + 4;
    for (let i = 0; i < length; i++, to++) out[to] = out[to - offset]!;
  }
  return to;
}
