import { longFromBigInt } from '../../types/long';
import { scalar, variant } from '../function-row';
import type { FunctionRow, Implementation } from '../function-row';

const CATEGORY = 'CONVERSIONS';

function isBigEndian(order: string): boolean {
  if (order.toUpperCase() === 'BIG_ENDIAN') return true;
  if (order.toUpperCase() === 'LITTLE_ENDIAN') return false;
  throw new RangeError(`Byte order must be BIG_ENDIAN or LITTLE_ENDIAN; found ${order}`);
}

function fromBytes(
  name: string,
  type: string,
  size: number,
  read: (bytes: Buffer, bigEndian: boolean) => unknown,
  example: readonly [string, string],
): FunctionRow {
  const run: Implementation = (bytes: Buffer, order = 'BIG_ENDIAN') => {
    if (bytes.length !== size)
      throw new RangeError(`Number of bytes must be equal to ${size}, but found ${bytes.length}`);
    return read(bytes, isBigEndian(order as string));
  };
  return scalar(
    name,
    CATEGORY,
    {
      description: `The ${type} that ${size} bytes hold, BIG_ENDIAN unless LITTLE_ENDIAN is given.`,
      examples: [example],
    },
    variant(`BYTES value -> ${type}`, (bytes: Buffer) => run(bytes)),
    variant(`BYTES value; VARCHAR byteOrder -> ${type}`, run),
  );
}

export const BYTES_FUNCTIONS: readonly FunctionRow[] = [
  fromBytes(
    'BIGINT_FROM_BYTES',
    'BIGINT',
    8,
    (b, big) => longFromBigInt(big ? b.readBigInt64BE() : b.readBigInt64LE()),
    ["BIGINT_FROM_BYTES(TO_BYTES('000000000000002A', 'hex'))", '42'],
  ),
  fromBytes('DOUBLE_FROM_BYTES', 'DOUBLE', 8, (b, big) => (big ? b.readDoubleBE() : b.readDoubleLE()), [
    "DOUBLE_FROM_BYTES(TO_BYTES('3FF8000000000000', 'hex'))",
    '1.5',
  ]),
  fromBytes('INT_FROM_BYTES', 'INT', 4, (b, big) => (big ? b.readInt32BE() : b.readInt32LE()), [
    "INT_FROM_BYTES(TO_BYTES('2A000000', 'hex'), 'LITTLE_ENDIAN')",
    '42',
  ]),
];
