import type { Span } from '../source/source';

/**
 * - `Identifier`: an unquoted word that is no keyword; `Keyword`: one that is
 * - `DigitIdentifier`: a word that starts with a digit, such as `1R`
 * - `Variable`: `${name}` that was not replaced before lexing
 * - `Unrecognized`: one character that starts no token
 */
export type TokenKind =
  | 'Identifier'
  | 'Keyword'
  | 'QuotedIdentifier'
  | 'DigitIdentifier'
  | 'Variable'
  | 'String'
  | 'Integer'
  | 'Decimal'
  | 'Float'
  | 'Symbol'
  | 'Unrecognized'
  | 'EOF';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /**
   * What it stands for: keywords and identifiers upper-cased, quoted identifiers and strings without quotes
   * and escapes, all others as written.
   */
  readonly value: string;
}

export type CommentKind = 'line' | 'block' | 'directive';

/** A comment, or a `--@name: value` directive; neither reaches the parser. */
export interface Comment extends Span {
  readonly kind: CommentKind;
  readonly text: string;
}
