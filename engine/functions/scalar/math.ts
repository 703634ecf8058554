import { RoundingMode, decimalFromDouble, fitDecimal } from '../../types/decimal';
import type { BigDecimal } from '../../types/decimal';
import { absLong, doubleToLong, longToDouble } from '../../types/long';
import type { Long, SqlType, SqlValue } from '../../types/sql-type';
import { comparatorOf } from '../../types/compare';
import { asDecimalType, decimalType, widerDecimal } from '../../types/type-rules';
import type { DecimalType } from '../../types/type-rules';
import { scalar, typedVariant, variant } from '../function-row';
import { cos, exp, log as naturalLogarithm, pow, sin, tan } from '../java/math';
import type { FunctionRow, ReturnTypeRule, ScalarVariant } from '../function-row';

const CATEGORY = 'MATHEMATICAL';

/** One-argument functions of doubles; INT and BIGINT are widened. */
function ofDouble(
  name: string,
  parameter: string,
  description: string,
  f: (x: number) => number,
  example: readonly [string, string],
): FunctionRow {
  return scalar(
    name,
    CATEGORY,
    { description, examples: [example] },
    variant(`DOUBLE ${parameter} -> DOUBLE`, f),
    variant(`INT ${parameter} -> DOUBLE`, f),
    variant(`BIGINT ${parameter} -> DOUBLE`, (x: Long) => f(longToDouble(x))),
  );
}

/** Two-argument functions of doubles. */
function ofDoubles(
  first: string,
  second: string,
  f: (x: number, y: number) => number,
): Record<'double' | 'bigint' | 'int', ScalarVariant> {
  return {
    double: variant(`DOUBLE ${first}; DOUBLE ${second} -> DOUBLE`, f),
    bigint: variant(`BIGINT ${first}; BIGINT ${second} -> DOUBLE`, (x: Long, y: Long) =>
      f(longToDouble(x), longToDouble(y)),
    ),
    int: variant(`INT ${first}; INT ${second} -> DOUBLE`, f),
  };
}

const sameAsFirst: ReturnTypeRule = (args) => args[0]!;
const DEGREES_PER_RADIAN = 57.29577951308232;
const RADIANS_PER_DEGREE = 0.017453292519943295;

/** Ties go toward positive infinity, as Java's Math.round has it. */
function roundingFor(value: BigDecimal): RoundingMode {
  return value.signum() >= 0 ? RoundingMode.HALF_UP : RoundingMode.HALF_DOWN;
}
function roundDecimal(value: BigDecimal, places: number): BigDecimal {
  return value.setScale(places, roundingFor(value)).setScale(value.scale(), RoundingMode.UNNECESSARY);
}
function truncateDecimal(value: BigDecimal, places: number): BigDecimal {
  return value
    .setScale(Math.min(places, value.scale()), RoundingMode.DOWN)
    .setScale(value.scale(), RoundingMode.UNNECESSARY);
}
function roundKeepingScale(value: BigDecimal, places: number): BigDecimal {
  return places >= value.scale() ? value : roundDecimal(value, places);
}
function roundDouble(value: number, places: number): number {
  if (!Number.isFinite(value)) return value;
  const decimal = decimalFromDouble(value);
  return Number(decimal.setScale(places, roundingFor(decimal)).toString());
}
function truncateDouble(value: number, places: number): number {
  if (!Number.isFinite(value)) return value;
  return Number(decimalFromDouble(value).setScale(places, RoundingMode.DOWN).toString());
}
const toWholeDecimal: ReturnTypeRule = ([type]) => {
  if (type?.kind !== 'DECIMAL') return null;
  return decimalType(Math.max(type.precision - type.scale, 1), 0);
};

/** NaN for a base that has no logarithms. */
function logarithm(base: number, value: number): number {
  return base <= 0 || base === 1 ? NaN : naturalLogarithm(value) / naturalLogarithm(base);
}

const widestDecimal: ReturnTypeRule = (args) =>
  args
    .map((arg) => (arg === null ? undefined : asDecimalType(arg)))
    .reduce((a, b) => (a && b ? widerDecimal(a, b) : (a ?? b))) ?? null;

/** GREATEST and LEAST: NULLs are left out; NULL when there is nothing else. */
function extreme(
  name: string,
  sign: 1 | -1,
  description: string,
  order: readonly string[],
  examples: readonly (readonly [string, string])[],
): FunctionRow {
  const make = (type: SqlType) => {
    const compare = comparatorOf(type)!;
    return (...values: SqlValue[]): SqlValue => {
      let best: SqlValue = null;
      for (const value of values)
        if (value !== null && (best === null || compare(value, best) * sign > 0)) best = value;
      return best;
    };
  };
  const variants = order.map((type) =>
    type === 'DECIMAL'
      ? typedVariant(
          'DECIMAL val; DECIMAL... vals -> DECIMAL',
          ({ result }) => {
            const pick = make(result);
            return (...values) =>
              pick(
                ...values.map((v) =>
                  v === null ? null : fitDecimal(v as BigDecimal, result as DecimalType),
                ),
              );
          },
          widestDecimal,
        )
      : typedVariant(`${type} val; ${type}... vals -> ${type}`, ({ result }) => make(result)),
  );
  return scalar(name, CATEGORY, { description, nulls: 'handled', examples }, ...variants);
}

