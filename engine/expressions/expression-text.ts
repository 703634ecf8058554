import type { Expression, TypeExpression, WhenClause } from '../ast/expressions';
import { assertNever } from '../source/assert-never';
import { doubleToText } from '../types/number-text';
import { formatType, quoteName } from '../types/type-text';

/** An expression as ksqlDB prints it in messages: fully parenthesised, names unquoted where they may be. */
export function formatExpression(e: Expression): string {
  switch (e.kind) {
    case 'NullLiteral':
      return 'null';
    case 'BooleanLiteral':
    case 'IntegerLiteral':
    case 'LongLiteral':
      return String(e.value);
    case 'DoubleLiteral':
      return doubleToText(e.value);
    case 'DecimalLiteral':
      return e.text;
    case 'StringLiteral':
      return `'${e.value.replace(/'/g, "''")}'`;
    case 'TimeUnitLiteral':
      return e.unit;
    case 'ColumnRef':
      return e.qualifier === undefined
        ? formatName(e.name)
        : `${formatName(e.qualifier)}.${formatName(e.name)}`;
    case 'Dereference':
      return `${formatExpression(e.base)}->${formatName(e.field)}`;
    case 'Subscript':
      return `${formatExpression(e.base)}[${formatExpression(e.index)}]`;
    case 'ArithmeticBinary':
    case 'Comparison':
    case 'LogicalBinary':
      return `(${formatExpression(e.left)} ${e.op} ${formatExpression(e.right)})`;
    case 'ArithmeticUnary':
      return `${e.op}${formatExpression(e.operand)}`;
    case 'Not':
      return `(NOT ${formatExpression(e.operand)})`;
    case 'IsNull':
      return `(${formatExpression(e.operand)} IS ${e.negated ? 'NOT ' : ''}NULL)`;
    case 'Like':
      return formatLike(e);
    case 'Between':
      return `(${formatExpression(e.value)} ${not(e)}BETWEEN ${formatExpression(e.low)} AND ${formatExpression(e.high)})`;
    case 'InList':
      return `(${formatExpression(e.value)} ${not(e)}IN (${formatList(e.items)}))`;
    case 'SimpleCase':
      return `(CASE ${formatExpression(e.operand)} ${formatWhens(e.whens, e.otherwise)})`;
    case 'SearchedCase':
      return `(CASE ${formatWhens(e.whens, e.otherwise)})`;
    case 'Cast':
      return `CAST(${formatExpression(e.operand)} AS ${formatTypeExpression(e.type)})`;
    case 'FunctionCall':
      return `${formatName(e.name)}(${e.star ? '*' : formatList(e.args)})`;
    case 'Lambda':
      return `(${e.parameters.join(', ')}) => ${formatExpression(e.body)}`;
    case 'CreateArray':
      return `ARRAY[${formatList(e.items)}]`;
    case 'CreateMap':
      return `MAP(${e.entries.map((x) => `${formatExpression(x.key)}:=${formatExpression(x.value)}`).join(', ')})`;
    case 'CreateStruct':
      return `STRUCT(${e.fields.map((f) => `${formatName(f.name)}:=${formatExpression(f.value)}`).join(', ')})`;
    default:
      return assertNever(e, 'expression');
  }
}

function formatName(name: string): string {
  return /^[A-Z_@][A-Z0-9_@]*$/.test(name) ? name : quoteName(name);
}

function formatList(items: readonly Expression[]): string {
  return items.map(formatExpression).join(', ');
}

function not(e: { readonly negated: boolean }): string {
  return e.negated ? 'NOT ' : '';
}

function formatLike(e: Extract<Expression, { kind: 'Like' }>): string {
  const escape = e.escape === undefined ? '' : ` ESCAPE '${e.escape}'`;
  return `(${formatExpression(e.value)} ${not(e)}LIKE ${formatExpression(e.pattern)}${escape})`;
}

function formatWhens(whens: readonly WhenClause[], otherwise: Expression | undefined): string {
  const parts = whens.map((w) => `WHEN ${formatExpression(w.condition)} THEN ${formatExpression(w.result)}`);
  return [...parts, ...(otherwise === undefined ? [] : [`ELSE ${formatExpression(otherwise)}`]), 'END'].join(
    ' ',
  );
}

function formatTypeExpression(type: TypeExpression): string {
  switch (type.kind) {
    case 'BuiltIn':
      return formatType(type.type);
    case 'Custom':
      return type.name;
    case 'ArrayOf':
      return `ARRAY<${formatTypeExpression(type.element)}>`;
    case 'MapOf':
      return `MAP<${formatTypeExpression(type.key)}, ${formatTypeExpression(type.value)}>`;
    case 'StructOf':
      return `STRUCT<${type.fields.map((f) => `${quoteName(f.name)} ${formatTypeExpression(f.type)}`).join(', ')}>`;
    default:
      return assertNever(type, 'type');
  }
}
