import type { KsqlError } from '../diagnostics/diagnostic';
import { suggest } from '../diagnostics/suggest';
import { isReserved, KEYWORDS, SYMBOLS } from '../lexer/keywords';
import type { Token } from '../lexer/token';
import type { Source, Span } from '../source/source';
import { foreignHint } from './foreign-sql';
import { syntaxError } from './syntax-error';

/** How deep expressions, types and statements may nest: far below what the stack holds. */
export const MAX_NESTING = 250;
/** How many operators, fields or subscripts may follow each other on one level, each of which deepens the tree. */
export const MAX_CHAIN = 1000;
/** ksqlDB shows what it expected only while that is a short list. */
const LONGEST_EXPECTATION = 3;
/** Our own hint may be longer. */
const LONGEST_HINT = 16;
/** As many words as a hint about other SQL looks at. */
const MOST_WORDS = 4;
/** A token is cut there in a hint. */
const LONGEST_FOUND = 40;

/** Classes of tokens, as messages name them. */
export type TokenClass = 'INTEGER_VALUE' | 'STRING_LITERAL' | 'NUMBER';

/**
 * The parser's place in the tokens of one statement.
 *
 * It remembers which tokens were asked for at this place, so that a failure can say what was expected, and it words
 * failures as ksqlDB does:
 * - one token too many, or a wrong one: `Expecting {…}`
 * - a token missing before one that could follow it: `missing ')' at ','`
 * - anything else: nothing below `Syntax Error`
 */
export class TokenCursor {
  private index = 0;
  private asked: string[] = [];
  private depth = 0;
  /** Set while the parse goes on as if a missing token were there, to see whether the next one would then fit. */
  private assumed: { readonly missing: KsqlError; readonly mismatch: KsqlError } | undefined;

  constructor(
    readonly source: Source,
    private readonly tokens: readonly Token[],
  ) {}

  get current(): Token {
    return this.tokens[this.index]!;
  }

