import type { KsqlEngine } from '../statements/ksql-engine';
import type { Exchange } from './exchange';
import { ERROR_CODES, WireError } from './wire-error';

/** `POST /inserts-stream`: rows in, acknowledgements out, over one HTTP/2 stream. */
export function insertsStream(_engine: KsqlEngine, exchange: Exchange): Promise<void> {
  if (!exchange.isHttp2)
    throw new WireError(ERROR_CODES.http2Only, 'This endpoint is only available when using HTTP2');
  throw new WireError(ERROR_CODES.badRequest, 'not yet');
}
