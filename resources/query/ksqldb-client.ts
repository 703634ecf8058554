import { parseStatement } from '../../engine/index';
import type { HttpClient } from '../http/http-client';
import { serverMessage } from '../http/http-client';
import { poll } from '../retry';
import type { DeclaredQuery, LiveObject, LiveQuery, QueryStatement } from './query';
import { statementFacts } from './statement-facts';

const HEADERS = { 'Content-Type': 'application/vnd.ksql.v1+json', Accept: 'application/vnd.ksql.v1+json' };
const COMMAND = { everyMs: 50, timeoutMs: 60_000 };
const INSERT = /^\s*INSERT\s/i;
const PERSISTENT = 'PERSISTENT';

interface WireQuery {
  readonly id: string;
  readonly queryString: string;
  readonly queryType?: string;
  readonly state?: string;
  readonly statusCount?: Readonly<Record<string, number>>;
  readonly sinks?: readonly string[];
}
interface WireSource {
  readonly name: string;
  readonly statement?: string;
}
interface WireEntity {
  readonly queries?: readonly WireQuery[];
  readonly sourceDescriptions?: readonly WireSource[];
  readonly commandId?: string;
  readonly commandStatus?: WireStatus;
}
interface WireStatus {
  readonly status: string;
  readonly message?: string;
}

/** Everything that a server has. */
export interface KsqldbState {
  /** The statement that made each stream and table. */
  readonly sources: ReadonlyMap<string, string>;
  readonly queries: readonly LiveQuery[];
}

/** The answer of a pull query. */
export interface PulledRows {
  readonly columns: readonly { readonly name: string; readonly isKey: boolean }[];
  readonly rows: readonly (readonly unknown[])[];
}

interface WireRow {
  readonly header?: { readonly schema: string };
  readonly row?: { readonly columns: readonly unknown[] };
  readonly errorMessage?: { readonly message: string };
}

/** The REST API of a ksqlDB server. */
export class KsqldbClient {
  constructor(private readonly http: HttpClient) {}

  async state(): Promise<KsqldbState> {
    const entities = await this.post('DESCRIBE STREAMS; DESCRIBE TABLES; SHOW QUERIES;', {});
    const sources = entities.flatMap(({ sourceDescriptions = [] }) => sourceDescriptions);
    const queries = entities.flatMap(({ queries = [] }) => queries);
    return {
      sources: new Map(sources.map(({ name, statement = '' }) => [name, statement])),
      queries: queries.filter(({ queryType = PERSISTENT }) => queryType === PERSISTENT).map(liveQuery),
    };
  }

  /** Runs one statement and waits until the server has made it so. Throws with the server's own reason. */
  async execute({ text, properties }: Pick<QueryStatement, 'text' | 'properties'>): Promise<void> {
    const [entity] = await this.post(text, properties);
    if (!entity?.commandId) return;
    const done = await poll(() => this.commandStatus(entity), COMMAND);
    if (!done) throw new Error(`the server has not run the statement after ${COMMAND.timeoutMs} ms`);
    if (done.status === 'ERROR' || done.status === 'TERMINATED') throw new Error(done.message ?? done.status);
  }

  /** All rows that a pull query answers. */
  async pull(ksql: string): Promise<PulledRows> {
    const body = { ksql, streamsProperties: {} };
    const answer = await this.http.request({ method: 'POST', path: '/query', body, headers: HEADERS });
    if (answer.status !== 200) throw new Error(`ksqlDB answers ${serverMessage(answer)}`);
    const wire = answer.data as readonly WireRow[];
    const failure = wire.find(({ errorMessage }) => errorMessage)?.errorMessage;
    if (failure) throw new Error(`ksqlDB answers ${failure.message}`);
    const schema = wire.find(({ header }) => header)?.header?.schema ?? '';
    return { columns: columnsOf(schema), rows: wire.flatMap(({ row }) => (row ? [row.columns] : [])) };
  }

