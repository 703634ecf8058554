import type { Source, Span } from '../source/source';
import { isKeyword, SYMBOLS } from './keywords';
import type { Comment, CommentKind, Token, TokenKind } from './token';

export interface LexResult {
  /** Ends with one `EOF` token. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

/**
 * Splits a text into ksqlDB's tokens in one pass, each character read a bounded number of times.
 * It never fails: what starts no token becomes an `Unrecognized` one, and the parser says where.
 */
export function lex(source: Source): LexResult {
  return new Lexer(source.text).run();
}

interface Scanned {
  readonly kind: TokenKind;
  readonly end: number;
  readonly value?: string;
}

const TWO_CHARACTERS = new Set(SYMBOLS.filter((symbol) => symbol.length === 2));
const ONE_CHARACTER = new Set(SYMBOLS.filter((symbol) => symbol.length === 1));

const LINE_FEED = 10;
const WHITESPACE = /[\s\u0000]+/y;
const LETTER = /[A-Za-z_]/;
const NUMBER_START = /[0-9.]/;
const WORD = /[A-Za-z_][A-Za-z0-9_@]*/y;
const VARIABLE = /\$\{[^{}'"\s;]*\}/y;
/** Digits with an exponent; digits with a point; digits that run on as a word; digits. The longest wins. */
const FLOAT = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+/y;
const DECIMAL = /[0-9]+\.[0-9]*|\.[0-9]+/y;
const DIGITS_AND_LETTERS = /[0-9]+[A-Za-z_@][A-Za-z0-9_@]*/y;
const INTEGER = /[0-9]+/y;

class Lexer {
  private readonly tokens: Token[] = [];
  private readonly comments: Comment[] = [];
  private position = 0;
  private line = 1;
  private lineStart = 0;
  /** For each closing mark the offset from which on there is none: spares a rescan for every open quote. */
  private readonly unclosedFrom = new Map<string, number>();

  constructor(private readonly text: string) {}

  run(): LexResult {
    while (this.position < this.text.length) {
      if (!this.skipBlank() && !this.comment()) this.token();
    }
    this.tokens.push({ ...this.span(this.position), kind: 'EOF', text: '<EOF>', value: '<EOF>' });
    return { tokens: this.tokens, comments: this.comments };
  }

  private skipBlank(): boolean {
    const end = this.match(WHITESPACE);
    if (end === undefined) return false;
    this.advance(end);
    return true;
  }

  /** `-- text`, `--@ directive`, `/* text * /`. */
  private comment(): boolean {
    const end = this.endOfComment();
    if (end === undefined) return false;
    const text = this.text.slice(this.position, end);
    const kind: CommentKind = text.startsWith('/*') ? 'block' : text.startsWith('--@') ? 'directive' : 'line';
    this.comments.push({ ...this.span(end), kind, text });
    this.advance(end);
    return true;
  }

  private endOfComment(): number | undefined {
    if (this.text.startsWith('--', this.position)) {
      const end = this.text.indexOf('\n', this.position);
      return end < 0 ? this.text.length : end;
    }
    return this.text.startsWith('/*', this.position) ? this.closing('*/', this.position + 2) : undefined;
  }

  private token(): void {
    const { kind, end, value } = this.scan(this.text[this.position]!);
    const { position: start, line } = this;
    const text = this.text.slice(start, end);
    const column = start - this.lineStart + 1;
    this.tokens.push({ start, end, line, column, kind, text, value: value ?? text });
    // Only these may run over several lines.
    if (kind === 'String' || kind === 'QuotedIdentifier') this.advance(end);
    else this.position = end;
  }

  /** What a token can be follows from its first character: nothing else is tried. */
  private scan(first: string): Scanned {
    if (first === "'") return this.quoted("'", 'String');
    if (first === '"' || first === '`') return this.quoted(first, 'QuotedIdentifier');
    if (LETTER.test(first)) return this.word();
    if (first === '$') return this.simple(VARIABLE, 'Variable') ?? this.symbol();
    return (NUMBER_START.test(first) ? this.number() : undefined) ?? this.symbol();
  }

  private word(): Scanned {
    const end = this.match(WORD)!;
    const value = this.text.slice(this.position, end).toUpperCase();
    return { kind: isKeyword(value) ? 'Keyword' : 'Identifier', end, value };
  }

  private number(): Scanned | undefined {
    return (
      this.simple(FLOAT, 'Float') ??
      this.simple(DECIMAL, 'Decimal') ??
      this.simple(DIGITS_AND_LETTERS, 'DigitIdentifier') ??
      this.simple(INTEGER, 'Integer')
    );
  }

  private symbol(): Scanned {
    const two = this.text.slice(this.position, this.position + 2);
    if (TWO_CHARACTERS.has(two)) return { kind: 'Symbol', end: this.position + 2 };
    const one = String.fromCodePoint(this.text.codePointAt(this.position)!);
    return { kind: ONE_CHARACTER.has(one) ? 'Symbol' : 'Unrecognized', end: this.position + one.length };
  }

  /** A doubled quote inside stands for one. Without its end, only the quote itself is taken. */
  private quoted(quote: string, kind: TokenKind): Scanned {
    let end = this.closing(quote, this.position + 1);
    while (end !== undefined && this.text[end] === quote) end = this.closing(quote, end + 1);
    if (end === undefined) return { kind: 'Unrecognized', end: this.position + 1 };
    const inner = this.text.slice(this.position + 1, end - 1);
    return { kind, end, value: inner.replaceAll(quote + quote, quote) };
  }

  /** Offset after the next `mark` from `start` on. Remembers that there is none, to stay linear. */
  private closing(mark: string, start: number): number | undefined {
    const unclosed = this.unclosedFrom.get(mark);
    if (unclosed !== undefined && start >= unclosed) return undefined;
    const at = this.text.indexOf(mark, start);
    if (at >= 0) return at + mark.length;
    this.unclosedFrom.set(mark, start);
    return undefined;
  }

  private simple(pattern: RegExp, kind: TokenKind): Scanned | undefined {
    const end = this.match(pattern);
    return end === undefined ? undefined : { kind, end };
  }

  private match(pattern: RegExp): number | undefined {
    pattern.lastIndex = this.position;
    return pattern.test(this.text) ? pattern.lastIndex : undefined;
  }

  private span(end: number): Span {
    return { start: this.position, end, line: this.line, column: this.position - this.lineStart + 1 };
  }

  private advance(end: number): void {
    for (; this.position < end; this.position++) {
      if (this.text.charCodeAt(this.position) !== LINE_FEED) continue;
      this.line++;
      this.lineStart = this.position + 1;
    }
  }
}
