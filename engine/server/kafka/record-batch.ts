import type { Header, TopicRecord } from '../../runtime/contracts';
import { crc32c } from './crc32c';
import { decompress } from './compression';

/**
 * Record batches of magic 2 (https://kafka.apache.org/documentation/#recordbatch), read and written by hand since every
 * record passes here: offsets and times as numbers, keys and values as views into the answer.
 */
const HEADER_BYTES = 61;
const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const NO_HEADERS: readonly Header[] = Object.freeze([]);

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}
export interface DecodedRecords {
  readonly records: TopicRecord[];
  /** The offset after the last batch that was read whole, control records and aborted ones included. */
  readonly nextOffset: number;
}

interface BatchHeader {
  readonly baseOffset: number;
  readonly end: number;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: bigint;
  readonly count: number;
}

function readInt64(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * 0x1_0000_0000 + buffer.readUInt32BE(at + 4);
}

/** Undefined when the batch is cut off: a fetch answer may end in the middle of one. */
function readHeader(data: Buffer, at: number): BatchHeader | undefined {
  if (at + HEADER_BYTES > data.length) return undefined;
  const end = at + 12 + data.readInt32BE(at + 8);
  if (end > data.length) return undefined;
  const magic = data[at + 16]!;
  if (magic !== 2)
    throw new Error(`a record batch has magic ${magic}; only 2 (Kafka 0.11 and newer) is read`);
  return {
    baseOffset: readInt64(data, at),
    end,
    attributes: data.readInt16BE(at + 21),
    lastOffsetDelta: data.readInt32BE(at + 23),
    baseTimestamp: readInt64(data, at + 27),
    maxTimestamp: readInt64(data, at + 35),
    producerId: data.readBigInt64BE(at + 43),
    count: data.readInt32BE(at + 57),
  };
}

/**
 * The records at or after `from` in a fetch answer's batches, without control records and without those of aborted
 * transactions (`aborted`, as the broker lists them for read_committed).
 */
export function decodeRecords(
  data: Buffer,
  topic: string,
  partition: number,
  from: number,
  aborted: readonly AbortedTransaction[],
): DecodedRecords {
  const records: TopicRecord[] = [];
  const filter = new AbortFilter(aborted);
  let nextOffset = from;
  for (let at = 0; ;) {
    const header = readHeader(data, at);
    if (!header) return { records, nextOffset };
    const lastOffset = header.baseOffset + header.lastOffsetDelta;
    if (header.attributes & CONTROL) filter.onControlBatch(header, data, at);
    else if (!filter.drops(header)) decodeBatch(data, at, header, topic, partition, from, records);
    nextOffset = Math.max(nextOffset, lastOffset + 1);
    at = header.end;
  }
}

/** Follows which producers are inside an aborted transaction while batches pass in offset order. */
class AbortFilter {
  private readonly waiting: AbortedTransaction[];
  private readonly active = new Set<bigint>();
  constructor(aborted: readonly AbortedTransaction[]) {
    this.waiting = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }
  drops(header: BatchHeader): boolean {
    if (!(header.attributes & TRANSACTIONAL)) return false;
    const lastOffset = header.baseOffset + header.lastOffsetDelta;
    while (this.waiting.length > 0 && this.waiting[0]!.firstOffset <= lastOffset)
      this.active.add(this.waiting.shift()!.producerId);
    return this.active.has(header.producerId);
  }
  onControlBatch(header: BatchHeader, data: Buffer, at: number): void {
    // A control record's key is version INT16, type INT16; type 0 is ABORT. It stands behind length, attributes, two deltas and key length.
    const cursor = new VarintReader(data, at + HEADER_BYTES);
    cursor.varint();
    cursor.position += 1;
    cursor.varlong();
    cursor.varint();
    cursor.varint();
    const isAbort = data.readInt16BE(cursor.position + 2) === 0;
    if (isAbort) this.active.delete(header.producerId);
  }
}

function decodeBatch(
  data: Buffer,
  at: number,
  header: BatchHeader,
  topic: string,
  partition: number,
  from: number,
  into: TopicRecord[],
): void {
  const codec = header.attributes & CODEC_MASK;
  const body = codec === 0 ? data : decompress(codec, data.subarray(at + HEADER_BYTES, header.end));
  const reader = new VarintReader(body, codec === 0 ? at + HEADER_BYTES : 0);
  const appendTime = header.attributes & LOG_APPEND_TIME ? header.maxTimestamp : undefined;
  for (let i = 0; i < header.count; i++) {
    const length = reader.varint();
    const next = reader.position + length;
    reader.position += 1;
    const created = header.baseTimestamp + reader.varlong();
    const timestamp = appendTime ?? created;
    const offset = header.baseOffset + reader.varint();
    if (offset >= from) {
      const key = reader.bytes();
      const value = reader.bytes();
      into.push({ topic, partition, offset, timestamp, key, value, headers: reader.headers() });
    }
    reader.position = next;
  }
}

class VarintReader {
  constructor(
    private readonly data: Buffer,
    public position: number,
  ) {}

