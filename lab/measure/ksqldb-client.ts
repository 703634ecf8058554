import { request } from 'undici';

/** Column names and rows of an answered query. */
export interface QueryRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

const MEDIA_TYPE = 'application/vnd.ksql.v1+json';

interface Chunk {
  readonly header?: { readonly schema: string };
  readonly row?: { readonly columns: readonly unknown[] };
  readonly finalMessage?: string;
  readonly errorMessage?: { readonly message: string };
}

/** Asks a pull query and waits for the whole answer. Throws the server's own words when it refuses. */
export async function pullQuery(serverUrl: string, sql: string): Promise<QueryRows> {
  let columns: readonly string[] = [];
  const rows: (readonly unknown[])[] = [];
  await streamQuery(serverUrl, sql, {
    onColumns: (names) => (columns = names),
    onRow: (row) => rows.push(row),
  });
  return { columns, rows };
}

export interface QueryListener {
  readonly onColumns: (names: readonly string[]) => void;
  readonly onRow: (values: readonly unknown[]) => void;
}

/** Asks a query and hands over rows as they come: a push query goes on until `signal` ends it. */
export async function streamQuery(
  serverUrl: string,
  sql: string,
  listener: QueryListener,
  signal?: AbortSignal,
): Promise<void> {
  const response = await request(`${serverUrl}/query`, {
    method: 'POST',
    headers: { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE },
    body: JSON.stringify({ ksql: terminated(sql), streamsProperties: {} }),
    signal,
    bodyTimeout: 0,
  });
  if (response.statusCode !== 200)
    throw new Error(serverMessage(response.statusCode, await response.body.text()));
  let rest = '';
  response.body.setEncoding('utf8');
  for await (const text of response.body as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach((line) => handleLine(line, listener));
  }
  handleLine(rest, listener);
}

/** `` `A` STRING KEY, `B` STRUCT<`C` INTEGER> `` names the columns A and B. */
export function columnNames(schema: string): string[] {
  const names: string[] = [];
  let depth = 0;
  for (const [token, name] of schema.matchAll(/`((?:[^`]|``)*)`|[<>()]/g)) {
    if (token === '<' || token === '(') depth++;
    else if (token === '>' || token === ')') depth--;
    else if (depth === 0) names.push(name!.replaceAll('``', '`'));
  }
  return names;
}

function terminated(sql: string): string {
  const text = sql.trim();
  return text.endsWith(';') ? text : `${text};`;
}

/** One line of the answer: an element of a JSON array, with the array's brackets and commas around it. */
function handleLine(line: string, listener: QueryListener): void {
  const text = line
    .trim()
    .replace(/^\[/, '')
    .replace(/[,\]]$/, '')
    .replace(/,$/, '');
  if (text === '') return;
  for (const chunk of parseChunks(text)) handleChunk(chunk, listener);
}

function parseChunks(text: string): Chunk[] {
  // A server may put several elements on one line.
  return JSON.parse(`[${text}]`) as Chunk[];
}

function handleChunk(chunk: Chunk, listener: QueryListener): void {
  if (chunk.errorMessage) throw new Error(chunk.errorMessage.message);
  if (chunk.header) listener.onColumns(columnNames(chunk.header.schema));
  if (chunk.row) listener.onRow(chunk.row.columns);
}

function serverMessage(status: number, text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: string };
    if (message) return message;
  } catch {
    // Not JSON: shown as it is.
  }
  return `the ksqlDB server answered with ${status}: ${text}`;
}
