import { CompressionCodecs } from 'kafkajs';
import { compressionsFixture } from '../../engine/server/kafka/testdata';
import './codecs';

/** What the library has under a codec's number; it types them as anything. */
interface Codec {
  readonly compress: (encoder: { readonly buffer: Buffer }) => Promise<Buffer>;
  readonly decompress: (bytes: Buffer) => Promise<Buffer>;
}
const codecs = CompressionCodecs as unknown as Readonly<Record<number, () => Codec>>;

describe('compressed batches, read by kafkajs', () => {
  const compressed = compressionsFixture.filter(([, codec]) => codec > 0);

  it.each(compressed)('%s', async (_name, codec, bytes, text) => {
    expect(await codecs[codec]!().decompress(bytes)).toEqual(text);
  });

  it('are never written here', () => {
    expect(() => codecs[4]!().compress({ buffer: Buffer.from('x') })).toThrow('zstd is only read here');
  });
});
