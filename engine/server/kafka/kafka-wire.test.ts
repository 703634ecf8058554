import { compressionsFixture } from './testdata';
import { crc32c } from './crc32c';
import { decompress } from './compression';
import { murmur2, partitionOf } from './murmur2';
import { decodeRecords, RecordBatchBuilder } from './record-batch';
import { Decoder, Encoder } from './wire';

describe('crc32c', () => {
  // RFC 3720, B.4
  test.each([
    ['32 zero bytes', Buffer.alloc(32), 0x8a9136aa],
    ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    ['123456789', Buffer.from('123456789'), 0xe3069283],
  ])('of %s', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe('murmur2', () => {
  // Values of Kafka's own UtilsTest.
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %s', (text, expected) => {
    expect(murmur2(Buffer.from(text))).toBe(expected);
  });

  it('gives a partition in range for every key', () => {
    for (let i = 0; i < 1000; i++) expect(partitionOf(Buffer.from(`key-${i}`), 7)).toBeLessThan(7);
  });
});

describe('record batches', () => {
  const records = [
    { timestamp: 1_700_000_000_000, key: Buffer.from('a'), value: Buffer.from('one') },
    { timestamp: 1_699_999_999_000, key: null, value: Buffer.alloc(0) },
    { timestamp: 1_800_000_000_123, key: Buffer.from('b'.repeat(300)), value: null },
  ];
  const header = [
    { key: 'trace', value: Buffer.from([1, 2]) },
    { key: 'none', value: null },
  ];

  function encode(): Buffer {
    const builder = new RecordBatchBuilder(64);
    for (const { timestamp, key, value } of records) builder.append(timestamp, key, value, header);
    return builder.finish();
  }

  it('reads back what it wrote, with times before and after the first', () => {
    const { records: read, nextOffset } = decodeRecords(encode(), 't', 3, 0, []);
    expect(read.map(({ timestamp, key, value }) => ({ timestamp, key, value }))).toEqual(records);
    expect(read.map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect(read[0]!.headers).toEqual(header);
    expect(nextOffset).toBe(3);
  });

  it('skips records before the position, and a batch that is cut off', () => {
    const batch = encode();
    expect(decodeRecords(batch, 't', 0, 2, []).records).toHaveLength(1);
    expect(decodeRecords(batch.subarray(0, batch.length - 1), 't', 0, 0, [])).toEqual({
      records: [],
      nextOffset: 0,
    });
  });

  it('leaves out what an aborted transaction wrote, but reads past it', () => {
    const builder = new RecordBatchBuilder();
    builder.append(1, null, Buffer.from('x'));
    const batch = builder.finish({ producerId: 7n, epoch: 0 }, 0);
    expect(decodeRecords(batch, 't', 0, 0, [{ producerId: 7n, firstOffset: 0 }])).toEqual({
      records: [],
      nextOffset: 1,
    });
    expect(decodeRecords(batch, 't', 0, 0, [{ producerId: 8n, firstOffset: 0 }]).records).toHaveLength(1);
  });
});

describe('compression', () => {
  test.each(compressionsFixture)('reads %s', (_name, codec, compressed, expected) => {
    expect(decompress(codec, compressed)).toEqual(expected);
  });
});

describe('primitive types', () => {
  it('reads back what it wrote', () => {
    const bytes = new Encoder(1)
      .int8(-1)
      .int16(-2)
      .int32(-3)
      .int64(-4)
      .int64(2 ** 52)
      .boolean(true)
      .string('é')
      .string(null)
      .bytes(Buffer.from('x'))
      .bytes(null)
      .finish();
    const decoder = new Decoder(bytes);
    expect([
      decoder.int8(),
      decoder.int16(),
      decoder.int32(),
      decoder.int64(),
      decoder.int64(),
      decoder.boolean(),
    ]).toEqual([-1, -2, -3, -4, 2 ** 52, true]);
    expect([
      decoder.string(),
      decoder.nullableString(),
      decoder.nullableBytes()?.toString(),
      decoder.nullableBytes(),
    ]).toEqual(['é', null, 'x', null]);
    expect(() => decoder.int8()).toThrow('ends at byte');
  });
});
