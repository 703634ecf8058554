import type { KsqlEngine } from '../statements/ksql-engine';
import type { Exchange } from './exchange';
import { parseJsonObject, propertiesMember, textMember } from './json-body';
import type { PrintTopic } from '../../ast/statements';
import { openQuery } from '../queries/open-query';
import type { QueryRequest } from '../queries/open-query';
import { printTopic } from '../queries/print-topic';
import { parseRequest } from '../statements/ksql-request';
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
  const print = printStatement(request);
  if (print) return answerPrint(engine, exchange, print.statement, print.text);
  const format = rowsFormat(exchange.header('accept'), 'query');
  const answer = await openQuery(engine, request);
  await streamAnswer(exchange, answer, format);
}

/** PRINT is asked of `/query` too; its answer is plain text. */
function printStatement({
  sql,
  variables,
}: QueryRequest): { statement: PrintTopic; text: string } | undefined {
  if (!/^\s*PRINT\b/i.test(sql)) return undefined;
  const [parsed] = parseRequest(sql, variables);
  return parsed?.statement.kind === 'PrintTopic'
    ? { statement: parsed.statement, text: parsed.text }
    : undefined;
}

async function answerPrint(
  engine: KsqlEngine,
  exchange: Exchange,
  statement: PrintTopic,
  text: string,
): Promise<void> {
  const closed: { value: boolean; wake?: () => void } = { value: false };
  exchange.onClose(() => {
    closed.value = true;
    closed.wake?.();
  });
  let begun = false;
  for await (const line of printTopic(engine, statement, text, closed)) {
    if (!begun) exchange.begin(200, 'text/plain; charset=utf-8');
    begun = true;
    if (!exchange.write(line)) await exchange.drained();
  }
  exchange.end();
}