const power = ofDoubles('base', 'exponent', pow);
const atan2 = ofDoubles('y', 'x', Math.atan2);
const log = ofDoubles('base', 'value', logarithm);

export const MATH_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'ABS',
    CATEGORY,
    {
      description: 'The value without its sign.',
      examples: [
        ['ABS(-3)', '3'],
        ['ABS(-1.50)', '1.50'],
      ],
    },
    typedVariant('DECIMAL val -> DECIMAL', () => (x: BigDecimal) => x.abs(), sameAsFirst),
    variant('DOUBLE val -> DOUBLE', Math.abs),
    variant('INT val -> INT', (x: number) => Math.abs(x) | 0),
    variant('BIGINT val -> BIGINT', absLong),
  ),
  scalar(
    'CEIL',
    CATEGORY,
    {
      description: 'The smallest whole number that is not less than the value.',
      examples: [
        ['CEIL(-1.5)', '-1.0'],
        ['CEIL(2)', '2'],
      ],
    },
    typedVariant(
      'DECIMAL val -> DECIMAL',
      () => (x: BigDecimal) => x.setScale(0, RoundingMode.CEILING).setScale(x.scale()),
      sameAsFirst,
    ),
    variant('DOUBLE val -> DOUBLE', Math.ceil),
    variant('INT val -> INT', (x: number) => x),
    variant('BIGINT val -> BIGINT', (x: Long) => x),
  ),
  scalar(
    'FLOOR',
    CATEGORY,
    {
      description: 'The greatest whole number that is not more than the value.',
      examples: [
        ['FLOOR(-1.5)', '-2.0'],
        ['FLOOR(2)', '2'],
      ],
    },
    typedVariant(
      'DECIMAL val -> DECIMAL',
      () => (x: BigDecimal) => x.setScale(0, RoundingMode.FLOOR).setScale(x.scale()),
      sameAsFirst,
    ),
    variant('DOUBLE val -> DOUBLE', Math.floor),
    variant('INT val -> INT', (x: number) => x),
    variant('BIGINT val -> BIGINT', (x: Long) => x),
  ),
  scalar(
    'ROUND',
    CATEGORY,
    {
      description:
        'Rounds to whole numbers, or to so many places after the point (before it when negative). Ties go up.',
      examples: [
        ['ROUND(2.5e0)', '3'],
        ['ROUND(-2.5e0)', '-2'],
        ['ROUND(1.2345, 2)', '1.2300'],
        ['ROUND(1234.5e0, -2)', '1200.0'],
      ],
    },
    typedVariant(
      'DECIMAL val -> DECIMAL',
      () => (x: BigDecimal) => x.setScale(0, roundingFor(x)),
      toWholeDecimal,
    ),
    variant('DOUBLE val; INT decimalPlaces -> DOUBLE', roundDouble),
    variant('DOUBLE val -> BIGINT', (x: number) => doubleToLong(Math.round(x))),
    typedVariant('DECIMAL val; INT decimalPlaces -> DECIMAL', () => roundKeepingScale, sameAsFirst),
    variant('INT val -> BIGINT', (x: number) => x),
    variant('BIGINT val -> BIGINT', (x: Long) => x),
  ),
  scalar(
    'TRUNC',
    CATEGORY,
    {
      description: 'Cuts off the digits after the point, or after so many places.',
      examples: [
        ['TRUNC(-2.7e0)', '-2'],
        ['TRUNC(1.239, 2)', '1.230'],
      ],
    },
    typedVariant(
      'DECIMAL val -> DECIMAL',
      () => (x: BigDecimal) => x.setScale(0, RoundingMode.DOWN),
      toWholeDecimal,
    ),
    variant('DOUBLE val -> BIGINT', doubleToLong),
    variant('DOUBLE val; INT decimalPlaces -> DOUBLE', truncateDouble),
    typedVariant('DECIMAL val; INT decimalPlaces -> DECIMAL', () => truncateDecimal, sameAsFirst),
    variant('INT val -> BIGINT', (x: number) => x),
    variant('BIGINT val -> BIGINT', (x: Long) => x),
  ),
  scalar(
    'SIGN',
    CATEGORY,
    {
      description: '-1, 0 or 1 by the sign of the value.',
      examples: [
        ['SIGN(-7)', '-1'],
        ['SIGN(0.5e0)', '1'],
      ],
    },
    variant('DOUBLE value -> INT', (x: number) => (x > 0 ? 1 : x < 0 ? -1 : 0)),
    variant('INT value -> INT', (x: number) => Math.sign(x) | 0),
    variant('BIGINT value -> INT', (x: Long) => (x > 0 ? 1 : x < 0 ? -1 : 0)),
  ),
  ofDouble('ACOS', 'value', 'Arc cosine, in radians.', Math.acos, ['ACOS(1)', '0.0']),
  ofDouble('ASIN', 'value', 'Arc sine, in radians.', Math.asin, ['ASIN(0)', '0.0']),
  ofDouble('ATAN', 'value', 'Arc tangent, in radians.', Math.atan, ['ATAN(0)', '0.0']),
  ofDouble('CBRT', 'value', 'Cube root.', Math.cbrt, ['CBRT(27)', '3.0']),
  ofDouble('COS', 'value', 'Cosine of an angle in radians.', cos, ['COS(0)', '1.0']),
  ofDouble('COSH', 'value', 'Hyperbolic cosine.', Math.cosh, ['COSH(0)', '1.0']),
  ofDouble('COT', 'value', 'Cotangent of an angle in radians.', (x) => 1 / tan(x), ['COT(0)', 'Infinity']),
  ofDouble('DEGREES', 'value', 'Radians as degrees.', (x) => x * DEGREES_PER_RADIAN, [
    'DEGREES(PI())',
    '180.0',
  ]),
  ofDouble('EXP', 'exponent', 'e to the power of the value.', exp, ['EXP(0)', '1.0']),
  ofDouble('LN', 'value', 'Natural logarithm.', naturalLogarithm, ['LN(1)', '0.0']),
  ofDouble('RADIANS', 'value', 'Degrees as radians.', (x) => x * RADIANS_PER_DEGREE, [
    'RADIANS(180)',
    '3.141592653589793',
  ]),
  ofDouble('SIN', 'value', 'Sine of an angle in radians.', sin, ['SIN(0)', '0.0']),
  ofDouble('SINH', 'value', 'Hyperbolic sine.', Math.sinh, ['SINH(0)', '0.0']),
  ofDouble('SQRT', 'value', 'Square root; NaN for negative values.', Math.sqrt, [
    'SQRT(2)',
    '1.4142135623730951',
  ]),
  ofDouble('TAN', 'value', 'Tangent of an angle in radians.', tan, ['TAN(0)', '0.0']),
  ofDouble('TANH', 'value', 'Hyperbolic tangent.', Math.tanh, ['TANH(0)', '0.0']),
  scalar(
    'ATAN2',
    CATEGORY,
    { description: 'Angle of the point (x, y), in radians.', examples: [['ATAN2(0, 1)', '0.0']] },
    atan2.double,
    atan2.bigint,
    atan2.int,
  ),
  scalar(
    'POWER',
    CATEGORY,
    { description: 'The base to the power of the exponent.', examples: [['POWER(2, 10)', '1024.0']] },
    power.double,
    power.bigint,
    power.int,
  ),
  scalar(
    'LOG',
    CATEGORY,
    {
      description: 'Logarithm to a base; the natural one without it.',
      examples: [
        ['LOG(2, 8)', '3.0'],
        ['LOG(1)', '0.0'],
      ],
    },
    log.int,
    log.bigint,
    log.double,
    variant('DOUBLE value -> DOUBLE', naturalLogarithm),
    variant('INT value -> DOUBLE', naturalLogarithm),
    variant('BIGINT value -> DOUBLE', (x: Long) => naturalLogarithm(longToDouble(x))),
  ),
  scalar(
    'PI',
    CATEGORY,
    { description: 'The number π.', examples: [['PI()', '3.141592653589793']] },
    variant('-> DOUBLE', () => Math.PI),
  ),
  scalar(
    'RANDOM',
    CATEGORY,
    {
      description: 'A number at least 0 and less than 1, each time another one.',
      usesContext: true,
      examples: [['RANDOM() < 1', 'true']],
    },
    variant('-> DOUBLE', (context: { random(): number }) => context.random()),
  ),
  extreme(
    'GREATEST',
    1,
    'The greatest of the values; NULLs are left out.',
    ['TIME', 'DATE', 'BYTES', 'TIMESTAMP', 'DECIMAL', 'INT', 'BIGINT', 'DOUBLE', 'VARCHAR'],
    [
      ['GREATEST(1, 3, 2)', '3'],
      ["GREATEST('a', NULL, 'b')", 'b'],
    ],
  ),
  extreme(
    'LEAST',
    -1,
    'The least of the values; NULLs are left out.',
    ['TIME', 'DATE', 'TIMESTAMP', 'DECIMAL', 'INT', 'BIGINT', 'DOUBLE', 'VARCHAR', 'BYTES'],
    [
      ['LEAST(1, 3, 2)', '1'],
      ["LEAST('a', NULL, 'b')", 'a'],
    ],
  ),
];
