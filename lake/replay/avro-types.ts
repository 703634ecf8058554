import { Type, types } from 'avsc';
import type { Schema } from 'avsc';

/** 64-bit numbers as bigint: a number would lose digits beyond 2^53. */
const LONG = types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: (value: number) => BigInt(value),
  toJSON: (value: bigint) => Number(value),
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : Number(a > b)),
});

/** A type whose longs are bigint and whose unions name their branch. Throws for a schema that is none. */
export function avroType(schema: string): Type {
  return Type.forSchema(JSON.parse(schema) as Schema, {
    wrapUnions: true,
    // Also where it carries a logical type: that stays what it is on the wire.
    typeHook: (part) => (isLong(part) ? LONG : undefined),
  });
}

function isLong(part: Schema): boolean {
  return part === 'long' || (typeof part === 'object' && 'type' in part && part.type === 'long');
}
