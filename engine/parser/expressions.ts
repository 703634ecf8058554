import type {
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  TimeUnit,
  WhenClause,
} from '../ast/expressions';
import { takesTimeUnit } from '../ast/time-unit-functions';
import { KsqlError } from '../diagnostics/diagnostic';
import type { Token } from '../lexer/token';
import { literal, spanOf, stringLiteral } from './literals';
import { identifier, isName } from './names';
import { MAX_CHAIN } from './token-cursor';
import type { TokenCursor } from './token-cursor';
import { timeUnitOf } from './time-units';
import { type } from './types';

/*
 * Operators, the loosest first; ksqlDB reference "Operators":
 *   OR · AND · NOT · one predicate · '||' · '+' '-' · '*' '/' '%' · sign · '->' '[ ]'
 */

/** expression : orExpression */
export function expression(c: TokenCursor): Expression {
  return c.nested(() => orExpression(c));
}

/** orExpression : andExpression (OR andExpression)* */
function orExpression(c: TokenCursor): Expression {
  return logical(c, 'OR', andExpression);
}

/** andExpression : notExpression (AND notExpression)* */
function andExpression(c: TokenCursor): Expression {
  return logical(c, 'AND', notExpression);
}

function logical(c: TokenCursor, op: 'AND' | 'OR', operand: (c: TokenCursor) => Expression): Expression {
  return chain(c, operand(c), (left) => {
    if (!c.accept(op)) return undefined;
    const right = operand(c);
    return { kind: 'LogicalBinary', op, left, right, loc: c.spanFrom(left.loc) };
  });
}

/** Extends `first` to the right while `step` can. */
function chain(
  c: TokenCursor,
  first: Expression,
  step: (left: Expression) => Expression | undefined,
): Expression {
  let left = first;
  for (let length = 0; ; length++) {
    const longer = step(left);
    if (!longer) return left;
    if (length >= MAX_CHAIN) throw c.tooDeep();
    left = longer;
  }
}

/** notExpression : NOT notExpression | predicated */
function notExpression(c: TokenCursor): Expression {
  const not = c.accept('NOT');
  if (!not) return predicated(c);
  const operand = c.nested(() => notExpression(c));
  return { kind: 'Not', operand, loc: c.spanFrom(not) };
}

