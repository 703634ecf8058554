import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  listValue,
  mapValue,
  structValue,
} from '@duckdb/node-api';
import type { DuckDBValue } from '@duckdb/node-api';
import { Type } from 'avsc';
import type { Schema } from 'avsc';
import { avroCodec, textCodec } from './avro-codec';

const record = (fields: readonly unknown[], name = 'R'): string =>
  JSON.stringify({ type: 'record', name, fields });
const version = (number: number, schema: string) => ({ id: 100 + number, version: number, schema });
const row = (columns: Record<string, DuckDBValue>): ReadonlyMap<string, DuckDBValue> =>
  new Map(Object.entries(columns));

/** What any reader of the wire format sees. */
function decode(bytes: Buffer, schema: string): unknown {
  expect(bytes[0]).toBe(0);
  const value: unknown = Type.forSchema(JSON.parse(schema) as Schema, { wrapUnions: true }).fromBuffer(
    bytes.subarray(5),
  );
  return JSON.parse(JSON.stringify(value));
}

describe('rows back to Avro', () => {
  it('restores every kind of value', () => {
    const schema = record([
      { name: 'text', type: 'string' },
      { name: 'maybe', type: ['null', 'double'], default: null },
      { name: 'count', type: 'long' },
      { name: 'size', type: 'int' },
      { name: 'ok', type: 'boolean' },
      { name: 'state', type: { type: 'enum', name: 'S', symbols: ['ON', 'OFF'] } },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'day', type: { type: 'int', logicalType: 'date' } },
      { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 } },
      { name: 'raw', type: 'bytes' },
      { name: 'list', type: { type: 'array', items: 'int' } },
      { name: 'map', type: { type: 'map', values: 'long' } },
      { name: 'inner', type: ['null', { type: 'record', name: 'I', fields: [{ name: 'x', type: 'int' }] }] },
    ]);
    const { value } = avroCodec('s', [version(1, schema)])(
      row({
        text: 'é',
        maybe: 1.5,
        count: 5n,
        size: 7,
        ok: true,
        state: 'OFF',
        at: new DuckDBTimestampTZValue(1_700_000_000_123_000n),
        day: new DuckDBDateValue(20_000),
        price: new DuckDBDecimalValue(-129n, 6, 2),
        raw: new DuckDBBlobValue(new Uint8Array([0, 255])),
        list: listValue([1, 2]),
        map: mapValue([{ key: 'a', value: 1n }]),
        inner: structValue({ x: 3 }),
      }),
    );
    expect(decode(value!, schema)).toEqual({
      text: 'é',
      maybe: { double: 1.5 },
      count: 5,
      size: 7,
      ok: true,
      state: 'OFF',
      at: 1_700_000_000_123,
      day: 20_000,
      price: { type: 'Buffer', data: [0xff, 0x7f] },
      raw: { type: 'Buffer', data: [0, 255] },
      list: [1, 2],
      map: { a: 1 },
      inner: { I: { x: 3 } },
    });
  });

  it('keeps all digits of a 64-bit number', () => {
    const schema = record([{ name: 'n', type: 'long' }]);
    const { value } = avroCodec('s', [version(1, schema)])(row({ n: 9_007_199_254_740_993n }));
    // Zig-zag of 2^53 + 1.
    expect(value!.subarray(5).toString('hex')).toBe('8280808080808020');
  });

  const first = record([{ name: 'a', type: 'string' }]);
  const second = record([
    { name: 'a', type: 'string' },
    { name: 'b', type: ['null', 'string'], default: null },
  ]);
  const evolved = avroCodec('s', [version(1, first), version(2, second)]);

  it('takes the only version that holds the row', () => {
    const { value, isAmbiguous } = evolved(row({ a: 'x', b: 'y' }));
    expect([value!.readUInt32BE(1), isAmbiguous]).toEqual([102, false]);
    expect(decode(value!, second)).toEqual({ a: 'x', b: { string: 'y' } });
  });

  it('takes the oldest where several do, and says so', () => {
    const { value, isAmbiguous } = evolved(row({ a: 'x', b: null }));
    expect([value!.readUInt32BE(1), isAmbiguous]).toEqual([101, true]);
  });

  it('knows an older version by a field that must be there and is not', () => {
    const newer = record([
      { name: 'a', type: 'string' },
      { name: 'n', type: 'int', default: 0 },
    ]);
    const { value, isAmbiguous } = avroCodec('s', [version(1, first), version(2, newer)])(
      row({ a: 'x', n: null }),
    );
    expect([value!.readUInt32BE(1), isAmbiguous]).toEqual([101, false]);
  });

  it.each<[string, Record<string, DuckDBValue>]>([
    ['no field c', { a: 'x', c: 1 }],
    ['null where string is expected', { a: null }],
    ['bigint where string is expected', { a: 1n }],
  ])('refuses a row that no version holds: %s', (why, columns) => {
    expect(() => evolved(row(columns))).toThrow(`no version of subject "s" holds a row of its table: ${why}`);
  });

  it('refuses a union whose branch the lake does not tell', () => {
    const codec = avroCodec('s', [version(1, record([{ name: 'u', type: ['int', 'string'] }]))]);
    expect(() => codec(row({ u: 1 }))).toThrow('a union of int, string cannot be restored');
  });

  it('refuses an unknown subject', () => {
    expect(() => avroCodec('s', [])).toThrow('the registry has no subject "s"');
  });
});

describe('texts', () => {
  it('are their bytes, and null stays null', () => {
    expect(textCodec(row({ value: 'é' })).value).toEqual(Buffer.from([0xc3, 0xa9]));
    expect(textCodec(row({ value: null })).value).toBeNull();
  });
});
