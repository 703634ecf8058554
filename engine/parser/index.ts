export { parseExpression, parseStatement, parseStatements, parseType } from './parser';
export type { ParsedStatement, ParseOptions } from './parser';
export { splitStatements } from './split';
export type { StatementText } from './split';
export { MAX_CHAIN, MAX_NESTING } from './token-cursor';
