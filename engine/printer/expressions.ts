import type { Expression, FunctionCall, SearchedCase, SimpleCase } from '../ast/expressions';
import { takesTimeUnit } from '../ast/time-unit-functions';
import { assertNever } from '../source/assert-never';
import { formatName, formatString, quoteName } from './names';
import { formatType } from './types';

/** Prints as ksqlDB does: every operation in parentheses, names quoted where they need it. */
export function formatExpression(expression: Expression): string {
  const e = expression;
  switch (e.kind) {
    case 'NullLiteral':
      return 'null';
    case 'BooleanLiteral':
    case 'IntegerLiteral':
    case 'LongLiteral':
      return String(e.value);
    case 'DoubleLiteral':
      return e.value.toExponential().toUpperCase().replace('E+', 'E');
    case 'DecimalLiteral':
      return e.text;
    case 'StringLiteral':
      return formatString(e.value);
    case 'TimeUnitLiteral':
      return e.unit;
    case 'ColumnRef':
      return e.qualifier === undefined
        ? formatName(e.name)
        : `${formatName(e.qualifier)}.${formatName(e.name)}`;
    case 'Dereference':
      return `${formatBase(e.base)}->${formatName(e.field)}`;
    case 'Subscript':
      return `${formatBase(e.base)}[${formatExpression(e.index)}]`;
    case 'ArithmeticUnary':
      return formatSigned(e.op, e.operand);
    case 'ArithmeticBinary':
    case 'Comparison':
    case 'LogicalBinary':
      return formatBinary(e);
    case 'Not':
      return `(NOT ${formatExpression(e.operand)})`;
    case 'IsNull':
      return `(${formatExpression(e.operand)} IS ${not(e.negated)}NULL)`;
    case 'Like':
      return `(${formatExpression(e.value)} ${not(e.negated)}LIKE ${formatExpression(e.pattern)}${formatEscape(e.escape)})`;
    case 'Between':
      return `(${formatExpression(e.value)} ${not(e.negated)}BETWEEN ${formatExpression(e.low)} AND ${formatExpression(e.high)})`;
    case 'InList':
      return `(${formatExpression(e.value)} ${not(e.negated)}IN (${formatList(e.items)}))`;
    case 'SimpleCase':
    case 'SearchedCase':
      return formatCase(e);
    case 'Cast':
      return `CAST(${formatExpression(e.operand)} AS ${formatType(e.type)})`;
    case 'FunctionCall':
      return formatCall(e);
    case 'Lambda':
      return `(${e.parameters.map(formatName).join(', ')}) => ${formatExpression(e.body)}`;
    case 'CreateArray':
      return `ARRAY[${formatList(e.items)}]`;
    case 'CreateMap':
      return `MAP(${e.entries.map((entry) => `${formatExpression(entry.key)}:=${formatExpression(entry.value)}`).join(', ')})`;
    case 'CreateStruct':
      return `STRUCT(${e.fields.map((field) => `${formatName(field.name)}:=${formatExpression(field.value)}`).join(', ')})`;
    default:
      return assertNever(e, 'expression');
  }
}

export function formatList(expressions: readonly Expression[]): string {
  return expressions.map(formatExpression).join(', ');
}

function not(negated: boolean): string {
  return negated ? 'NOT ' : '';
}

function formatEscape(escape: string | undefined): string {
  return escape === undefined ? '' : ` ESCAPE ${formatString(escape)}`;
}

type Binary = Extract<Expression, { kind: 'ArithmeticBinary' | 'Comparison' | 'LogicalBinary' }>;

/** A long chain of one operator leans to the left: it is printed without recursion on that side. */
function formatBinary(expression: Binary): string {
  const rights: string[] = [];
  let left: Expression = expression;
  while (left.kind === 'ArithmeticBinary' || left.kind === 'Comparison' || left.kind === 'LogicalBinary') {
    rights.push(` ${left.op} ${formatExpression(left.right)})`);
    left = left.left;
  }
  return '('.repeat(rights.length) + formatExpression(left) + rights.reverse().join('');
}

/** `--1` would begin a comment, and `-1` be read as a number. */
function formatSigned(op: '+' | '-', operand: Expression): string {
  const text = formatExpression(operand);
  if (op === '+') return `+${text}`;
  if (text.startsWith('-')) return `- ${text}`;
  return /^[0-9.]/.test(text) ? `-(${text})` : `-${text}`;
}

/** What stands before `->` or `[`. */
function formatBase(base: Expression): string {
  if (base.kind === 'ArithmeticUnary') return `(${formatExpression(base)})`;
  // ARRAY[1] would be read as an array of one element.
  if (base.kind === 'ColumnRef' && base.qualifier === undefined && base.name === 'ARRAY')
    return quoteName(base.name);
  return formatExpression(base);
}

function formatCase(expression: SimpleCase | SearchedCase): string {
  const operand = expression.kind === 'SimpleCase' ? [formatExpression(expression.operand)] : [];
  const whens = expression.whens.map(
    ({ condition, result }) => `WHEN ${formatExpression(condition)} THEN ${formatExpression(result)}`,
  );
  const otherwise = expression.otherwise ? [`ELSE ${formatExpression(expression.otherwise)}`] : [];
  return `(${['CASE', ...operand, ...whens, ...otherwise, 'END'].join(' ')})`;
}

/** Constructors and CAST look like calls; a function of that name can only have been quoted. */
const CONSTRUCTORS: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'STRUCT']);

function formatCall({ name, args, star }: FunctionCall): string {
  const shownName = CONSTRUCTORS.has(name) ? quoteName(name) : formatName(name);
  if (star) return `${shownName}(*)`;
  return `${shownName}(${args.map((argument) => formatArgument(argument, takesTimeUnit(name))).join(', ')})`;
}

const UNIT_WORD = /^(DAY|HOUR|MINUTE|SECOND|MILLISECOND|YEAR|MONTH)S?$/;

/** Where a unit can stand, a column that is named like one is quoted. */
function formatArgument(argument: Expression, takesUnit: boolean): string {
  const isUnit = takesUnit && argument.kind === 'ColumnRef' && argument.qualifier === undefined;
  return isUnit && UNIT_WORD.test(argument.name) ? quoteName(argument.name) : formatExpression(argument);
}
