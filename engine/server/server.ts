import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { BasicAuth, ServerConfig } from './config/server-config';
import { authenticate, HostPolicy } from './http/access';
import type { RequestHeaders } from './http/access';
import { serveWebSocket } from './http/websocket';
import type { Exchange } from './http/exchange';
import { listen } from './http/listener';
import type { RunningListener, UpgradeHandler } from './http/listener';
import { OPEN_PATHS, route } from './http/routes';
import { toWireError } from './http/wire-error';
import type { KsqlEngine } from './statements/ksql-engine';

/** Endpoints whose errors stock sends without a content type. */
const UNTYPED_ERRORS: ReadonlySet<string> = new Set([
  '/query',
  '/query-stream',
  '/inserts-stream',
  '/close-query',
]);

export interface KsqlServer {
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/** Serves an engine on the configured listeners. */
export async function startServer(
  engine: KsqlEngine,
  config: ServerConfig,
  log: (message: string) => void,
): Promise<KsqlServer> {
  const policy = new HostPolicy(config);
  const onUpgrade: UpgradeHandler = (request, socket) =>
    void upgrade(engine, config, policy, request, socket, log);
  const handler = (exchange: Exchange) => void answer(engine, config, policy, exchange, log);
  const listeners: RunningListener[] = [];
  for (const listener of config.listeners) listeners.push(await listen(listener, config, handler, onUpgrade));
  return {
    ports: listeners.map(({ port }) => port),
    close: async () => {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

/** WebSockets are let in by the same rules as requests. */
async function upgrade(
  engine: KsqlEngine,
  config: ServerConfig,
  policy: HostPolicy,
  request: IncomingMessage,
  socket: Duplex,
  log: (message: string) => void,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  const headers: RequestHeaders = { header: (name) => headerText(request.headers[name]) };
  try {
    policy.check(headers);
    if (config.basicAuth) authenticate(headers, config.basicAuth.users);
    await serveWebSocket(engine, request, socket);
  } catch (error) {
    const wire = toWireError(error);
    if (wire.status >= 500) log(`websocket: ${wire.message}`);
    socket.end(`HTTP/1.1 ${wire.status} Refused\r\nConnection: close\r\n\r\n`);
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

/** Whether a path is served to everybody. */
function isOpen(path: string, { skipPaths }: BasicAuth): boolean {
  const matches = (pattern: string) =>
    pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
  return OPEN_PATHS.has(path) || skipPaths.some(matches);
}

/** Nothing that a request does may reach the process: every error becomes an answer. */
async function answer(
  engine: KsqlEngine,
  config: ServerConfig,
  policy: HostPolicy,
  exchange: Exchange,
  log: (message: string) => void,
): Promise<void> {
  try {
    policy.check(exchange);
    if (config.basicAuth && !isOpen(exchange.path, config.basicAuth))
      authenticate(exchange, config.basicAuth.users);
    await route(engine, exchange);
  } catch (error) {
    const wire = toWireError(error);
    if (wire.status >= 500 && !exchange.closed)
      log(
        `${exchange.method} ${exchange.path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    exchange.fail(
      wire,
      UNTYPED_ERRORS.has(exchange.path) && !wire.message.startsWith('Exception while preparing')
        ? null
        : 'application/json',
      wire.status === 401 ? { 'www-authenticate': `Basic realm="${config.basicAuth?.realm ?? ''}"` } : {},
    );
  }
}
