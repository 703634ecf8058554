import { lookup as dnsLookup } from 'node:dns';
import * as http from 'node:http';
import * as net from 'node:net';
import * as tls from 'node:tls';
import type { AddressPolicy } from './address-policy';
import { asScrapeError, ScrapeError } from './errors';
import type { Target } from './target';
import type { Kind } from './config';

export interface Answer {
  readonly status: number;
  /** Empty on 304. */
  readonly body: Buffer;
  readonly notModified: boolean;
  readonly etag?: string;
  readonly lastModified?: string;
}
/** What the last whole answer said of itself, for a conditional request. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}
/** Polls one kind of one target once; throws {@link ScrapeError}. */
export interface Scraper {
  scrape(target: Target, kind: Kind, validators: Validators): Promise<Answer>;
}

const normalisePin = (pin: string): string => pin.replaceAll(':', '').toUpperCase();

/**
 * HTTP(S) with every safeguard in one place: the address is judged after DNS on each connection (no pooled sockets),
 * redirects are refused, the body is bounded, the timeout covers everything.
 */
export class HttpScraper implements Scraper {
  constructor(private readonly policy: AddressPolicy) {}

  async scrape(target: Target, kind: Kind, validators: Validators): Promise<Answer> {
    const url = new URL(kind.path, target.url);
    const deadline = AbortSignal.timeout(kind.timeout_ms);
    try {
      const socket = await this.connect(target, url, deadline);
      return await exchange(socket, url, kind, validators, deadline);
    } catch (error) {
      if (deadline.aborted) throw new ScrapeError('timeout', `no whole answer within ${kind.timeout_ms} ms`);
      throw asScrapeError(error);
    }
  }

  private async connect(target: Target, url: URL, signal: AbortSignal): Promise<net.Socket> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const secure = url.protocol === 'https:';
    const address = await this.resolve(host, target);
    signal.throwIfAborted();
    const port = Number(url.port) || (secure ? 443 : 80);
    const socket = secure
      ? openTls(address, port, host, target.pinSha256)
      : net.connect({ host: address, port });
    await opened(socket, secure ? 'secureConnect' : 'connect', signal);
    if (secure && target.pinSha256 !== undefined) checkPin(socket as tls.TLSSocket, target.pinSha256);
    return socket;
  }

  /** Resolves once and connects to exactly the address that was judged. */
  private async resolve(host: string, target: Target): Promise<string> {
    const address = net.isIP(host) ? host : await lookup(host);
    const refusal = this.policy.refusal(address, target.targetClass);
    if (refusal !== undefined) throw new ScrapeError('forbidden_address', refusal);
    return address;
  }
}

function lookup(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    dnsLookup(host, (error, address) => (error ? reject(error) : resolve(address)));
  });
}

function openTls(address: string, port: number, host: string, pin?: string): tls.TLSSocket {
  return tls.connect({
    host: address,
    port,
    servername: net.isIP(host) ? undefined : host,
    minVersion: 'TLSv1.2',
    // A pinned certificate stands for itself: neither its issuer nor its name is looked at.
    rejectUnauthorized: pin === undefined,
  });
}

function checkPin(socket: tls.TLSSocket, pin: string): void {
  const found = normalisePin(socket.getPeerCertificate().fingerprint256 ?? '');
  if (found === normalisePin(pin)) return;
  socket.destroy();
  throw new ScrapeError(
    'tls',
    `the certificate's SHA-256 fingerprint is ${found}, pinned is ${normalisePin(pin)}`,
  );
}

function opened(socket: net.Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    socket.once(event, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    socket.once('error', reject);
  });
}

function exchange(
  socket: net.Socket,
  url: URL,
  kind: Kind,
  validators: Validators,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      method: 'GET',
      path: url.pathname + url.search,
      headers: requestHeaders(url, validators),
      createConnection: () => socket,
      signal,
    });
    const fail = (error: unknown): void => {
      socket.destroy();
      reject(asScrapeError(error));
    };
    request.once('error', fail);
    request.once('response', (response) => {
      readAnswer(response, kind).then((answer) => {
        socket.destroy();
        resolve(answer);
      }, fail);
    });
    request.end();
  });
}

function requestHeaders(url: URL, validators: Validators): Record<string, string> {
  return {
    host: url.host,
    'user-agent': 'naap-scraper',
    accept: 'application/json, text/plain;q=0.9, */*;q=0.1',
    connection: 'close',
    ...(validators.etag === undefined ? {} : { 'if-none-match': validators.etag }),
    ...(validators.lastModified === undefined ? {} : { 'if-modified-since': validators.lastModified }),
  };
}

async function readAnswer(response: http.IncomingMessage, kind: Kind): Promise<Answer> {
  const status = response.statusCode ?? 0;
  if (status === 304) return { status, body: Buffer.alloc(0), notModified: true };
  refuseStatus(status, response.headers.location);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > kind.max_body_bytes) {
      throw new ScrapeError('too_large', `the answer is larger than ${kind.max_body_bytes} bytes`, status);
    }
    chunks.push(chunk);
  }
  const { etag, 'last-modified': lastModified } = response.headers;
  return { status, body: Buffer.concat(chunks), notModified: false, etag, lastModified };
}

function refuseStatus(status: number, location?: string): void {
  if (status >= 500) throw new ScrapeError('http_5xx', `HTTP ${status}`, status);
  if (status >= 400) throw new ScrapeError('http_4xx', `HTTP ${status}`, status);
  if (status >= 300)
    throw new ScrapeError(
      'redirect',
      `redirected to ${location ?? '(nowhere)'}; redirects are refused`,
      status,
    );
}
