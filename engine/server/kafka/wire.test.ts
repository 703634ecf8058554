import { Decoder, Encoder } from './wire';

describe('the encoder', () => {
  test('keeps every value when it grows in the middle of one', () => {
    for (let before = 0; before <= 16; before++) {
      const encoder = new Encoder(16).raw(Buffer.alloc(before, 7));
      encoder.int64(-5n).int32(6).int16(7).int8(8).string('nine').bytes(Buffer.from('ten'));
      const decoder = new Decoder(encoder.finish());
      decoder.position = before;
      expect([decoder.int64(), decoder.int32(), decoder.int16(), decoder.int8(), decoder.string()]).toEqual([
        -5,
        6,
        7,
        8,
        'nine',
      ]);
    }
  });
});
