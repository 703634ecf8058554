import type { LexResult } from '../lexer/lexer';
import { lex } from '../lexer/lexer';
import type { Token } from '../lexer/token';
import type { Source, Span } from '../source/source';

export interface StatementText {
  /** From the first token to the `;`, as written. */
  readonly text: string;
  readonly span: Span;
  /** False for a last piece without its `;`. */
  readonly terminated: boolean;
}

/** Cuts a text at the `;` that end statements; those in strings, quoted names and comments end none. */
export function splitStatements(source: Source): readonly StatementText[] {
  return statementTokens(lex(source)).map((tokens) => statementText(source, tokens));
}

/** The tokens of each statement, its `;` included. */
export function statementTokens({ tokens }: LexResult): readonly (readonly Token[])[] {
  const statements: Token[][] = [];
  let current: Token[] = [];
  for (const token of tokens) {
    if (token.kind === 'EOF') break;
    current.push(token);
    if (!isEnd(token)) continue;
    statements.push(current);
    current = [];
  }
  if (current.length > 0) statements.push(current);
  return statements;
}

export function statementText(source: Source, tokens: readonly Token[]): StatementText {
  const first = tokens[0]!;
  const last = tokens[tokens.length - 1]!;
  const span = { start: first.start, end: last.end, line: first.line, column: first.column };
  return { text: source.text.slice(span.start, span.end), span, terminated: isEnd(last) };
}

function isEnd(token: Token): boolean {
  return token.kind === 'Symbol' && token.text === ';';
}
