import fc from 'fast-check';
import { casterOf, implicitCasterOf } from './cast';
import { comparatorOf, equalityOf, identityOf } from './compare';
import { Big, decimalArithmetic, decimalLiteralType, decimalResultType, fitDecimal } from './decimal';
import {
  addLong,
  divideLong,
  longFromBigInt,
  longToInt,
  multiplyLong,
  parseLong,
  remainderLong,
  subtractLong,
} from './long';
import { doubleToText, parseDouble } from './number-text';
import type { SqlType } from './sql-type';
import {
  dateToText,
  parseDateText,
  parseTimeText,
  parseTimestampText,
  timeToText,
  timestampToText,
} from './temporal-text';
import * as T from './type-rules';
import { formatType } from './type-text';
import { valueToText } from './value-text';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('long arithmetic', () => {
  const operations = [
    ['add', addLong, (a: bigint, b: bigint) => a + b],
    ['subtract', subtractLong, (a: bigint, b: bigint) => a - b],
    ['multiply', multiplyLong, (a: bigint, b: bigint) => a * b],
  ] as const;
  test.each(operations)('%s wraps at 64 bits and stays canonical', (_name, ours, exact) => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        expect(ours(longFromBigInt(a), longFromBigInt(b))).toBe(longFromBigInt(exact(a, b)));
      }),
    );
  });
  it('divides toward zero and keeps the sign of the dividend in the remainder', () => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        fc.pre(b !== 0n);
        expect(divideLong(longFromBigInt(a), longFromBigInt(b))).toBe(longFromBigInt(a / b));
        expect(remainderLong(longFromBigInt(a), longFromBigInt(b))).toBe(longFromBigInt(a % b));
      }),
    );
  });
  it('never yields negative zero', () => {
    expect(multiplyLong(0, -5)).toBe(0);
    expect(remainderLong(-4, 2)).toBe(0);
    expect(divideLong(0, -3)).toBe(0);
  });
  it('refuses division by zero and texts that do not fit', () => {
    expect(() => divideLong(1, 0)).toThrow('/ by zero');
    expect(() => parseLong('9223372036854775808')).toThrow('For input string');
    expect(parseLong('9223372036854775807')).toBe(9223372036854775807n);
    expect(longToInt(2147483648)).toBe(-2147483648);
  });
});

test.each([
  [0.1, '0.1'],
  [1, '1.0'],
  [1e7, '1.0E7'],
  [9999999.5, '9999999.5'],
  [0.001, '0.001'],
  [0.0001, '1.0E-4'],
  [1.23456789e20, '1.23456789E20'],
  [-0, '-0.0'],
  [5e-324, '4.9E-324'],
  [1e23, '1.0E23'],
  [NaN, 'NaN'],
  [-Infinity, '-Infinity'],
])('prints the double %p as Java does', (value, text) => {
  expect(doubleToText(value)).toBe(text);
  expect(parseDouble(text)).toBe(value);
});

describe('decimals', () => {
  it('derives precision and scale of results', () => {
    const [a, b] = [T.decimalType(4, 2), T.decimalType(5, 3)];
    expect(decimalResultType('+', a, b)).toEqual(T.decimalType(6, 3));
    expect(decimalResultType('*', a, b)).toEqual(T.decimalType(10, 5));
    expect(decimalResultType('%', a, b)).toEqual(T.decimalType(5, 3));
  });
  it('rounds half up and refuses what does not fit', () => {
    expect(fitDecimal(Big('0.995'), T.decimalType(3, 2)).toPlainString()).toBe('1.00');
    expect(() => fitDecimal(Big('10'), T.decimalType(2, 1))).toThrow('Numeric field overflow');
    expect(() => decimalArithmetic('/', Big('1'), Big('0'), T.decimalType(20, 10))).toThrow(
      'Division by zero',
    );
  });
  it('reads precision and scale off a literal', () => {
    expect(decimalLiteralType('1.20')).toEqual(T.decimalType(3, 2));
    expect(decimalLiteralType('.05')).toEqual(T.decimalType(2, 2));
  });
});

