import { Big, MC, RoundingMode } from 'bigdecimal.js';
import type { BigDecimal } from 'bigdecimal.js';
import type { ArithmeticOperator } from '../ast/expressions';
import { assertNever } from '../source/assert-never';
import { doubleToText } from './number-text';
import type { Long } from './sql-type';
import { decimalType } from './type-rules';
import type { DecimalType } from './type-rules';

/**
 * Type of an arithmetic operation on two decimals.
 * Source: ksqlDB documentation, data types, "Decimal": precision and scale of results.
 */
export function decimalResultType(op: ArithmeticOperator, a: DecimalType, b: DecimalType): DecimalType {
  const [p1, s1, p2, s2] = [a.precision, a.scale, b.precision, b.scale];
  switch (op) {
    case '+':
    case '-':
      return decimalType(Math.max(s1, s2) + Math.max(p1 - s1, p2 - s2) + 1, Math.max(s1, s2));
    case '*':
      return decimalType(p1 + p2 + 1, s1 + s2);
    case '/': {
      const scale = Math.max(6, s1 + p2 + 1);
      return decimalType(p1 - s1 + s2 + scale, scale);
    }
    case '%':
      return decimalType(Math.min(p1 - s1, p2 - s2) + Math.max(s1, s2), Math.max(s1, s2));
    default:
      return assertNever(op, 'operator');
  }
}

/** Brings a value to a type's scale (HALF_UP). Throws when it has too many integer digits for the precision. */
export function fitDecimal(value: BigDecimal, type: DecimalType): BigDecimal {
  const rounded = value.scale() === type.scale ? value : value.setScale(type.scale, RoundingMode.HALF_UP);
  if (rounded.precision() - rounded.scale() > type.precision - type.scale && rounded.signum() !== 0) {
    const digits = type.precision - type.scale;
    throw new RangeError(
      `Numeric field overflow: A field with precision ${type.precision} and scale ${type.scale} ` +
        `must round to an absolute value less than 10^${digits}. Got ${rounded.toPlainString()}`,
    );
  }
  return rounded;
}

/** Throws where the text is no number or does not fit. */
export function parseDecimal(text: string, type: DecimalType): BigDecimal {
  return fitDecimal(Big(text.trim()), type);
}

/** A decimal with the digits that `Double.toString` shows, not those of the binary fraction. */
export function decimalFromDouble(value: number): BigDecimal {
  if (!Number.isFinite(value))
    throw new RangeError(`Character ${doubleToText(value)} is not a decimal number`);
  return Big(doubleToText(value));
}

export function decimalFromLong(value: Long): BigDecimal {
  return Big(BigInt(value));
}

/** Type of a literal as written: `1.20` is DECIMAL(3, 2), `.5` DECIMAL(1, 1). */
export function decimalLiteralType(text: string): DecimalType {
  const value = Big(text);
  return decimalType(Math.max(value.precision(), value.scale()), Math.max(value.scale(), 0));
}

/** Arithmetic with the result brought to the scale of the operation's type; the division is rounded HALF_UP. */
export function decimalArithmetic(
  op: ArithmeticOperator,
  a: BigDecimal,
  b: BigDecimal,
  type: DecimalType,
): BigDecimal {
  switch (op) {
    case '+':
      return fitDecimal(a.add(b), type);
    case '-':
      return fitDecimal(a.subtract(b), type);
    case '*':
      return fitDecimal(a.multiply(b), type);
    case '/':
      return fitDecimal(divideDecimal(a, b, type), type);
    case '%':
      if (b.signum() === 0) throw new RangeError('Division by zero');
      return fitDecimal(a.remainder(b), type);
    default:
      return assertNever(op, 'operator');
  }
}

function divideDecimal(a: BigDecimal, b: BigDecimal, type: DecimalType): BigDecimal {
  if (b.signum() === 0) throw new RangeError('Division by zero');
  return a.divideWithMathContext(b, MC(type.precision, RoundingMode.HALF_UP));
}

export { Big, RoundingMode };
export type { BigDecimal };
