export { lex } from './lexer';
export type { LexResult } from './lexer';
export { isKeyword, isReserved, KEYWORDS, SYMBOLS } from './keywords';
export { hasVariables, normalizeVariables, substituteVariables, undefinedVariables } from './variables';
export type { Variables } from './variables';
export type { Comment, CommentKind, Token, TokenKind } from './token';