describe('temporal text', () => {
  it('reads back what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
        expect(parseTimestampText(timestampToText(ms))).toBe(ms);
        const day = Math.floor(ms / 86_400_000);
        expect(parseDateText(dateToText(day))).toBe(day);
        expect(parseTimeText(timeToText(ms % 86_400_000))).toBe(ms % 86_400_000);
      }),
    );
  });
  test.each([
    ['2019', 1546300800000],
    ['2019-01', 1546300800000],
    ['2019-01-01T01', 1546304400000],
    ['2020-02-10T08:31:44.001+0100', 1581319904001],
    ['2020-02-10T08:31:44Z', 1581323504000],
    ['2020-02-28T24', 1582934400000],
    ['2020-02-28T24:00:00.000', 1582934400000],
  ])('reads the partial timestamp %s', (text, ms) => expect(parseTimestampText(text)).toBe(ms));
  test.each(['foo', '2020-13-01', '2020-02-30', '2020-01-01T24:01', '2020-01-01T10:00T'])(
    'refuses %s',
    (text) => {
      expect(() => parseTimestampText(text)).toThrow(RangeError);
    },
  );
  it('prints a time as short as it can', () => {
    expect([timeToText(0), timeToText(5000), timeToText(5)]).toEqual(['00:00', '00:00:05', '00:00:00.005']);
  });
});

const NESTED: SqlType = T.arrayOf(
  T.structOf(['A', T.INTEGER], ['b', T.mapOf(T.STRING, T.decimalType(4, 2))]),
);

it('prints types as ksqlDB does', () => {
  expect(formatType(NESTED)).toBe('ARRAY<STRUCT<`A` INTEGER, `b` MAP<STRING, DECIMAL(4, 2)>>>');
});

describe('casts', () => {
  test.each<[SqlType, SqlType, unknown, unknown]>([
    [T.BIGINT, T.INTEGER, 2147483648, -2147483648],
    [T.DOUBLE, T.BIGINT, -1.9, -1],
    [T.STRING, T.BOOLEAN, 'Tr', true],
    [T.STRING, T.BOOLEAN, 'nonsense', false],
    [T.STRING, T.INTEGER, ' 42 ', 42],
    [T.DOUBLE, T.STRING, 1e10, '1.0E10'],
    [T.TIMESTAMP, T.TIME, -2000, 86398000],
    [T.TIMESTAMP, T.DATE, -1, -1],
    [T.DATE, T.TIMESTAMP, 2, 172800000],
    [T.structOf(['A', T.INTEGER], ['b', T.STRING]), T.STRING, [1, null], 'Struct{A=1}'],
    [T.structOf(['A', T.INTEGER]), T.structOf(['A', T.STRING], ['C', T.STRING]), [1], ['1', null]],
    [T.arrayOf(T.INTEGER), T.arrayOf(T.STRING), [1, null], ['1', null]],
  ])('casts %j to %j', (from, to, value, expected) => expect(casterOf(from, to)!(value)).toEqual(expected));
  test.each<[SqlType, SqlType]>([
    [T.BOOLEAN, T.INTEGER],
    [T.BIGINT, T.TIMESTAMP],
    [T.BYTES, T.STRING],
    [T.arrayOf(T.INTEGER), T.INTEGER],
  ])('knows no cast from %j to %j', (from, to) => expect(casterOf(from, to)).toBeUndefined());
  it('widens implicitly, never narrows', () => {
    expect(implicitCasterOf(T.INTEGER, T.DOUBLE)!(1)).toBe(1);
    expect(String(implicitCasterOf(T.arrayOf(T.INTEGER), T.arrayOf(T.decimalType(12, 2)))!([1]))).toBe(
      '1.00',
    );
    expect(implicitCasterOf(T.BIGINT, T.INTEGER)).toBeUndefined();
    expect(implicitCasterOf(T.STRING, T.INTEGER)).toBeUndefined();
  });
});

describe('comparison', () => {
  const decimal = T.decimalType(4, 2);
  it('orders by value', () => {
    expect(comparatorOf(T.BIGINT)!(9007199254740993n, 5)).toBe(1);
    expect(comparatorOf(decimal)!(Big('1.1'), Big('1.10'))).toBe(0);
    expect(comparatorOf(T.DOUBLE)!(NaN, Infinity)).toBe(1);
    expect(comparatorOf(NESTED)).toBeUndefined();
  });
  it('finds equal what is equal in depth', () => {
    const value = () => [[1, new Map([['x', Big('1.5')]])], null];
    expect(equalityOf(NESTED)(value(), value())).toBe(true);
    expect(equalityOf(NESTED)(value(), [null, null])).toBe(false);
    expect(identityOf(NESTED)(value())).toBe(identityOf(NESTED)(value()));
    expect(identityOf(T.arrayOf(T.STRING))(['a', 'b'])).not.toBe(identityOf(T.arrayOf(T.STRING))(['a1:b']));
  });
  it('prints nested values', () => {
    expect(valueToText([[1, new Map([['x', Big('1.50')]])], null], NESTED)).toBe(
      '[Struct{A=1,b={x=1.50}}, null]',
    );
  });
});
