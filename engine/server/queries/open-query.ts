import type { KsqlEngine } from '../statements/ksql-engine';
import { ERROR_CODES, WireError } from '../http/wire-error';
import { parseRequest } from '../statements/ksql-request';
import { checkOverrides } from '../statements/session-config';
import type { QueryAnswer } from './query-answer';

export interface QueryRequest {
  readonly sql: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** Starts the one query of a request. */
export function openQuery(_engine: KsqlEngine, request: QueryRequest): Promise<QueryAnswer> {
  const parsed = parseRequest(request.sql, request.variables);
  checkOverrides(request.properties, request.sql);
  if (parsed.length !== 1)
    throw new WireError(
      ERROR_CODES.badRequest,
      `Expected exactly one KSQL statement; found ${parsed.length} instead`,
    );
  throw new WireError(ERROR_CODES.badStatement, 'not yet', parsed[0]!.text);
}
