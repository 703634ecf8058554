const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER = 16;

/** Snappy as Kafka's clients write it: a raw block, or the Java library's framing (magic, versions, length-prefixed blocks). */
export function decompressSnappy(data: Buffer): Buffer {
  if (!data.subarray(0, 8).equals(XERIAL_MAGIC)) return decompressBlock(data);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER; at < data.length;) {
    const length = data.readInt32BE(at);
    blocks.push(decompressBlock(data.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

/** https://github.com/google/snappy/blob/main/format_description.txt */
function decompressBlock(data: Buffer): Buffer {
  const { value: size, next } = readVarint(data, 0);
  const out = Buffer.allocUnsafe(size);
  let at = next;
  let to = 0;
  while (at < data.length) {
    const tag = data[at++]!;
    if ((tag & 3) === 0) {
      let length = tag >>> 2;
      if (length >= 60) {
        const bytes = length - 59;
        length = data.readUIntLE(at, bytes);
        at += bytes;
      }
      to += data.copy(out, to, at, at + length + 1);
      at += length + 1;
      continue;
    }
    const copy = readCopy(data, at, tag);
    at = copy.next;
    if (copy.offset === 0 || copy.offset > to) throw new Error('a snappy block copies from before its start');
    for (let i = 0; i < copy.length; i++, to++) out[to] = out[to - copy.offset]!;
  }
  if (to !== size) throw new Error(`a snappy block gave ${to} bytes, ${size} were announced`);
  return out;
}

function readCopy(data: Buffer, at: number, tag: number): { length: number; offset: number; next: number } {
  switch (tag & 3) {
    case 1:
      return { length: ((tag >>> 2) & 7) + 4, offset: ((tag >>> 5) << 8) | data[at]!, next: at + 1 };
    case 2:
      return { length: (tag >>> 2) + 1, offset: data.readUInt16LE(at), next: at + 2 };
    default:
      return { length: (tag >>> 2) + 1, offset: data.readUInt32LE(at), next: at + 4 };
  }
}

function readVarint(data: Buffer, start: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0, at = start; ; shift += 7) {
    const byte = data[at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
}
