/** What a producer hands over and the broker gets. */
export interface OutgoingRecord {
  readonly key: string | null;
  readonly value: Buffer;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How much a record is worth when the buffer is full: all `low` ones go before any `normal` one, and so on. */
export const VALUES = ['low', 'normal', 'high'] as const;
export type RecordValue = (typeof VALUES)[number];

/** A record in the buffer. `sequence` grows in the order in which records were appended. */
export interface StoredRecord extends OutgoingRecord {
  readonly sequence: number;
  readonly worth: RecordValue;
  /** Bytes that it takes up, key and framing included. */
  readonly size: number;
}

const FORMAT = 1;
const HEAD_BYTES = 1 + 8 + 4 + 4;
const NO_KEY = 0xffffffff;
const KEY_BYTES = 1 + 8;

/** Key in the store: worth, then sequence, big-endian, so that the store's order is the records' order within a worth. */
export function storeKey(worth: RecordValue, sequence: number): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key.writeUInt8(VALUES.indexOf(worth), 0);
  key.writeBigUInt64BE(BigInt(sequence), 1);
  return key;
}

export function sequenceOf(key: Buffer): number {
  return Number(key.readBigUInt64BE(1));
}

/** Bytes of a record in the store. */
export function sizeOf(encoded: Buffer): number {
  return KEY_BYTES + encoded.length;
}

export function encodeRecord(record: OutgoingRecord): Buffer {
  const key = record.key === null ? undefined : Buffer.from(record.key);
  const headers =
    record.headers === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(record.headers));
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUInt8(FORMAT, 0);
  head.writeDoubleBE(record.timestamp, 1);
  head.writeUInt32BE(key?.length ?? NO_KEY, 9);
  head.writeUInt32BE(headers.length, 13);
  return Buffer.concat([head, key ?? Buffer.alloc(0), headers, record.value]);
}

export function decodeRecord(storedUnder: Buffer, encoded: Buffer): StoredRecord {
  const format = encoded.readUInt8(0);
  if (format !== FORMAT)
    throw new Error(`the buffer holds a record of format ${format}, this program knows ${FORMAT}`);
  const keyLength = encoded.readUInt32BE(9);
  const keyEnd = HEAD_BYTES + (keyLength === NO_KEY ? 0 : keyLength);
  const headersEnd = keyEnd + encoded.readUInt32BE(13);
  const headers = encoded.toString('utf8', keyEnd, headersEnd);
  return {
    sequence: sequenceOf(storedUnder),
    worth: VALUES[storedUnder.readUInt8(0)]!,
    size: sizeOf(encoded),
    timestamp: encoded.readDoubleBE(1),
    key: keyLength === NO_KEY ? null : encoded.toString('utf8', HEAD_BYTES, keyEnd),
    ...(headers === '' ? {} : { headers: JSON.parse(headers) as Record<string, string> }),
    value: encoded.subarray(headersEnd),
  };
}
