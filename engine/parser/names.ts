import { isReserved } from '../lexer/keywords';
import type { Token } from '../lexer/token';
import { KsqlError } from '../diagnostics/diagnostic';
import type { TokenCursor } from './token-cursor';

const NAME_KINDS: ReadonlySet<Token['kind']> = new Set<Token['kind']>([
  'Identifier',
  'DigitIdentifier',
  'QuotedIdentifier',
  'Variable',
]);

/** Whether `token` can be a name here: quoted, a word that is not reserved, or a variable that nobody defined. */
export function isName(token: Token): boolean {
  if (token.kind === 'Keyword') return !isReserved(token.value);
  return NAME_KINDS.has(token.kind);
}

/** identifier : IDENTIFIER | DIGIT_IDENTIFIER | nonReservedKeyword | '"' … '"' | '`' … '`' ; unquoted ones are upper-cased. */
export function identifier(c: TokenCursor): string {
  return identifierToken(c).value;
}

/** An identifier whose case is kept, quoted or not: topics of PRINT and ASSERT TOPIC. */
export function caseSensitiveIdentifier(c: TokenCursor): string {
  const token = identifierToken(c);
  return token.kind === 'QuotedIdentifier' ? token.value : token.text;
}

function identifierToken(c: TokenCursor): Token {
  if (!isName(c.current)) throw c.noName();
  const token = c.take();
  const folded = token.kind === 'Variable' || token.kind === 'DigitIdentifier';
  return folded ? { ...token, value: token.text.toUpperCase() } : token;
}

const SOURCE_NAME = /^[A-Za-z0-9_-]+$/;

/** sourceName : identifier ; of letters, digits, "_" and "-" only. */
export function sourceName(c: TokenCursor): string {
  const token = c.current;
  const name = identifier(c);
  if (SOURCE_NAME.test(name)) return name;
  const place = `Line: ${token.line}, Col: ${token.column}`;
  throw new KsqlError({
    code: 'KE1004',
    severity: 'error',
    message: `Illegal argument at ${place}. Source names may only contain alphanumeric values, '_' or '-'. Got: '${name}'`,
    source: c.source,
    span: token,
    hint: token.kind === 'Variable' ? `Define the variable ${token.text}.` : undefined,
  });
}