  /** The token `ahead` places after the current one; the last for ever after. */
  peek(ahead = 1): Token {
    return this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)]!;
  }

  /** Whether the current token is this keyword or symbol; remembers that it was asked for. */
  at(what: string): boolean {
    this.asked.push(what);
    return matches(this.current, what);
  }

  atAny(...what: readonly string[]): boolean {
    return what.filter((one) => this.at(one)).length > 0;
  }

  /** Like {@link at}, further ahead, and without a trace in messages. */
  looksAt(...sequence: readonly string[]): boolean {
    return sequence.every((what, ahead) => matches(this.peek(ahead), what));
  }

  /** Takes the current token, whatever it is. */
  take(): Token {
    if (this.assumed) throw this.assumed.missing;
    const token = this.current;
    this.index = Math.min(this.index + 1, this.tokens.length - 1);
    this.asked = [];
    return token;
  }

  accept(what: string): Token | undefined {
    return this.at(what) ? this.take() : undefined;
  }

  /** Accepts all of `sequence`, or nothing. */
  acceptAll(...sequence: readonly string[]): boolean {
    if (sequence.length === 0 || !this.at(sequence[0]!)) return false;
    if (!this.looksAt(...sequence)) return false;
    sequence.forEach(() => this.take());
    return true;
  }

  /** Takes the token `what`, or fails as ksqlDB does. */
  expect(what: string): Token {
    const taken = this.accept(what);
    if (taken) return taken;
    if (this.assumed) throw this.assumed.mismatch;
    if (matches(this.peek(), what)) throw this.expecting([what]);
    return this.assume(what);
  }

  expectAll(...sequence: readonly string[]): void {
    sequence.forEach((what) => this.expect(what));
  }

  expectClass(name: TokenClass, kinds: readonly Token['kind'][]): Token {
    this.asked.push(name);
    if (!kinds.includes(this.current.kind)) throw this.assumed?.mismatch ?? this.expecting(this.asked);
    return this.take();
  }

  /** `item (',' item)* terminator`; the terminator is taken. */
  list<T>(item: () => T, ...terminators: readonly string[]): T[] {
    const items = [item()];
    while (!this.endOfList(terminators)) items.push(item());
    return items;
  }

  private endOfList(terminators: readonly string[]): boolean {
    this.asked = [];
    if (this.accept(',')) return false;
    for (const terminator of terminators) if (this.accept(terminator)) return true;
    throw this.assumed?.mismatch ?? this.expecting([',', ...terminators]);
  }

  /** Forgets what was asked for here: ksqlDB does not count it among what it expected. */
  forget(): void {
    this.asked = [];
  }

  /** Runs `parse` one level deeper; refuses too many of them. */
  nested<T>(parse: () => T): T {
    if (++this.depth > MAX_NESTING) throw this.tooDeep();
    const result = parse();
    this.depth--;
    return result;
  }

  tooDeep(): KsqlError {
    return syntaxError({
      source: this.source,
      span: this.current,
      code: 'KE1005',
      detail: `Statement is nested too deeply: more than ${MAX_NESTING} levels or ${MAX_CHAIN} operators in a row`,
      hint: 'Split the expression: compute parts of it in a stream of its own.',
    });
  }

  /** No alternative of the grammar starts with the current token. */
  noAlternative(hint = this.hint(this.asked)): KsqlError {
    if (this.assumed) return this.assumed.mismatch;
    return syntaxError({ source: this.source, span: this.current, hint: this.ownHint() ?? hint });
  }

  /** The beginning of a hint. */
  found(): string {
    const { kind, text } = this.current;
    return kind === 'EOF' ? 'Found the end of the text' : `Found "${text.slice(0, LONGEST_FOUND)}"`;
  }

  /** A name was expected. */
  noName(): KsqlError {
    const { kind, value, text } = this.current;
    if (this.assumed || kind !== 'Keyword' || !isReserved(value)) return this.noAlternative(this.nameHint());
    return syntaxError({
      source: this.source,
      span: this.current,
      code: 'KE1003',
      detail: `"${text}" is a reserved keyword and it can't be used as an identifier. You can use it as an identifier by escaping it as '${text}'`,
      hint: `Quote it with backticks: \`${text}\`.`,
    });
  }

  /** From `start` to the end of the token taken last. */
  spanFrom(start: Span): Span {
    const last = this.tokens[Math.max(0, this.index - 1)]!;
    return { start: start.start, end: Math.max(last.end, start.end), line: start.line, column: start.column };
  }

  private assume(what: string): Token {
    const detail = `missing ${shown(what)} at '${this.current.text}'`;
    const missing = syntaxError({
      source: this.source,
      span: this.current,
      detail,
      hint: this.misspelt([what]) ?? `Write ${what} before it.`,
    });
    this.assumed = { missing, mismatch: this.expecting(this.asked) };
    if (this.current.kind === 'EOF') throw what === ';' ? missing : this.assumed.mismatch;
    return { ...this.current, kind: 'Symbol', text: what, value: what, end: this.current.start };
  }

  private expecting(names: readonly string[]): KsqlError {
    const sorted = inOrder(names);
    const list = sorted.map(shown);
    const detail = list.length > 1 ? `Expecting {${list.join(', ')}}` : `Expecting ${list[0]}`;
    const short = list.length > 0 && list.length <= LONGEST_EXPECTATION;
    return syntaxError({
      source: this.source,
      span: this.current,
      detail: short ? detail : '',
      hint: this.ownHint() ?? this.misspelt(sorted) ?? (short ? undefined : this.hint(sorted)),
    });
  }

  private hint(names: readonly string[]): string | undefined {
    const sorted = inOrder(names);
    const own = this.ownHint() ?? this.misspelt(sorted);
    if (own !== undefined || sorted.length === 0 || sorted.length > LONGEST_HINT) return own;
    return `${this.found()}; expected ${sorted.join(', ')}.`;
  }

  /** Hints that hold whatever was expected. */
  private ownHint(): string | undefined {
    return this.unrecognized() ?? foreignHint(this.wordsSoFar());
  }

  /** A word that is nearly one of those that were asked for. */
  private misspelt(names: readonly string[]): string | undefined {
    const { kind, value } = this.current;
    if (kind !== 'Identifier' && kind !== 'Keyword') return undefined;
    const nearest = suggest(
      value,
      names.filter((name) => /^[A-Z]{3,}$/.test(name)),
    );
    return nearest === undefined || nearest === value ? undefined : `Did you mean ${nearest}?`;
  }

  /** The last few words up to the current one. */
  private wordsSoFar(): readonly string[] {
    return this.tokens.slice(Math.max(0, this.index - MOST_WORDS), this.index + 1).map(({ value }) => value);
  }

  private nameHint(): string {
    return `${this.found()}; expected a name.`;
  }

  private unrecognized(): string | undefined {
    if (this.current.kind !== 'Unrecognized') return undefined;
    if (this.current.text === "'") return "This quote is never closed; write '' for a quote inside a string.";
    if (this.current.text === '"' || this.current.text === '`') return 'This quote is never closed.';
    return `The character ${JSON.stringify(this.current.text)} has no meaning in ksqlDB.`;
  }
}

/** How messages show the classes, in their order of display, which is after the words. */
const CLASS_NAMES: ReadonlyMap<string, string> = new Map<TokenClass, string>([
  ['STRING_LITERAL', 'STRING'],
  ['INTEGER_VALUE', 'INTEGER_VALUE'],
  ['NUMBER', 'NUMBER'],
]);
const DISPLAY_ORDER = [...SYMBOLS, ...KEYWORDS, 'STRING', ...CLASS_NAMES.keys()];
const RANK = new Map(DISPLAY_ORDER.map((name, rank) => [name, rank]));

/** Symbols and keywords match by value; a quoted name is never one. */
function matches(token: Token, what: string): boolean {
  return (
    (token.kind === 'Symbol' || token.kind === 'Keyword' || token.kind === 'Identifier') &&
    token.value === what
  );
}

function inOrder(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => (RANK.get(a) ?? Infinity) - (RANK.get(b) ?? Infinity));
}

function shown(name: string): string {
  return CLASS_NAMES.get(name) ?? `'${name}'`;
}
