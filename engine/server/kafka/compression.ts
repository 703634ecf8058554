import { gunzipSync } from 'node:zlib';
import { decompress as decompressZstdInJavaScript } from 'fzstd';
import { decompressLz4Frame } from './lz4';
import { decompressSnappy } from './snappy';

/** Bits 0-2 of a record batch's attributes. */
export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** The records part of a batch as it was before compression. */
export function decompress(codec: number, data: Buffer): Buffer {
  switch (CODECS[codec]) {
    case 'none':
      return data;
    case 'gzip':
      return gunzipSync(data);
    case 'snappy':
      return decompressSnappy(data);
    case 'lz4':
      return decompressLz4Frame(data);
    case 'zstd':
      return decompressZstd(data);
    default:
      throw new Error(`a record batch names compression codec ${codec}, which Kafka does not define`);
  }
}

/** Part of node:zlib from Node 22.15 on; typed here because the declared Node version may be older. */
interface ZlibWithZstd {
  readonly zstdDecompressSync?: (data: Buffer) => Buffer;
}

/** With Node's own decoder where it has one, else with one in JavaScript (a fifth as fast). */
function decompressZstd(data: Buffer): Buffer {
  const zlib = process.getBuiltinModule?.('node:zlib') as ZlibWithZstd | undefined;
  if (zlib?.zstdDecompressSync) return zlib.zstdDecompressSync(data);
  const bytes = decompressZstdInJavaScript(data);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
