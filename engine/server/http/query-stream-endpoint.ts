import type { KsqlEngine } from '../statements/ksql-engine';
import { openQuery } from '../queries/open-query';
import type { Exchange } from './exchange';
import { parseJsonObject, propertiesMember, textMember } from './json-body';
import { streamAnswer } from './query-answer';
import { rowsFormat } from './row-formats';
import { ERROR_CODES, WireError } from './wire-error';

/** `POST /query-stream`: stock's newer query endpoint. */
export async function answerQueryStream(engine: KsqlEngine, exchange: Exchange): Promise<void> {
  const body = parseJsonObject((await exchange.body()).toString('utf8'));
  if (body['sql'] === undefined || body['sql'] === null)
    throw new WireError(ERROR_CODES.badRequest, 'No sql in arguments');
  const request = {
    sql: textMember(body, 'sql', ''),
    properties: propertiesMember(body, 'properties'),
    variables: propertiesMember(body, 'sessionVariables'),
  };
  const format = rowsFormat(exchange.header('accept'), 'query-stream');
  const answer = await openQuery(engine, request);
  await streamAnswer(exchange, answer, format);
}

/** `POST /close-query`: ends a push query of any client. */
export async function closeQuery(engine: KsqlEngine, exchange: Exchange): Promise<void> {
  const body = parseJsonObject((await exchange.body()).toString('utf8'));
  const queryId = textMember(body, 'queryId', '');
  if (queryId === '') throw new WireError(ERROR_CODES.badRequest, 'No queryId in arguments');
  if (!engine.transientQueries.close(queryId))
    throw new WireError(ERROR_CODES.badRequest, `No query with id ${queryId}`);
  exchange.send(200, null, '');
}
