import * as http from 'node:http';
import type { Kind } from '../config/kinds';
import { asScrapeError, ScrapeError } from '../errors';
import { pathOf } from '../target';
import type { Target } from '../target';
import { readAnswer } from './answer';
import type { Answer } from './answer';
import type { AgentRequest, Connections } from './connections';

/** What the last whole answer said of itself, for a conditional request. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}
/** What of a kind matters to a request. */
export type Request = Pick<Kind, 'path' | 'timeout_ms' | 'max_body_bytes'>;

/** Polls one kind of one target once; throws {@link ScrapeError}. */
export interface Scraper {
  scrape(target: Target, kind: Request, validators: Validators, stop?: AbortSignal): Promise<Answer>;
}

/** Connections that stood open may turn out closed by the other side: so many may in a row, then it is an error. */
const STALE_CONNECTIONS = 2;

/**
 * HTTP(S) with every safeguard in one place: addresses are judged as connections are opened, redirects are refused, the body is
 * bounded, one deadline covers everything from DNS to the last byte.
 */
export class HttpScraper implements Scraper {
  constructor(private readonly connections: Connections) {}

  async scrape(target: Target, kind: Request, validators: Validators, stop?: AbortSignal): Promise<Answer> {
    const url = new URL(pathOf(target, kind.path), target.url);
    const deadline = new AbortController();
    const abort = (): void => deadline.abort();
    const timer = setTimeout(abort, kind.timeout_ms);
    stop?.addEventListener('abort', abort, { once: true });
    try {
      return await this.attempt(target, url, kind, validators, deadline.signal);
    } catch (error) {
      if (deadline.signal.aborted)
        throw new ScrapeError('timeout', `no whole answer within ${kind.timeout_ms} ms`);
      throw asScrapeError(error);
    } finally {
      clearTimeout(timer);
      stop?.removeEventListener('abort', abort);
    }
  }

  private async attempt(
    target: Target,
    url: URL,
    kind: Request,
    validators: Validators,
    signal: AbortSignal,
  ): Promise<Answer> {
    for (let stale = 0; ; stale++) {
      try {
        return await this.exchange(target, url, kind, validators, signal);
      } catch (error) {
        if (!(error instanceof StaleConnection) || stale === STALE_CONNECTIONS) throw error;
      }
    }
  }

  private exchange(
    target: Target,
    url: URL,
    kind: Request,
    validators: Validators,
    signal: AbortSignal,
  ): Promise<Answer> {
    return untilAborted(signal, (settle, fail) => {
      const options: AgentRequest = {
        agent: this.connections,
        method: 'GET',
        path: url.pathname + url.search,
        headers: requestHeaders(url, validators, this.connections.mayKeep()),
        connection: { target, url, signal },
      };
      const request = http.request(options);
      let answered = false;
      request.once('error', (error) => {
        fail(request.reusedSocket && !answered && !signal.aborted ? new StaleConnection(error) : error);
      });
      request.once('response', (response) => {
        answered = true;
        readAnswer(response, kind).then(settle, (error: Error) => {
          request.destroy();
          fail(error);
        });
      });
      request.end();
      return request;
    });
  }
}

/** A connection of an earlier poll that ended before it gave an answer. */
class StaleConnection extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/** The deadline ends the wait itself: an attempt to connect may not have a socket yet that could fail. */
function untilAborted<T>(
  signal: AbortSignal,
  start: (settle: (value: T) => void, fail: (error: Error) => void) => http.ClientRequest,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('aborted'));
    const abort = (): void => {
      reject(new Error('aborted'));
      request.destroy();
    };
    signal.addEventListener('abort', abort, { once: true });
    const done = (): void => signal.removeEventListener('abort', abort);
    const request = start(
      (value) => (done(), resolve(value)),
      (error) => (done(), reject(error)),
    );
  });
}

function requestHeaders(url: URL, validators: Validators, keep: boolean): Record<string, string> {
  return {
    host: url.host,
    'user-agent': 'naap-scraper',
    accept: 'application/json, text/plain;q=0.9, */*;q=0.1',
    // What is small when packed can be large when unpacked: bodies are taken as they are only.
    'accept-encoding': 'identity',
    connection: keep ? 'keep-alive' : 'close',
    ...(url.username === '' ? {} : { authorization: basic(url) }),
    ...(validators.etag === undefined ? {} : { 'if-none-match': validators.etag }),
    ...(validators.lastModified === undefined ? {} : { 'if-modified-since': validators.lastModified }),
  };
}

function basic({ username, password }: URL): string {
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}
