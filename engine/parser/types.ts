import type { TypeExpression } from '../ast/expressions';
import { KsqlError } from '../diagnostics/diagnostic';
import type { Token } from '../lexer/token';
import type { SqlType } from '../types/sql-type';
import { identifier, isName } from './names';
import type { TokenCursor } from './token-cursor';

type Simple = Exclude<SqlType, { readonly kind: 'ARRAY' | 'MAP' | 'STRUCT' | 'DECIMAL' }>['kind'];

/** Built-in names without structure; ksqlDB reference "Data types". */
const SIMPLE: ReadonlyMap<string, Simple> = new Map<string, Simple>([
  ['BOOLEAN', 'BOOLEAN'],
  ['INT', 'INTEGER'],
  ['INTEGER', 'INTEGER'],
  ['BIGINT', 'BIGINT'],
  ['DOUBLE', 'DOUBLE'],
  ['VARCHAR', 'STRING'],
  ['STRING', 'STRING'],
  ['BYTES', 'BYTES'],
  ['DATE', 'DATE'],
  ['TIME', 'TIME'],
  ['TIMESTAMP', 'TIMESTAMP'],
]);
const DECIMAL_NAMES = new Set(['DECIMAL', 'DEC', 'NUMERIC']);
/** Precision of a DECIMAL is at most this; ksqlDB keeps it in 32 bits. */
const MAX_PRECISION = 2 ** 31 - 1;

/** type : ARRAY '<' type '>' | MAP '<' type ',' type '>' | STRUCT '<' [field (',' field)*] '>' | baseType */
export function type(c: TokenCursor): TypeExpression {
  return c.nested(() => {
    if (c.looksAt('ARRAY', '<')) return arrayType(c);
    if (c.looksAt('MAP', '<')) return mapType(c);
    if (c.looksAt('STRUCT', '<') || c.looksAt('STRUCT', '<>')) return structType(c);
    return baseType(c);
  });
}

/** ARRAY '<' type '>' */
function arrayType(c: TokenCursor): TypeExpression {
  const start = c.take();
  c.expect('<');
  const element = type(c);
  c.expect('>');
  const loc = c.spanFrom(start);
  if (element.kind === 'BuiltIn')
    return { kind: 'BuiltIn', type: { kind: 'ARRAY', element: element.type }, loc };
  return { kind: 'ArrayOf', element, loc };
}

/** MAP '<' type ',' type '>' */
function mapType(c: TokenCursor): TypeExpression {
  const start = c.take();
  c.expect('<');
  const key = type(c);
  c.expect(',');
  const value = type(c);
  c.expect('>');
  const loc = c.spanFrom(start);
  if (key.kind !== 'BuiltIn' || value.kind !== 'BuiltIn') return { kind: 'MapOf', key, value, loc };
  return { kind: 'BuiltIn', type: { kind: 'MAP', key: key.type, value: value.type }, loc };
}

type FieldOf<T> = { readonly name: string; readonly type: T };

/** STRUCT '<' [identifier type (',' identifier type)*] '>' */
function structType(c: TokenCursor): TypeExpression {
  const start = c.take();
  const fields = c.accept('<>') ? [] : structFields(c);
  const loc = c.spanFrom(start);
  if (!fields.every(isBuiltInField)) return { kind: 'StructOf', fields, loc };
  const resolved = fields.map((field) => ({ name: field.name, type: field.type.type }));
  return { kind: 'BuiltIn', type: { kind: 'STRUCT', fields: resolved }, loc };
}

function structFields(c: TokenCursor): FieldOf<TypeExpression>[] {
  c.expect('<');
  return c.accept('>') ? [] : c.list(() => ({ name: identifier(c), type: type(c) }), '>');
}

function isBuiltInField(
  field: FieldOf<TypeExpression>,
): field is FieldOf<Extract<TypeExpression, { kind: 'BuiltIn' }>> {
  return field.type.kind === 'BuiltIn';
}

/** baseType : identifier ['(' typeParameter (',' typeParameter)* ')'] ; any other name is a custom type's. */
function baseType(c: TokenCursor): TypeExpression {
  const start = c.current;
  if (!isName(start)) throw c.noName();
  const quoted = start.kind === 'QuotedIdentifier';
  const name = identifier(c);
  const parameters = c.accept('(') ? c.list(() => typeParameter(c), ')') : [];
  const loc = c.spanFrom(start);
  if (!quoted && DECIMAL_NAMES.has(name))
    return { kind: 'BuiltIn', type: decimal(c, start, parameters), loc };
  const simple = SIMPLE.get(name);
  return simple ? { kind: 'BuiltIn', type: { kind: simple }, loc } : { kind: 'Custom', name, loc };
}

/** typeParameter : INTEGER_VALUE | 'STRING' */
function typeParameter(c: TokenCursor): Token {
  c.forget();
  return c.accept('STRING') ?? c.expectClass('INTEGER_VALUE', ['Integer']);
}

/** DECIMAL '(' precision ',' scale ')' */
function decimal(c: TokenCursor, name: Token, parameters: readonly Token[]): SqlType {
  const [precision, scale] = parameters.map((parameter) => Number(parameter.value));
  if (parameters.length !== 2)
    throw badDecimal(c, name, 'DECIMAL type must have two parameters: precision and scale');
  if (!(precision! >= 1 && precision! <= MAX_PRECISION)) {
    throw badDecimal(c, name, `DECIMAL precision must be >= 1: DECIMAL(${precision},${scale})`);
  }
  if (!(scale! >= 0 && scale! <= precision!)) {
    throw badDecimal(c, name, `DECIMAL precision must be >= scale: DECIMAL(${precision},${scale})`);
  }
  return { kind: 'DECIMAL', precision: precision!, scale: scale! };
}

function badDecimal(c: TokenCursor, span: Token, message: string): KsqlError {
  const hint = 'Write DECIMAL(precision, scale), for example DECIMAL(18, 6).';
  return new KsqlError({ code: 'KE1010', severity: 'error', message, source: c.source, span, hint });
}
