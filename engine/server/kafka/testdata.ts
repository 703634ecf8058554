import { gzipSync } from 'node:zlib';

const text = Buffer.from(`${'naap '.repeat(40)}end`);
const snappy = Buffer.from('ywEQbmFhcCD+BQD+BQDuBQANBQhlbmQ=', 'base64');
const lz4 = Buffer.from('BCJNGGBAghAAAABfbmFhcCAFAK1gYXAgZW5kAAAAAA==', 'base64');

/** The framing of Java's snappy library: magic, two versions, then blocks behind their lengths. */
function xerial(block: Buffer): Buffer {
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(block.length);
  return Buffer.concat([head, length, block]);
}

/** Name, codec number, compressed bytes (made with reference encoders), what they stand for. */
export const compressionsFixture: readonly (readonly [string, number, Buffer, Buffer])[] = [
  ['no compression', 0, text, text],
  ['gzip', 1, gzipSync(text), text],
  ['a raw snappy block', 2, snappy, text],
  ['framed snappy', 2, xerial(snappy), text],
  ['an LZ4 frame', 3, lz4, text],
];
