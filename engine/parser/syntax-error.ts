import type { Diagnostic } from '../diagnostics/diagnostic';
import { KsqlError } from '../diagnostics/diagnostic';
import type { Source, Span } from '../source/source';

export interface SyntaxErrorFacts {
  readonly source: Source;
  readonly span: Span;
  /** What ksqlDB says below its first line; nothing when it has nothing to say. */
  readonly detail?: string;
  readonly hint?: string;
  readonly code?: string;
}

/** The one way in which the parser fails on text that is not ksqlDB: `line 1:8: Syntax Error`, a line of detail. */
export function syntaxError({
  source,
  span,
  detail = '',
  hint,
  code = 'KE1001',
}: SyntaxErrorFacts): KsqlError {
  const message = `line ${span.line}:${span.column}: Syntax Error\n${detail}`;
  return new KsqlError({ code, severity: 'error', message, source, span, hint });
}

/** A statement that is well formed and yet refused while its tree is built: ksqlDB "fails to prepare" it. */
export function preparationError(facts: Omit<Diagnostic, 'severity'>): KsqlError {
  return new KsqlError({
    ...facts,
    severity: 'error',
    message: `Failed to prepare statement: ${facts.message}`,
  });
}