  /**
   * What the server has against a request; undefined when it took it. Meant for requests that change nothing: EXPLAIN, or
   * several statements whose last one always fails.
   */
  async objection(
    ksql: string,
    streamsProperties: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const body = { ksql, streamsProperties };
    const answer = await this.http.request({ method: 'POST', path: '/ksql', body, headers: HEADERS });
    if (answer.status === 200) return undefined;
    const { message } = (answer.data ?? {}) as { message?: string };
    if (answer.status >= 500 || message === undefined)
      throw new Error(`ksqlDB answers ${serverMessage(answer)}`);
    return message;
  }

  private async commandStatus({ commandId, commandStatus }: WireEntity): Promise<WireStatus | undefined> {
    if (commandStatus && isFinal(commandStatus)) return commandStatus;
    const answer = await this.http.request({ method: 'GET', path: `/status/${commandId}` });
    if (answer.status !== 200) return undefined;
    const status = answer.data as WireStatus;
    return isFinal(status) ? status : undefined;
  }

  private async post(
    ksql: string,
    streamsProperties: Readonly<Record<string, string>>,
  ): Promise<readonly WireEntity[]> {
    const answer = await this.http.request({
      method: 'POST',
      path: '/ksql',
      body: { ksql, streamsProperties },
      headers: HEADERS,
    });
    if (answer.status !== 200) throw new Error(`ksqlDB answers ${serverMessage(answer)}`);
    return answer.data as readonly WireEntity[];
  }
}

/** `` `A` STRING KEY, `B` STRUCT<`C` INTEGER> `` has the columns A, a key, and B. */
function columnsOf(schema: string): PulledRows['columns'] {
  const columns: { name: string; isKey: boolean }[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= schema.length; at++) {
    const character = schema[at];
    if (character === '<' || character === '(') depth++;
    if (character === '>' || character === ')') depth--;
    if (at < schema.length && (character !== ',' || depth > 0)) continue;
    const text = schema.slice(start, at).trim();
    const name = /^`([^`]+)`/.exec(text)?.[1];
    if (name !== undefined) columns.push({ name, isKey: /\sKEY$/.test(text) });
    start = at + 1;
  }
  return columns;
}

function isFinal({ status }: WireStatus): boolean {
  return status === 'SUCCESS' || status === 'ERROR' || status === 'TERMINATED';
}

/** The states of a query on all servers, each once: `RUNNING` when all run. */
function liveQuery({ id, queryString, state, statusCount, sinks = [] }: WireQuery): LiveQuery {
  const states = Object.entries(statusCount ?? {}).filter(([, count]) => count > 0);
  const all = states.map(([name]) => name).sort();
  return { id, text: queryString, sinks, state: all.length > 0 ? all.join(', ') : (state ?? 'UNKNOWN') };
}

/** The part of a server's state that belongs to one object. */
export function liveObject(
  state: KsqldbState,
  { name, statements }: Pick<DeclaredQuery, 'name' | 'statements'>,
): LiveObject | undefined {
  const insert = statements.find(({ facts }) => facts.insertsInto !== undefined);
  if (insert && statements.length === 1) {
    const queries = state.queries.filter((query) => isSameFlow(insert, query));
    return queries.length > 0 ? { queries } : undefined;
  }
  const statement = state.sources.get(name);
  const queries = state.queries.filter(({ sinks, text }) => sinks.includes(name) && !INSERT.test(text));
  return statement === undefined ? undefined : { statement, queries };
}

/** The running queries that insert into an object which another statement made. */
export function insertsOf({ queries }: Pick<KsqldbState, 'queries'>): readonly LiveQuery[] {
  return queries.filter(({ text }) => INSERT.test(text));
}

/** INSERT INTO with the same target from the same sources. */
function isSameFlow({ facts }: QueryStatement, { text }: LiveQuery): boolean {
  if (!INSERT.test(text)) return false;
  const parsed = parseStatement(text);
  const live = parsed && statementFacts(parsed.statement);
  return (
    live?.insertsInto === facts.insertsInto &&
    [...live!.needs].sort().join() === [...facts.needs].sort().join()
  );
}
