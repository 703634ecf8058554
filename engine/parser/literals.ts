import type { Expression } from '../ast/expressions';
import type { Token } from '../lexer/token';
import type { Span } from '../source/source';
import { preparationError } from './syntax-error';
import type { TokenCursor } from './token-cursor';

const INT_MAX = 2n ** 31n - 1n;
const INT_MIN = -(2n ** 31n);
const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);

const NUMBER_KINDS: readonly Token['kind'][] = ['Integer', 'Decimal', 'Float'];

export function isNumber(token: Token): boolean {
  return NUMBER_KINDS.includes(token.kind);
}

/** literal : NULL | TRUE | FALSE | STRING | number ; undefined when the current token starts none. */
export function literal(c: TokenCursor): Expression | undefined {
  const token = c.current;
  if (token.kind === 'String') return { kind: 'StringLiteral', value: c.take().value, loc: spanOf(token) };
  if (token.kind === 'Keyword') return wordLiteral(c);
  return isNumber(token) || (isMinus(token) && isNumber(c.peek())) ? number(c) : undefined;
}

function wordLiteral(c: TokenCursor): Expression | undefined {
  const token = c.current;
  const loc = spanOf(token);
  if (token.value === 'NULL') return (c.take(), { kind: 'NullLiteral', loc });
  if (token.value !== 'TRUE' && token.value !== 'FALSE') return undefined;
  c.take();
  return { kind: 'BooleanLiteral', value: token.value === 'TRUE', loc };
}

/** number : '-'? (INTEGER_VALUE | DECIMAL_VALUE | FLOATING_POINT_VALUE) */
export function number(c: TokenCursor): Expression {
  const start = c.current;
  const sign = isMinus(start) ? c.take().text : '';
  const token = c.expectClass('NUMBER', NUMBER_KINDS);
  const loc = c.spanFrom(start);
  if (token.kind === 'Integer') return integer(c, sign + token.text, loc);
  if (token.kind === 'Decimal') return { kind: 'DecimalLiteral', text: sign + token.text, loc };
  return double(c, sign, token, loc);
}

function isMinus(token: Token): boolean {
  return token.kind === 'Symbol' && token.text === '-';
}

/** The smallest of INTEGER and BIGINT that holds it. */
function integer(c: TokenCursor, text: string, loc: Span): Expression {
  const value = BigInt(text);
  if (value >= INT_MIN && value <= INT_MAX) return { kind: 'IntegerLiteral', value: Number(value), loc };
  if (value >= LONG_MIN && value <= LONG_MAX)
    return { kind: 'LongLiteral', value: canonicalLong(value), loc };
  throw outOfRange(
    c,
    loc,
    `Invalid numeric literal: ${text}`,
    'BIGINT holds -9223372036854775808 to 9223372036854775807.',
  );
}

function canonicalLong(value: bigint): number | bigint {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}

function double(c: TokenCursor, sign: string, token: Token, loc: Span): Expression {
  const value = Number(sign + token.text);
  if (Number.isFinite(value)) return { kind: 'DoubleLiteral', value, loc };
  throw outOfRange(
    c,
    token,
    `Number overflows DOUBLE: ${token.text}`,
    'DOUBLE holds up to 1.7976931348623157E308.',
  );
}

/** ksqlDB counts the column of such an error from one more than it does elsewhere. */
function outOfRange(c: TokenCursor, span: Span, what: string, hint: string): Error {
  const message = `line ${span.line}:${span.column + 1}: ${what}`;
  return preparationError({ code: 'KE1006', message, source: c.source, span, hint });
}

/** A plain copy: a token as a location would drag its text along. */
export function spanOf({ start, end, line, column }: Span): Span {
  return { start, end, line, column };
}

/** STRING */
export function stringLiteral(c: TokenCursor): string {
  return c.expectClass('STRING_LITERAL', ['String']).value;
}

/** INTEGER_VALUE, as a number. */
export function integerValue(c: TokenCursor): number {
  return Number(c.expectClass('INTEGER_VALUE', ['Integer']).value);
}