  /** Zig-zag encoded 32-bit integer. */
  varint(): number {
    let byte = this.data[this.position++]!;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = this.data[this.position++]!;
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }
  varlong(): number {
    let byte = this.data[this.position++]!;
    let value = byte & 0x7f;
    for (let factor = 0x80; byte >= 0x80; factor *= 0x80) {
      byte = this.data[this.position++]!;
      value += (byte & 0x7f) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.position;
    this.position = start + length;
    return this.data.subarray(start, start + length);
  }
  headers(): readonly Header[] {
    const count = this.varint();
    if (count === 0) return NO_HEADERS;
    const headers: Header[] = [];
    for (let i = 0; i < count; i++) {
      const key = this.bytes()!.toString('utf8');
      headers.push({ key, value: this.bytes() });
    }
    return headers;
  }
}

/** Identity of a transactional producer; absent for plain writes. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly epoch: number;
}

/** A record batch under construction: records are encoded as they come, the header when it is closed. */
export class RecordBatchBuilder {
  private buffer: Buffer;
  private position = HEADER_BYTES;
  private baseTimestamp = 0;
  private maxTimestamp = 0;
  count = 0;

  constructor(capacity = 1024) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  get sizeInBytes(): number {
    return this.position;
  }

  append(
    timestamp: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: readonly Header[] = NO_HEADERS,
  ): void {
    if (this.count === 0) this.baseTimestamp = this.maxTimestamp = timestamp;
    else if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
    const timestampDelta = timestamp - this.baseTimestamp;
    const headerBytes = encodedHeaders(headers);
    const body =
      1 +
      varlongSize(timestampDelta) +
      varintSize(this.count) +
      sizedBytes(key) +
      sizedBytes(value) +
      varintSize(headers.length) +
      headerBytes.length;
    this.reserve(body + 5);
    this.varint(body);
    this.buffer[this.position++] = 0;
    this.varlong(timestampDelta);
    this.varint(this.count);
    this.bytes(key);
    this.bytes(value);
    this.varint(headers.length);
    this.position += headerBytes.copy(this.buffer, this.position);
    this.count++;
  }

  /** Closes the batch. `baseSequence` counts the producer's records of this partition. */
  finish(producer?: ProducerIdentity, baseSequence = -1): Buffer {
    const out = this.buffer.subarray(0, this.position);
    out.fill(0, 0, 8);
    out.writeInt32BE(this.position - 12, 8);
    out.writeInt32BE(-1, 12);
    out[16] = 2;
    out.writeInt16BE(producer ? TRANSACTIONAL : 0, 21);
    out.writeInt32BE(this.count - 1, 23);
    out.writeBigInt64BE(BigInt(this.baseTimestamp), 27);
    out.writeBigInt64BE(BigInt(this.maxTimestamp), 35);
    out.writeBigInt64BE(producer?.producerId ?? -1n, 43);
    out.writeInt16BE(producer?.epoch ?? -1, 51);
    out.writeInt32BE(producer ? baseSequence : -1, 53);
    out.writeInt32BE(this.count, 57);
    out.writeUInt32BE(crc32c(out, 21), 17);
    return out;
  }

  private reserve(bytes: number): void {
    if (this.position + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.position + bytes));
    this.buffer.copy(grown, 0, 0, this.position);
    this.buffer = grown;
  }
  private varint(value: number): void {
    let zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; zigzag >= 0x80; zigzag >>>= 7) this.buffer[this.position++] = (zigzag & 0x7f) | 0x80;
    this.buffer[this.position++] = zigzag;
  }
  private varlong(value: number): void {
    let zigzag = value >= 0 ? value * 2 : -value * 2 - 1;
    for (; zigzag >= 0x80; zigzag = Math.floor(zigzag / 0x80))
      this.buffer[this.position++] = (zigzag % 0x80) | 0x80;
    this.buffer[this.position++] = zigzag;
  }
  private bytes(value: Buffer | null): void {
    if (value === null) return this.varint(-1);
    this.varint(value.length);
    this.position += value.copy(this.buffer, this.position);
  }
}

function varintSize(value: number): number {
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  let size = 1;
  for (; zigzag >= 0x80; zigzag >>>= 7) size++;
  return size;
}
function varlongSize(value: number): number {
  let size = 1;
  for (
    let zigzag = value >= 0 ? value * 2 : -value * 2 - 1;
    zigzag >= 0x80;
    zigzag = Math.floor(zigzag / 0x80)
  )
    size++;
  return size;
}
function sizedBytes(value: Buffer | null): number {
  return value === null ? 1 : varintSize(value.length) + value.length;
}

const EMPTY = Buffer.alloc(0);
function encodedHeaders(headers: readonly Header[]): Buffer {
  if (headers.length === 0) return EMPTY;
  const builder = new HeaderEncoder();
  for (const { key, value } of headers) builder.add(Buffer.from(key), value);
  return builder.finish();
}

class HeaderEncoder {
  private readonly parts: Buffer[] = [];
  add(key: Buffer, value: Buffer | null): void {
    this.parts.push(varintBytes(key.length), key, varintBytes(value === null ? -1 : value.length));
    if (value !== null) this.parts.push(value);
  }
  finish(): Buffer {
    return Buffer.concat(this.parts);
  }
}
function varintBytes(value: number): Buffer {
  const bytes: number[] = [];
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; zigzag >= 0x80; zigzag >>>= 7) bytes.push((zigzag & 0x7f) | 0x80);
  bytes.push(zigzag);
  return Buffer.from(bytes);
}
