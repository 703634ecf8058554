import type { Source, Span } from '../source/source';

export type Severity = 'error' | 'warning' | 'info';

/**
 * What is wrong with a text, as a value. `message` is ksqlDB's own wording wherever ksqlDB has one
 * (the REST layer answers with it); `hint` and `detail` are ours and are shown by our own tools only.
 */
export interface Diagnostic {
  /** Stable code, `KE` and four digits; listed in `codes.ts`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly source?: Source;
  readonly span?: Span;
  readonly detail?: string;
  /** An action that mends it. */
  readonly hint?: string;
  readonly related?: readonly Diagnostic[];
}

/** A user's mistake: carries the diagnostics; `message` is the first one's. Never used for our own bugs. */
export class KsqlError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(first: Diagnostic, ...rest: Diagnostic[]) {
    super(first.message);
    this.name = 'KsqlError';
    this.diagnostics = [first, ...rest];
  }
  get code(): string {
    return this.diagnostics[0]!.code;
  }
}

/** Valid ksqlDB that this engine does not run: refused by name, never half-done. */
export class NotSupportedError extends KsqlError {
  constructor(construct: string, span?: Span, source?: Source) {
    super({
      code: 'KE9001',
      severity: 'error',
      message: `${construct} is not supported by the local engine.`,
      span,
      source,
    });
    this.name = 'NotSupportedError';
  }
}

/** Throws when `condition` does not hold: our bug, never a user's mistake. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`);
}
