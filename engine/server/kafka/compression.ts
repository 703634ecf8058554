import { gunzipSync } from 'node:zlib';
import { decompressLz4Frame } from './lz4';
import { decompressSnappy } from './snappy';

/** Bits 0-2 of a record batch's attributes. */
export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** The records part of a batch as it was before compression. zstd needs a decoder that this Node version lacks. */
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

function decompressZstd(data: Buffer): Buffer {
  // Part of node:zlib from Node 22.15 on; typed here because the declared Node version may be older.
  const zlib = process.getBuiltinModule?.('node:zlib') as
    { zstdDecompressSync?: (data: Buffer) => Buffer } | undefined;
  if (zlib?.zstdDecompressSync) return zlib.zstdDecompressSync(data);
  throw new Error(
    `a record batch is compressed with zstd, which Node ${process.version} cannot read: run the engine with Node 22.15 or newer, ` +
      'or let the producer use gzip, snappy or lz4',
  );
}
