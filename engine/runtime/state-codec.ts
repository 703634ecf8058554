import { assertNever } from '../source/assert-never';
import { ByteOutput } from '../formats/byte-output';
import { Big } from '../types/decimal';
import type { BigDecimal } from '../types/decimal';
import { longFromBigInt } from '../types/long';
import type { SqlType } from '../types/sql-type';
import type { Row } from './contracts';

class StateOutput extends ByteOutput {
  i32(value: number): void {
    this.length = this.reserve(4).writeInt32BE(value, this.length);
  }
  f64(value: number): void {
    this.length = this.reserve(8).writeDoubleBE(value, this.length);
  }
  i64(value: bigint): void {
    this.length = this.reserve(8).writeBigInt64BE(value, this.length);
  }
  block(value: Buffer): void {
    this.i32(value.length);
    this.raw(value);
  }
  text(value: string): void {
    if (this.shortAscii(value, 4)) {
      this.i32(value.length);
      this.length += value.length;
      return;
    }
    const size = Buffer.byteLength(value);
    this.i32(size);
    this.utf8(value, size);
  }
}

class ByteReader {
  position = 0;
  constructor(private readonly bytes: Buffer) {}
  u8(): number {
    return this.bytes.readUInt8(this.position++);
  }
  i32(): number {
    this.position += 4;
    return this.bytes.readInt32BE(this.position - 4);
  }
  f64(): number {
    this.position += 8;
    return this.bytes.readDoubleBE(this.position - 8);
  }
  i64(): bigint {
    this.position += 8;
    return this.bytes.readBigInt64BE(this.position - 8);
  }
  block(): Buffer {
    const size = this.i32();
    this.position += size;
    return this.bytes.subarray(this.position - size, this.position);
  }
}

interface ValueCodec {
  write(writer: StateOutput, value: never): void;
  read(reader: ByteReader): unknown;
}

const NULL = 0;
const PRESENT = 1;
/** The number 0, which most sums and counts of a wide row are. */
const ZERO = 2;
/** A BIGINT beyond the safe integers. */
const WIDE = 2;

const INT: ValueCodec = { write: (w, v: number) => w.i32(v), read: (r) => r.i32() };
const DOUBLE: ValueCodec = { write: (w, v: number) => w.f64(v), read: (r) => r.f64() };
const BOOLEAN: ValueCodec = { write: (w, v: boolean) => w.byte(v ? 1 : 0), read: (r) => r.u8() === 1 };
const STRING: ValueCodec = { write: (w, v: string) => w.text(v), read: (r) => r.block().toString('utf8') };
const BYTES: ValueCodec = { write: (w, v: Buffer) => w.block(v), read: (r) => Buffer.from(r.block()) };
const DECIMAL: ValueCodec = {
  write: (w, v: BigDecimal) => w.text(v.toPlainString()),
  read: (r) => Big(r.block().toString('latin1')),
};
const BIGINT: ValueCodec = {
  write(w, v: number | bigint) {
    w.byte(typeof v === 'number' ? PRESENT : WIDE);
    if (typeof v === 'number') w.f64(v);
    else w.i64(v);
  },
  read: (r) => (r.u8() === PRESENT ? r.f64() : longFromBigInt(r.i64())),
};

function codecOf(type: SqlType): ValueCodec {
  switch (type.kind) {
    case 'BOOLEAN':
      return BOOLEAN;
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
      return INT;
    case 'BIGINT':
      return BIGINT;
    case 'DOUBLE':
    case 'TIMESTAMP':
      return DOUBLE;
    case 'STRING':
      return STRING;
    case 'BYTES':
      return BYTES;
    case 'DECIMAL':
      return DECIMAL;
    case 'ARRAY':
      return arrayCodec(nullable(codecOf(type.element)));
    case 'MAP':
      return mapCodec(nullable(codecOf(type.key)), nullable(codecOf(type.value)));
    case 'STRUCT':
      return structCodec(type.fields.map((field) => nullable(codecOf(field.type))));
    default:
      return assertNever(type, 'type');
  }
}

function nullable(codec: ValueCodec): ValueCodec {
  return {
    write(w, v) {
      if (v === null || v === undefined) w.byte(NULL);
      else if (Object.is(v, 0)) w.byte(ZERO);
      else {
        w.byte(PRESENT);
        codec.write(w, v);
      }
    },
    read(r) {
      const tag = r.u8();
      return tag === PRESENT ? codec.read(r) : tag === ZERO ? 0 : null;
    },
  };
}

function arrayCodec(element: ValueCodec): ValueCodec {
  return {
    write(w, v: never[]) {
      w.i32(v.length);
      for (const item of v) element.write(w, item);
    },
    read: (r) => Array.from({ length: r.i32() }, () => element.read(r)),
  };
}

function mapCodec(key: ValueCodec, value: ValueCodec): ValueCodec {
  return {
    write(w, v: Map<never, never>) {
      w.i32(v.size);
      for (const [k, item] of v) {
        key.write(w, k);
        value.write(w, item);
      }
    },
    read: (r) => new Map(Array.from({ length: r.i32() }, () => [key.read(r), value.read(r)] as const)),
  };
}

function structCodec(fields: readonly ValueCodec[]): ValueCodec {
  return {
    write(w, v: never[]) {
      for (let i = 0; i < fields.length; i++) fields[i]!.write(w, v[i]!);
    },
    read: (r) => fields.map((field) => field.read(r)),
  };
}

/** Rows of state to bytes and back without loss, whatever the formats of the query can hold. */
export interface StateCodec {
  encode(row: Row): Buffer;
  decode(bytes: Buffer): unknown[];
}

const shared = new StateOutput();

export function stateCodec(types: readonly SqlType[]): StateCodec {
  const codec = structCodec(types.map((type) => nullable(codecOf(type))));
  return {
    encode(row) {
      shared.clear();
      codec.write(shared, row as never);
      return shared.take();
    },
    decode: (bytes) => codec.read(new ByteReader(bytes)) as unknown[],
  };
}
