import type { Expression } from '../../ast/expressions';
import { formatExpression } from '../../printer';
import { decimalArithmetic, decimalResultType } from '../../types/decimal';
import type { BigDecimal } from '../../types/decimal';
import { longFromBigInt } from '../../types/long';
import type { SqlType, SqlValue } from '../../types/sql-type';
import { BIGINT, DOUBLE, INTEGER, STRING, asDecimalType, isNumeric } from '../../types/type-rules';
import { formatType, formatTypeOrNull } from '../../types/type-text';
import type { Bound } from '../bound';
import { failStatement } from '../errors';
import type { BindingContext } from './context';
import { arithmetic, constant, convert, failingOnNull } from './nodes';

export function bindArithmetic(
  b: BindingContext,
  e: Extract<Expression, { kind: 'ArithmeticBinary' }>,
): Bound {
  const [left, right] = [b.bind(e.left), b.bind(e.right)];
  if (left.type === null || right.type === null) {
    const types = `${formatTypeOrNull(left.type)} and ${formatTypeOrNull(right.type)}`;
    const message = `Error processing expression: ${formatExpression(e)}. Arithmetic on types ${types} are not supported.`;
    return failStatement(message, e);
  }
  const [l, r] = [left.type, right.type];
  if (e.op === '+' && l.kind === 'STRING' && r.kind === 'STRING')
    return arithmetic('concat', left, right, STRING);
  if (!isNumeric(l) || !isNumeric(r)) {
    return failStatement(
      `Error processing expression: ${formatExpression(e)}. Unsupported arithmetic types. ${l.kind} ${r.kind}`,
      e,
    );
  }
  if (l.kind === 'DOUBLE' || r.kind === 'DOUBLE')
    return arithmetic(`double${e.op}`, convert(left, DOUBLE), convert(right, DOUBLE), DOUBLE);
  if (l.kind === 'DECIMAL' || r.kind === 'DECIMAL') return decimalOperation(e.op, left, right);
  if (l.kind === 'BIGINT' || r.kind === 'BIGINT') return arithmetic(`long${e.op}`, left, right, BIGINT);
  return arithmetic(`int${e.op}`, left, right, INTEGER);
}

export function bindUnary(b: BindingContext, e: Extract<Expression, { kind: 'ArithmeticUnary' }>): Bound {
  const operand = b.bind(e.operand);
  if (operand.type === null) return operand;
  if (!isNumeric(operand.type)) {
    return failStatement(
      `Unary ${e.op === '-' ? 'negation' : 'plus'} is not supported for type ${formatType(operand.type)}`,
      e,
    );
  }
  if (e.op === '+') return operand;
  if (operand.kind === 'Constant') return constant(negate(operand.value, operand.type), operand.type);
  if (operand.type.kind === 'INTEGER') return arithmetic('int-', constant(0, INTEGER), operand, INTEGER);
  if (operand.type.kind === 'BIGINT') return arithmetic('long-', constant(0, BIGINT), operand, BIGINT);
  const { type } = operand;
  return failingOnNull((value: SqlValue) => negate(value, type), [operand], type);
}

function decimalOperation(op: '+' | '-' | '*' | '/' | '%', left: Bound, right: Bound): Bound {
  const [l, r] = [asDecimalType(left.type!)!, asDecimalType(right.type!)!];
  const type = decimalResultType(op, l, r);
  const call = (a: BigDecimal, b: BigDecimal) => decimalArithmetic(op, a, b, type);
  return failingOnNull(call, [convert(left, l), convert(right, r)], type);
}

function negate(value: SqlValue, type: SqlType): SqlValue {
  if (value === null) return null;
  if (type.kind === 'DECIMAL') return (value as BigDecimal).negate();
  if (type.kind === 'DOUBLE') return -(value as number);
  return type.kind === 'INTEGER'
    ? (0 - (value as number)) | 0
    : longFromBigInt(-BigInt(value as number | bigint));
}
