export { lintStatements } from './lint';
export { RULES } from './rules';
export type { Finding, LintContext, LintedStatement, LintRule } from './rule';
