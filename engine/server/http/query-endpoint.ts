import type { KsqlEngine } from '../statements/ksql-engine';
import type { Exchange } from './exchange';
import { parseJsonObject, propertiesMember, textMember } from './json-body';
import { openQuery } from '../queries/open-query';
import { streamAnswer } from './query-answer';
import { rowsFormat } from './row-formats';

/** `POST /query`: stock's older query endpoint. */
export async function answerQuery(engine: KsqlEngine, exchange: Exchange): Promise<void> {
  const body = parseJsonObject((await exchange.body()).toString('utf8'));
  const request = {
    sql: textMember(body, 'ksql', ''),
    properties: propertiesMember(body, 'streamsProperties'),
    variables: propertiesMember(body, 'sessionVariables'),
  };
  const answer = await openQuery(engine, request);
  await streamAnswer(exchange, answer, rowsFormat(exchange.header('accept'), 'query'));
}
