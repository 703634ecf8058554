import type { CreateAsSelect, InsertIntoSelect, Query, Statement } from '../ast/statements';
import type { Diagnostic, Severity } from '../diagnostics/diagnostic';
import type { Comment } from '../lexer/token';
import type { Source, Span } from '../source/source';

/** One statement with what a rule may look at. */
export interface LintedStatement {
  readonly statement: Statement;
  readonly source: Source;
  readonly span: Span;
  /** Comments inside the statement, on its last line, and right before it. */
  readonly comments: readonly Comment[];
}

export interface Averages {
  /** Whether a column of a source holds an average or a ratio. */
  isAverage(source: string, column: string): boolean;
}

/** What is known of the statements before this one. */
export interface LintContext extends Averages {
  /** Names of a source's key columns; undefined where they are not known. */
  keyOf(source: string): readonly string[] | undefined;
  /** Whether a source says that pull queries may read it; undefined where no statement makes it. */
  isServing(source: string): boolean | undefined;
}

export interface Finding {
  readonly span: Span;
  /** Lower-case start, no final stop; names in double quotes. */
  readonly message: string;
  readonly hint?: string;
}

/** One thing that valid ksqlDB should not do here. */
export interface LintRule {
  readonly code: string;
  /** How a comment names it: `-- lint: allow <name>: <reason>`. */
  readonly name: string;
  readonly severity: Severity;
  /** Why, in one sentence. */
  readonly why: string;
  readonly check: (statement: LintedStatement, context: LintContext) => readonly Finding[];
}

export function diagnosticOf(rule: LintRule, { source }: LintedStatement, finding: Finding): Diagnostic {
  const { code, severity, why } = rule;
  return {
    code,
    severity,
    message: `${finding.message} (${rule.name})`,
    source,
    span: finding.span,
    detail: why,
    hint: finding.hint,
  };
}

export type PersistentQuery = CreateAsSelect | InsertIntoSelect;

/** A statement that runs on after it was made; undefined for all others. */
export function persistentQuery(statement: Statement): PersistentQuery | undefined {
  return statement.kind === 'CreateAsSelect' || statement.kind === 'InsertIntoSelect' ? statement : undefined;
}

/** The query of a persistent statement. */
export function queryOf(statement: Statement): Query | undefined {
  return persistentQuery(statement)?.query;
}

const HEAD =
  /^(CREATE(\s+OR\s+REPLACE)?(\s+SOURCE)?\s+(STREAM|TABLE)(\s+IF\s+NOT\s+EXISTS)?|INSERT\s+INTO)[ \t]+[^\s(;]+/i;

/** What a statement makes or fills, for messages that concern all of it: `CREATE TABLE sla_1m_v1`. */
export function headSpan({ source, span }: LintedStatement): Span {
  const text = source.text.slice(span.start, span.end);
  const head = (HEAD.exec(text) ?? /^.*/.exec(text))![0].trimEnd();
  return { ...span, end: span.start + head.length };
}
