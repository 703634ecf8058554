import type { Column } from '../../catalog/catalog';
import { longFromBigInt } from '../../types/long';
import type { SqlType } from '../../types/sql-type';
import type { Row } from '../contracts';
import { stateCodec } from '../state-codec';

const NULL = 0;
const PRESENT = 1;

/** Keys as bytes and back; the order of the bytes is that of the keys. */
export interface OrderedKeyCodec {
  encode(key: Row): Buffer;
  /** Of a key that begins at `from`. */
  decode(bytes: Buffer, from: number): Row;
}

interface Part {
  write(value: never): Buffer;
  /** What begins at `from`, and where the next part does. */
  read(bytes: Buffer, from: number): { readonly value: unknown; readonly next: number };
}

/**
 * Encodes keys for stores on disk: equal keys give equal bytes, no key is the beginning of another one. Texts are in the order of their
 * code points, whole numbers in theirs; other types have some order.
 */
export function orderedKeyCodec(columns: readonly Column[]): OrderedKeyCodec {
  const parts = columns.map(({ type }) => nullable(partOf(type)));
  const [only] = parts;
  return {
    encode:
      parts.length === 1
        ? (key) => only!.write(key[0] as never)
        : (key) => Buffer.concat(parts.map((part, i) => part.write(key[i] as never))),
    decode(bytes, from) {
      let at = from;
      return parts.map((part) => {
        const { value, next } = part.read(bytes, at);
        at = next;
        return value;
      });
    },
  };
}

function nullable(part: Part): Part {
  return {
    write: (value) => (value === null || value === undefined ? Buffer.from([NULL]) : part.write(value)),
    read: (bytes, from) =>
      bytes[from] === NULL ? { value: null, next: from + 1 } : part.read(bytes, from + 1),
  };
}

function partOf(type: SqlType): Part {
  switch (type.kind) {
    case 'STRING':
      return terminated(
        (value: string) => Buffer.from(value, 'utf8'),
        (bytes) => bytes.toString('utf8'),
      );
    case 'BYTES':
      return terminated(
        (value: Buffer) => value,
        (bytes) => Buffer.from(bytes),
      );
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
      return signed(Number);
    case 'BIGINT':
      return signed(longFromBigInt);
    default: {
      const codec = stateCodec([type]);
      return terminated(
        (value: unknown) => codec.encode([value]),
        (bytes) => codec.decode(bytes)[0],
      );
    }
  }
}

/** Big-endian, the sign turned round so that negative numbers come first. */
function signed(value: (long: bigint) => unknown): Part {
  return {
    write(number: number | bigint) {
      const bytes = Buffer.allocUnsafe(9);
      bytes[0] = PRESENT;
      bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(number) ^ (1n << 63n)), 1);
      return bytes;
    },
    read: (bytes, from) => ({
      value: value(BigInt.asIntN(64, bytes.readBigUInt64BE(from) ^ (1n << 63n))),
      next: from + 8,
    }),
  };
}

/** Ends with 00 00; a zero within is written 00 FF. */
function terminated<T>(toBytes: (value: T) => Buffer, fromBytes: (bytes: Buffer) => unknown): Part {
  return {
    write: (value: T) => escaped(toBytes(value)),
    read(bytes, from) {
      const end = terminatorFrom(bytes, from);
      return { value: fromBytes(unescaped(bytes.subarray(from, end))), next: end + 2 };
    },
  };
}

function escaped(content: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(content.length + countZeros(content) + 3);
  bytes[0] = PRESENT;
  let at = 1;
  if (bytes.length === content.length + 3) at += content.copy(bytes, 1);
  else
    for (const byte of content) {
      bytes[at++] = byte;
      if (byte === 0) bytes[at++] = 0xff;
    }
  bytes[at] = 0;
  bytes[at + 1] = 0;
  return bytes;
}

function unescaped(bytes: Buffer): Buffer {
  if (!bytes.includes(0)) return bytes;
  return Buffer.from([...bytes].filter((byte, i) => !(byte === 0xff && bytes[i - 1] === 0)));
}

function countZeros(content: Buffer): number {
  let count = 0;
  for (let at = content.indexOf(0); at >= 0; at = content.indexOf(0, at + 1)) count++;
  return count;
}

function terminatorFrom(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0, from);
  while (bytes[at + 1] === 0xff) at = bytes.indexOf(0, at + 2);
  return at;
}
