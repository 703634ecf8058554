import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import type { Duplex } from 'node:stream';
import type { Listener, ServerConfig } from '../config/server-config';
import { Exchange } from './exchange';
import { agreeToUpgrade, mayUpgrade, readUpgradeRequest, withoutUpgrade } from './h2c-upgrade';

/** The first bytes of HTTP/2 with prior knowledge (RFC 9113, 3.4); no HTTP/1 request begins so. */
const HTTP2_PREFACE = 'PRI';
const SNIFF_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 15_000;
const MAX_CONNECTIONS = 2000;
/** As stock's `ksql.idle.connection.timeout.seconds`. Node's five seconds end a connection on which a client is just asking again. */
const IDLE_CONNECTION_MS = 600_000;

export type Handler = (exchange: Exchange) => void;
export type UpgradeHandler = (request: http.IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface RunningListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens for HTTP/1.1 and HTTP/2 on one port: told apart by the first bytes, or by ALPN under TLS. */
export async function listen(
  listener: Listener,
  config: Pick<ServerConfig, 'limits' | 'serverTls'>,
  handler: Handler,
  onUpgrade: UpgradeHandler,
): Promise<RunningListener> {
  const handle = (
    request: http.IncomingMessage | http2.Http2ServerRequest,
    response: http.ServerResponse | http2.Http2ServerResponse,
  ) => handler(new Exchange(request, response, config.limits.maxRequestBytes));
  const server =
    listener.scheme === 'https' ? secureServer(config, handle, onUpgrade) : plainServer(handle, onUpgrade);
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listener.port, listener.host, resolve);
  });
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

type Handle = (
  request: http.IncomingMessage | http2.Http2ServerRequest,
  response: http.ServerResponse | http2.Http2ServerResponse,
) => void;

function secureServer(
  config: Pick<ServerConfig, 'serverTls'>,
  handle: Handle,
  onUpgrade: UpgradeHandler,
): net.Server {
  const server = http2.createSecureServer({ ...config.serverTls, allowHTTP1: true }, handle);
  server.on('upgrade', onUpgrade);
  ignoreBrokenClients(server);
  return server;
}

function plainServer(handle: Handle, onUpgrade: UpgradeHandler): net.Server {
  const http1 = http.createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, keepAliveTimeout: IDLE_CONNECTION_MS, noDelay: true },
    handle,
  );
  const h2c = http2.createServer(handle);
  http1.on('upgrade', (request, socket, head) => {
    if (/^websocket$/i.test(request.headers.upgrade ?? '')) return onUpgrade(request, socket, head);
    // Any other wish may be left unanswered (RFC 9110, 7.8); Node has taken the request off HTTP/1.1 by then.
    const asked = Buffer.concat([Buffer.from(headOf(request), 'latin1'), head]);
    const back = socket as net.Socket;
    handOver(back, withoutUpgrade(asked), () => http1.emit('connection', back));
    back.resume();
  });
  ignoreBrokenClients(http1);
  ignoreBrokenClients(h2c);
  const server = net.createServer({ noDelay: true }, (socket) =>
    sniff(socket, {
      http1: () => http1.emit('connection', socket),
      http2: () => h2c.emit('connection', socket),
    }),
  );
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** A request's head as it came. */
function headOf({ method, url, rawHeaders }: http.IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));
  return [`${method} ${url} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

interface Protocols {
  readonly http1: () => void;
  readonly http2: () => void;
}

/** Waits for the first bytes, tells the protocol by them, and gives them back to the socket. */
function sniff(socket: net.Socket, protocols: Protocols): void {
  let received = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.setTimeout(SNIFF_TIMEOUT_MS, () => socket.destroy());
  const tooSlow = setTimeout(() => socket.destroy(), HEADERS_TIMEOUT_MS).unref();
  socket.once('close', () => clearTimeout(tooSlow));
  const decide = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    const isHttp2 = received.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE;
    const wish = isHttp2 ? 'no' : mayUpgrade(received);
    if (wish === 'more') return;
    const upgrade = wish === 'yes' ? readUpgradeRequest(received) : undefined;
    if (upgrade === 'more') return;
    socket.off('data', decide);
    clearTimeout(tooSlow);
    if (upgrade)
      return agreeToUpgrade(socket, upgrade, (opening) => handOver(socket, opening, protocols.http2));
    handOver(
      socket,
      wish === 'yes' ? withoutUpgrade(received) : received,
      isHttp2 ? protocols.http2 : protocols.http1,
    );
    // An HTTP/2 session reads what was given back by itself; resumed, the socket would throw it away.
    if (!isHttp2) socket.resume();
  };
  socket.on('data', decide);
}

function handOver(socket: net.Socket, received: Buffer, serve: () => void): void {
  socket.pause();
  socket.setTimeout(0);
  socket.removeAllListeners('timeout');
  socket.unshift(received);
  serve();
}

function ignoreBrokenClients(server: http.Server | http2.Http2Server | http2.Http2SecureServer): void {
  server.on('clientError', (_error: Error, socket: Duplex) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  server.on('sessionError', () => undefined);
  server.on('tlsClientError', () => undefined);
}
