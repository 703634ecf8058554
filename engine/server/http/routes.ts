import { judgeOverride } from '../config/known-properties';
import type { ServerConfig } from '../config/server-config';
import type { KsqlEngine } from '../statements/ksql-engine';
import { runKsqlRequest } from '../statements/ksql-request';
import { prohibitedError } from '../statements/session-config';
import { answerQuery } from './query-endpoint';
import { answerQueryStream, closeQuery } from './query-stream-endpoint';
import { insertsStream } from './inserts-endpoint';
import type { Exchange } from './exchange';
import { parseJsonObject, propertiesMember, textMember } from './json-body';
import { ERROR_CODES, WireError } from './wire-error';

/** Stock's version whose language, semantics and REST API this engine follows. */
export const COMPATIBLE_VERSION = '7.9.5';
const JSON_TYPE = 'application/json';
const KSQL_TYPES = ['application/json', 'application/vnd.ksql.v1+json', '*/*', 'application/*'];

type Action = (engine: KsqlEngine, exchange: Exchange, parameters: readonly string[]) => Promise<void> | void;
interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly action: Action;
}

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/info\/?$/, action: info },
  { method: 'GET', path: /^\/healthcheck\/?$/, action: healthcheck },
  {
    method: 'GET',
    path: /^\/v1\/metadata$/,
    action: (engine, exchange) =>
      json(exchange, { version: COMPATIBLE_VERSION, clusterId: clusterScope(engine) }),
  },
  {
    method: 'GET',
    path: /^\/v1\/metadata\/id$/,
    action: (engine, exchange) => json(exchange, clusterScope(engine)),
  },
  {
    method: 'GET',
    path: /^\/clusterStatus$/,
    action: (_engine, exchange) => exchange.send(404, JSON_TYPE, ''),
  },
  {
    method: 'GET',
    path: /^\/status\/?$/,
    action: (engine, exchange) => json(exchange, { commandStatuses: engine.allStatuses() }),
  },
  { method: 'GET', path: /^\/status\/([^/]+)\/([^/]+)\/([^/]+)$/, action: commandStatus },
  { method: 'GET', path: /^\/is_valid_property\/([^/]+)$/, action: isValidProperty },
  { method: 'POST', path: /^\/ksql\/?$/, action: ksql },
  { method: 'POST', path: /^\/ksql\/terminate$/, action: terminateCluster },
  { method: 'POST', path: /^\/query\/?$/, action: answerQuery },
  { method: 'POST', path: /^\/query-stream\/?$/, action: answerQueryStream },
  { method: 'POST', path: /^\/close-query\/?$/, action: closeQuery },
  { method: 'POST', path: /^\/inserts-stream\/?$/, action: insertsStream },
];

/** Paths that stock serves without credentials. */
export const OPEN_PATHS: ReadonlySet<string> = new Set(['/v1/metadata', '/v1/metadata/id']);

/** Finds and runs what answers a request. Throws {@link WireError}s for the caller to answer. */
export async function route(engine: KsqlEngine, exchange: Exchange): Promise<void> {
  const found = ROUTES.filter(({ path }) => path.test(exchange.path));
  if (found.length === 0)
    return exchange.send(
      404,
      'text/html; charset=utf-8',
      '<html><body><h1>Resource not found</h1></body></html>',
    );
  const match = found.find(({ method }) => method === exchange.method);
  if (!match) return exchange.send(405, null, '', { allow: found.map(({ method }) => method).join(', ') });
  const parameters = match.path.exec(exchange.path)!.slice(1).map(decode);
  await match.action(engine, exchange, parameters);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function json(exchange: Exchange, body: unknown, status = 200): void {
  exchange.send(status, JSON_TYPE, JSON.stringify(body));
}

function info({ deps }: KsqlEngine, exchange: Exchange): void {
  json(exchange, {
    KsqlServerInfo: {
      version: COMPATIBLE_VERSION,
      kafkaClusterId: deps.broker.clusterId,
      ksqlServiceId: deps.config.serviceId,
      serverStatus: 'RUNNING',
      serverInfo: serverInfo(deps.config),
    },
  });
}

function serverInfo({ inMemory }: ServerConfig): string {
  const name = `naap local engine, compatible with ksqlDB ${COMPATIBLE_VERSION}`;
  return inMemory ? `${name}; topics and schemas in memory, nothing is kept` : name;
}

async function healthcheck({ deps }: KsqlEngine, exchange: Exchange): Promise<void> {
  const isHealthy = await deps.broker.isHealthy();
  const details = {
    metastore: { isHealthy: true },
    kafka: { isHealthy },
    commandRunner: { isHealthy: true },
  };
  json(exchange, { isHealthy, details, serverState: 'READY' });
}

function clusterScope({ deps }: KsqlEngine): object {
  return {
    scope: {
      path: [],
      clusters: { 'kafka-cluster': deps.broker.clusterId, 'ksql-cluster': deps.config.serviceId },
    },
    id: '',
  };
}

function commandStatus(engine: KsqlEngine, exchange: Exchange, parts: readonly string[]): void {
  const status = engine.status(parts.join('/'));
  if (!status) throw new WireError(ERROR_CODES.notFound, 'Command not found');
  json(exchange, status);
}

function isValidProperty(_engine: KsqlEngine, exchange: Exchange, [name]: readonly string[]): void {
  const verdict = judgeOverride(name!);
  if (verdict === 'prohibited') throw prohibitedError([name!]);
  if (verdict === 'unknown')
    throw new WireError(
      ERROR_CODES.badRequest,
      `Not recognizable as ksql, streams, consumer, or producer property: '${name}'`,
    );
  json(exchange, true);
}

async function ksql(engine: KsqlEngine, exchange: Exchange): Promise<void> {
  requireAcceptable(exchange, KSQL_TYPES);
  const body = parseJsonObject((await exchange.body()).toString('utf8'));
  const request = {
    ksql: textMember(body, 'ksql', ''),
    streamsProperties: propertiesMember(body, 'streamsProperties'),
    variables: propertiesMember(body, 'sessionVariables'),
  };
  json(exchange, await runKsqlRequest(engine, request));
}

/** Answers only in types that the client takes. */
export function requireAcceptable(exchange: Exchange, types: readonly string[]): void {
  const accept = exchange.header('accept');
  if (accept === undefined) return;
  const wanted = accept.split(',').map((entry) => entry.split(';')[0]!.trim().toLowerCase());
  if (!wanted.some((type) => types.includes(type)))
    throw new WireError(
      40600,
      `None of the types in Accept (${accept}) can be given here: ${types.slice(0, 2).join(', ')}`,
    );
}

function terminateCluster(): void {
  throw new WireError(
    ERROR_CODES.badRequest,
    'The local engine does not terminate itself: drop its queries and sources by statements',
  );
}
