import { send } from '../../../engine/testing/rest/http-client';
export { send } from '../../../engine/testing/rest/http-client';

/** Statements to `/ksql`; throws when the server does not take them. */
export async function ksql(
  base: string,
  text: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<unknown[]> {
  const answer = await send(base, {
    method: 'POST',
    path: '/ksql',
    body: JSON.stringify({ ksql: text, streamsProperties: properties }),
  });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as unknown[];
}

/** Rows of a query through `/query-stream`. */
export async function rows(
  base: string,
  sql: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<unknown[][]> {
  const answer = await send(base, {
    method: 'POST',
    path: '/query-stream',
    headers: { accept: 'application/vnd.ksqlapi.delimited.v1' },
    body: JSON.stringify({ sql, properties }),
  });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as unknown[]);
}
