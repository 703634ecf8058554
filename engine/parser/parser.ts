import type { Expression, TypeExpression } from '../ast/expressions';
import type { Statement } from '../ast/statements';
import { lex } from '../lexer/lexer';
import type { Token } from '../lexer/token';
import { hasVariables, normalizeVariables, substituteVariables } from '../lexer/variables';
import type { Variables } from '../lexer/variables';
import { createSource } from '../source/source';
import type { Source, Span } from '../source/source';
import { expression } from './expressions';
import { statementText, statementTokens } from './split';
import { singleStatement } from './statements';
import { TokenCursor } from './token-cursor';
import { type } from './types';

export interface ParsedStatement {
  readonly statement: Statement;
  /** The statement with its `;`, without comments before it, its variables replaced. */
  readonly text: string;
  readonly span: Span;
  /** What `span` and every `loc` point into: the source that was given, or one whose variables are replaced. */
  readonly source: Source;
}

export interface ParseOptions {
  /** Values of `${name}`; DEFINE and UNDEFINE in the text change them for what follows. */
  readonly variables?: Variables;
}

/**
 * Parses a text of statements, each ended by `;`.
 * @throws KsqlError on the first that is not ksqlDB's language, worded as ksqlDB words it
 */
export function parseStatements(source: Source, options: ParseOptions = {}): ParsedStatement[] {
  const variables = normalizeVariables(options.variables);
  return tokensOf(source).map((tokens) => {
    const parsed = parseTokens(source, tokens, variables);
    remember(parsed.statement, variables);
    return parsed;
  });
}

let lexedLast: { readonly text: string; readonly statements: readonly (readonly Token[])[] } | undefined;

/** A file is read once for each of its windows, one after the other, with other variables. */
function tokensOf(source: Source): readonly (readonly Token[])[] {
  if (lexedLast?.text !== source.text)
    lexedLast = { text: source.text, statements: statementTokens(lex(source)) };
  return lexedLast.statements;
}

/** How many texts are remembered: more than an environment has statements, in both their forms. */
const REMEMBERED = 1_000;
const known = new Map<string, ParsedStatement | undefined>();

/**
 * The first statement of a text without variables; undefined where there is none. Trees are never changed, so that the texts
 * asked for last are parsed once, however many ask what they mean.
 * @throws KsqlError as {@link parseStatements} does
 */
export function parseStatement(text: string): ParsedStatement | undefined {
  if (known.has(text)) return known.get(text);
  const [parsed] = parseStatements(createSource(text));
  if (known.size >= REMEMBERED) known.delete(known.keys().next().value!);
  known.set(text, parsed);
  return parsed;
}

/** DEFINE and UNDEFINE hold from the next statement on. */
function remember(statement: Statement, variables: Map<string, string>): void {
  if (statement.kind === 'DefineVariable') variables.set(statement.name.toUpperCase(), statement.value);
  if (statement.kind === 'UndefineVariable') variables.delete(statement.name.toUpperCase());
}

function parseTokens(source: Source, tokens: readonly Token[], variables: Variables): ParsedStatement {
  const { text, span } = statementText(source, tokens);
  const replaced = hasVariables(text) ? substituteVariables(text, variables) : text;
  if (replaced === text) return { statement: parseOne(source, tokens), text, span, source };
  return parseReplaced(createSource(source.text.slice(0, span.start) + replaced, source.name), span);
}

/** The statement's text stands at the end of `source`, behind all that came before it: positions stay true. */
function parseReplaced(source: Source, { start, line, column }: Span): ParsedStatement {
  const text = source.text.slice(start);
  const tokens = lex(createSource(text)).tokens.filter(({ kind }) => kind !== 'EOF');
  const moved = tokens.map((token) => moveTo(token, { start, line, column }));
  const span = { start, end: source.text.length, line, column };
  return { statement: parseOne(source, moved), text, span, source };
}

/** A token of a text that stands at `origin` of another. */
function moveTo(token: Token, origin: Omit<Span, 'end'>): Token {
  const { kind, text, value, start, end, line, column } = token;
  return {
    start: start + origin.start,
    end: end + origin.start,
    line: line + origin.line - 1,
    column: line === 1 ? column + origin.column - 1 : column,
    kind,
    text,
    value,
  };
}

function parseOne(source: Source, tokens: readonly Token[]): Statement {
  const cursor = new TokenCursor(source, [...tokens, endAfter(tokens)]);
  const statement = singleStatement(cursor);
  if (cursor.current.kind !== 'EOF')
    throw cursor.noAlternative('A variable must not hold a second statement.');
  return statement;
}

/** The end of the text, right after the last token. */
function endAfter(tokens: readonly Token[]): Token {
  const { text, end, line, column } = tokens[tokens.length - 1]!;
  const lines = text.split('\n');
  const lastLine = lines[lines.length - 1]!.length;
  const at = lines.length === 1 ? column + lastLine : lastLine + 1;
  return {
    kind: 'EOF',
    text: '<EOF>',
    value: '<EOF>',
    start: end,
    end,
    line: line + lines.length - 1,
    column: at,
  };
}

/** Parses one expression and nothing else. */
export function parseExpression(text: string | Source): Expression {
  return parseAll(text, expression);
}

/** Parses one type, such as `ARRAY<STRUCT<a INT>>`, and nothing else. */
export function parseType(text: string | Source): TypeExpression {
  return parseAll(text, type);
}

function parseAll<T>(text: string | Source, production: (c: TokenCursor) => T): T {
  const source = typeof text === 'string' ? createSource(text) : text;
  const cursor = new TokenCursor(source, lex(source).tokens);
  const parsed = production(cursor);
  if (cursor.current.kind !== 'EOF') throw cursor.noAlternative('Expected the end of the text.');
  return parsed;
}
