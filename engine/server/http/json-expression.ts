import type { Expression } from '../../ast/expressions';
import { NOWHERE } from '../../source/source';
import type { SqlType } from '../../types/sql-type';
import { ERROR_CODES, WireError } from './wire-error';

const loc = NOWHERE;

/** A JSON value as the literal that SQL would have for a column of `type`; an unknown column gets the value as it looks. */
export function jsonToExpression(value: unknown, type: SqlType | undefined): Expression {
  if (value === null) return { kind: 'NullLiteral', loc };
  if (type?.kind === 'BYTES' && typeof value === 'string') {
    return { kind: 'FunctionCall', name: 'TO_BYTES', args: [text(value), text('base64')], loc };
  }
  switch (typeof value) {
    case 'boolean':
      return { kind: 'BooleanLiteral', value, loc };
    case 'string':
      return text(value);
    case 'number':
      return numberLiteral(value, type);
    default:
      return nested(value as object, type);
  }
}

function text(value: string): Expression {
  return { kind: 'StringLiteral', value, loc };
}

function numberLiteral(value: number, type: SqlType | undefined): Expression {
  if (type?.kind === 'DECIMAL') return { kind: 'DecimalLiteral', text: String(value), loc };
  if (!Number.isInteger(value) || type?.kind === 'DOUBLE') return { kind: 'DoubleLiteral', value, loc };
  return Math.abs(value) <= 0x7fffffff
    ? { kind: 'IntegerLiteral', value, loc }
    : { kind: 'LongLiteral', value, loc };
}

function nested(value: object, type: SqlType | undefined): Expression {
  if (Array.isArray(value)) {
    const element = type?.kind === 'ARRAY' ? type.element : undefined;
    return { kind: 'CreateArray', items: value.map((item) => jsonToExpression(item, element)), loc };
  }
  if (type?.kind === 'MAP') {
    return {
      kind: 'CreateMap',
      entries: Object.entries(value).map(([key, item]) => ({
        key: text(key),
        value: jsonToExpression(item, type.value),
      })),
      loc,
    };
  }
  if (type?.kind !== 'STRUCT')
    throw new WireError(
      ERROR_CODES.badStatement,
      'A JSON object stands for a column that is neither MAP nor STRUCT',
    );
  const fields = Object.entries(value).map(([name, item]) => {
    const field =
      type.fields.find((candidate) => candidate.name === name) ??
      type.fields.find((candidate) => candidate.name === name.toUpperCase());
    return { name: field?.name ?? name, value: jsonToExpression(item, field?.type) };
  });
  return { kind: 'CreateStruct', fields, loc };
}
