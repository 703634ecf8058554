import { KsqlError } from '../../diagnostics/diagnostic';

/** The codes of stock's error bodies; the first three digits are the HTTP status. */
export const ERROR_CODES = {
  badRequest: 40000,
  badStatement: 40001,
  queryEndpoint: 40002,
  http2Only: 40004,
  unauthorized: 40100,
  forbidden: 40300,
  notFound: 40400,
  expectationFailed: 41700,
  tooManyRequests: 42900,
  serverError: 50000,
  serverNotReady: 50300,
} as const;

/** An answer that is not a result. `statementText` present: the error of one statement (`statement_error`). */
export class WireError extends Error {
  constructor(
    readonly errorCode: number,
    message: string,
    readonly statementText?: string,
    readonly entities: readonly object[] = [],
  ) {
    super(message);
    this.name = 'WireError';
  }

  get status(): number {
    return Math.floor(this.errorCode / 100);
  }

  body(): object {
    const base = { '@type': 'generic_error', error_code: this.errorCode, message: this.message };
    if (this.statementText === undefined) return base;
    return {
      ...base,
      '@type': 'statement_error',
      statementText: this.statementText,
      entities: this.entities,
    };
  }
}

/** Any error as an answer; what is nobody's mistake is a 500 whose cause goes to the log. */
export function toWireError(error: unknown, statementText?: string): WireError {
  if (error instanceof WireError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof KsqlError)
    return new WireError(ERROR_CODES.badStatement, message, statementText ?? '');
  return new WireError(ERROR_CODES.serverError, message, statementText);
}
