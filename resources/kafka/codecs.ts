import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { CODECS, decompress } from '../../engine/server/kafka/compression';

/**
 * Lets kafkajs read what any producer has compressed: of itself it knows gzip alone, and librdkafka or Java clients may send snappy, lz4
 * or zstd. Codecs are global in that library, so that loading this file is enough; nothing here writes with them.
 */
const READABLE = [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD] as const;

for (const codec of READABLE) {
  CompressionCodecs[codec] = () => ({
    compress: () => {
      throw new Error(`${CODECS[codec]} is only read here: write with gzip or without compression`);
    },
    decompress: (bytes: Buffer) => Promise.resolve(decompress(codec, bytes)),
  });
}