const COMPARISONS: ReadonlyMap<string, ComparisonOperator> = new Map<string, ComparisonOperator>([
  ['=', '='],
  ['==', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

/** predicated : valueExpression [comparison | betweenIs…] ; at most one predicate. */
function predicated(c: TokenCursor): Expression {
  const value = valueExpression(c);
  for (const [text, op] of COMPARISONS) {
    if (c.accept(text))
      return { kind: 'Comparison', op, left: value, right: valueExpression(c), loc: c.spanFrom(value.loc) };
  }
  if (c.accept('IS')) return isPredicate(c, value);
  const negated = c.at('NOT') && ['BETWEEN', 'IN', 'LIKE'].some((word) => c.looksAt('NOT', word));
  if (negated) c.take();
  return rangePredicate(c, value, negated) ?? value;
}

/** IS [NOT] NULL | IS [NOT] DISTINCT FROM valueExpression */
function isPredicate(c: TokenCursor, value: Expression): Expression {
  const negated = c.accept('NOT') !== undefined;
  if (c.accept('NULL')) return { kind: 'IsNull', operand: value, negated, loc: c.spanFrom(value.loc) };
  if (!c.accept('DISTINCT')) throw c.noAlternative();
  c.expect('FROM');
  const right = valueExpression(c);
  const op = negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
  return { kind: 'Comparison', op, left: value, right, loc: c.spanFrom(value.loc) };
}

/** BETWEEN low AND high | IN '(' expression (',' expression)* ')' | LIKE pattern [ESCAPE STRING] */
function rangePredicate(c: TokenCursor, value: Expression, negated: boolean): Expression | undefined {
  if (c.accept('BETWEEN')) return between(c, value, negated);
  if (c.accept('IN')) return inList(c, value, negated);
  return c.accept('LIKE') ? like(c, value, negated) : undefined;
}

function between(c: TokenCursor, value: Expression, negated: boolean): Expression {
  const low = valueExpression(c);
  c.expect('AND');
  const high = valueExpression(c);
  return { kind: 'Between', value, low, high, negated, loc: c.spanFrom(value.loc) };
}

function inList(c: TokenCursor, value: Expression, negated: boolean): Expression {
  c.expect('(');
  const items = c.list(() => expression(c), ')');
  return { kind: 'InList', value, items, negated, loc: c.spanFrom(value.loc) };
}

function like(c: TokenCursor, value: Expression, negated: boolean): Expression {
  const pattern = valueExpression(c);
  const escape = c.accept('ESCAPE') ? escapeCharacter(c) : undefined;
  return {
    kind: 'Like',
    value,
    pattern,
    ...(escape === undefined ? {} : { escape }),
    negated,
    loc: c.spanFrom(value.loc),
  };
}

function escapeCharacter(c: TokenCursor): string {
  const span = c.current;
  const escape = stringLiteral(c);
  if (escape.length === 1) return escape;
  const message = `Illegal argument at Line: ${span.line}, Col: ${span.column}. Expected single character escape but got: ${escape}`;
  throw new KsqlError({ code: 'KE1001', severity: 'error', message, source: c.source, span });
}

/** valueExpression : sum ('||' sum)* ; joined texts are a call of CONCAT. */
export function valueExpression(c: TokenCursor): Expression {
  return chain(c, sum(c), (left) => {
    if (!c.accept('||')) return undefined;
    const right = sum(c);
    return { kind: 'FunctionCall', name: 'CONCAT', args: [left, right], loc: c.spanFrom(left.loc) };
  });
}

/** sum : product (('+' | '-') product)* */
function sum(c: TokenCursor): Expression {
  return arithmetic(c, ['+', '-'], product);
}

/** product : signed (('*' | '/' | '%') signed)* */
function product(c: TokenCursor): Expression {
  return arithmetic(c, ['*', '/', '%'], signed);
}

function arithmetic(
  c: TokenCursor,
  operators: readonly ArithmeticOperator[],
  operand: (c: TokenCursor) => Expression,
): Expression {
  return chain(c, operand(c), (left) => {
    const op = operators.find((operator) => c.accept(operator));
    if (!op) return undefined;
    const right = operand(c);
    return { kind: 'ArithmeticBinary', op, left, right, loc: c.spanFrom(left.loc) };
  });
}

/** signed : ('+' | '-') signed | primary ; a minus before a number is part of the number. */
function signed(c: TokenCursor): Expression {
  const start = c.current;
  const number = literal(c);
  if (number) return postfix(c, number);
  const op = c.accept('-') ? '-' : c.accept('+') ? '+' : undefined;
  if (!op) return postfix(c, primary(c));
  const operand = c.nested(() => signed(c));
  return { kind: 'ArithmeticUnary', op, operand, loc: c.spanFrom(start) };
}

/** postfix : primary ('->' identifier | '[' valueExpression ']')* ; `->*` belongs to the SELECT item. */
function postfix(c: TokenCursor, first: Expression): Expression {
  return chain(c, first, (base) => {
    if (!c.looksAt('->', '*') && c.accept('->')) {
      return { kind: 'Dereference', base, field: identifier(c), loc: c.spanFrom(base.loc) };
    }
    if (!c.accept('[')) return undefined;
    const index = c.nested(() => valueExpression(c));
    c.expect(']');
    return { kind: 'Subscript', base, index, loc: c.spanFrom(base.loc) };
  });
}

/** primary : '(' expression ')' | CASE … | CAST … | ARRAY '[' … | MAP '(' … | STRUCT '(' … | call | column */
function primary(c: TokenCursor): Expression {
  if (c.looksAt('(')) return parenthesized(c);
  if (c.looksAt('CASE')) return caseExpression(c);
  if (c.looksAt('CAST', '(')) return cast(c);
  if (c.looksAt('ARRAY', '[')) return createArray(c);
  if (c.looksAt('MAP', '(')) return createMap(c);
  if (c.looksAt('STRUCT', '(')) return createStruct(c);
  if (!isName(c.current)) throw c.noAlternative(`${c.found()}; expected an expression.`);
  return isSymbol(c.peek(), '(') ? functionCall(c) : column(c);
}

function isSymbol(token: Token, text: string): boolean {
  return token.kind === 'Symbol' && token.text === text;
}

/** '(' expression ')' */
function parenthesized(c: TokenCursor): Expression {
  c.take();
  const inner = expression(c);
  c.expect(')');
  return inner;
}

/** column : [identifier '.'] identifier */
function column(c: TokenCursor): Expression {
  const start = c.current;
  const first = identifier(c);
  if (!c.accept('.')) return { kind: 'ColumnRef', name: first, loc: c.spanFrom(start) };
  const name = identifier(c);
  return { kind: 'ColumnRef', qualifier: first, name, loc: c.spanFrom(start) };
}

/** CASE [operand] (WHEN condition THEN result)+ [ELSE result] END */
function caseExpression(c: TokenCursor): Expression {
  const start = c.take();
  const operand = c.looksAt('WHEN') ? undefined : c.nested(() => valueExpression(c));
  const whens: WhenClause[] = [];
  do whens.push(whenClause(c));
  while (c.at('WHEN'));
  const otherwise = c.accept('ELSE') ? { otherwise: expression(c) } : {};
  c.expect('END');
  const loc = c.spanFrom(start);
  return operand
    ? { kind: 'SimpleCase', operand, whens, ...otherwise, loc }
    : { kind: 'SearchedCase', whens, ...otherwise, loc };
}

function whenClause(c: TokenCursor): WhenClause {
  const start = c.expect('WHEN');
  const condition = expression(c);
  c.expect('THEN');
  const result = expression(c);
  return { condition, result, loc: c.spanFrom(start) };
}

/** CAST '(' expression AS type ')' */
function cast(c: TokenCursor): Expression {
  const start = c.take();
  c.take();
  const operand = expression(c);
  c.expect('AS');
  const target = type(c);
  c.expect(')');
  return { kind: 'Cast', operand, type: target, loc: c.spanFrom(start) };
}

/** ARRAY '[' [expression (',' expression)*] ']' */
function createArray(c: TokenCursor): Expression {
  const start = c.take();
  c.take();
  const items = c.accept(']') ? [] : c.list(() => expression(c), ']');
  return { kind: 'CreateArray', items, loc: c.spanFrom(start) };
}

/** MAP '(' [expression ':=' expression (',' …)*] ')' */
function createMap(c: TokenCursor): Expression {
  const start = c.take();
  c.take();
  const entries = c.accept(')') ? [] : c.list(() => mapEntry(c), ')');
  return { kind: 'CreateMap', entries, loc: c.spanFrom(start) };
}

function mapEntry(c: TokenCursor): { key: Expression; value: Expression } {
  const key = expression(c);
  c.expect(':=');
  return { key, value: expression(c) };
}

/** STRUCT '(' [identifier ':=' expression (',' …)*] ')' */
function createStruct(c: TokenCursor): Expression {
  const start = c.take();
  c.take();
  const fields = c.accept(')') ? [] : c.list(() => structField(c), ')');
  return { kind: 'CreateStruct', fields, loc: c.spanFrom(start) };
}

function structField(c: TokenCursor): { name: string; value: Expression } {
  const name = identifier(c);
  c.expect(':=');
  return { name, value: expression(c) };
}

/** call : identifier '(' '*' ')' | identifier '(' [argument (',' argument)*] ')' */
function functionCall(c: TokenCursor): Expression {
  const start = c.current;
  const name = identifier(c);
  c.take();
  if (c.accept('*')) {
    c.expect(')');
    return { kind: 'FunctionCall', name, args: [], star: true, loc: c.spanFrom(start) };
  }
  const argument = () => functionArgument(c, takesTimeUnit(name));
  const args = c.accept(')') ? [] : c.list(argument, ')');
  return { kind: 'FunctionCall', name, args, loc: c.spanFrom(start) };
}

/** argument : lambda | unit | expression */
function functionArgument(c: TokenCursor, takesUnit: boolean): Expression {
  if (isLambda(c)) return c.nested(() => lambda(c));
  const unit = takesUnit ? bareUnit(c) : undefined;
  if (!unit) return expression(c);
  return { kind: 'TimeUnitLiteral', unit, loc: spanOf(c.take()) };
}

function bareUnit(c: TokenCursor): TimeUnit | undefined {
  return isSymbol(c.peek(), ',') ? timeUnitOf(c.current) : undefined;
}

function isLambda(c: TokenCursor): boolean {
  if (isName(c.current)) return isSymbol(c.peek(), '=>');
  if (!isSymbol(c.current, '(')) return false;
  let ahead = 1;
  while (isName(c.peek(ahead)) && isSymbol(c.peek(ahead + 1), ',')) ahead += 2;
  return isName(c.peek(ahead)) && isSymbol(c.peek(ahead + 1), ')') && isSymbol(c.peek(ahead + 2), '=>');
}

/** lambda : identifier '=>' expression | '(' identifier (',' identifier)* ')' '=>' expression */
function lambda(c: TokenCursor): Expression {
  const start = c.current;
  const parameters = c.accept('(') ? c.list(() => identifier(c), ')') : [identifier(c)];
  c.expect('=>');
  const body = expression(c);
  return { kind: 'Lambda', parameters, body, loc: c.spanFrom(start) };
}
