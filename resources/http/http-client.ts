import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { retry } from '../retry';

const TIMEOUT_MS = 30_000;
/** Answers that pass by themselves: overload, restart, and Connect's rebalance. */
const TRANSIENT_STATUS = new Set([429, 502, 503, 504]);
const TRANSIENT_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ECONNABORTED']);

export interface HttpAnswer {
  readonly status: number;
  readonly data: unknown;
}

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpClientOptions {
  readonly url: string;
  readonly login?: { readonly username: string; readonly password: string };
  /** Statuses, besides those of every server, that pass by themselves (Connect: 409 while it rebalances). */
  readonly transientStatus?: readonly number[];
  /** Sees every request before it is sent; throws when it must not be. */
  readonly guard?: (request: HttpRequest) => void;
}

class TransientAnswer extends Error {
  constructor(readonly answer: HttpAnswer) {
    super(`HTTP ${answer.status}`);
  }
}

/** A JSON client of one server. Transient failures are tried again; every other status is the caller's to judge. */
export class HttpClient {
  private readonly http: AxiosInstance;
  private readonly transient: ReadonlySet<number>;
  private readonly guard: HttpClientOptions['guard'];

  constructor(options: HttpClientOptions) {
    this.guard = options.guard;
    this.transient = new Set([...TRANSIENT_STATUS, ...(options.transientStatus ?? [])]);
    this.http = axios.create({
      baseURL: options.url.replace(/\/$/, ''),
      timeout: TIMEOUT_MS,
      auth: options.login,
      validateStatus: () => true,
      maxRedirects: 0,
      proxy: false,
    });
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    this.guard?.(request);
    try {
      return await retry(() => this.once(request), { isTransient });
    } catch (error) {
      if (error instanceof TransientAnswer) return error.answer;
      throw new Error(`${request.method} ${this.http.defaults.baseURL}${request.path}: ${reason(error)}`, {
        cause: error,
      });
    }
  }

  private async once({ method, path, body, headers }: HttpRequest): Promise<HttpAnswer> {
    // Without a body the client would name a form, which Connect refuses (415).
    const json = body ?? (method === 'PUT' || method === 'POST' ? {} : undefined);
    const { status, data } = await this.http.request<unknown>({ method, url: path, data: json, headers });
    const answer = { status, data };
    if (this.transient.has(status)) throw new TransientAnswer(answer);
    return answer;
  }
}

function isTransient(error: unknown): boolean {
  if (error instanceof TransientAnswer) return true;
  return axios.isAxiosError(error) && error.code !== undefined && TRANSIENT_CODES.has(error.code);
}

function reason(error: unknown): string {
  return error instanceof Error
    ? error.message || ((error as NodeJS.ErrnoException).code ?? error.name)
    : String(error);
}

/** The server's own words in an answer: `message` of Connect, registry and ksqlDB. */
export function serverMessage({ status, data }: HttpAnswer): string {
  const message = typeof data === 'object' && data !== null ? (data as { message?: unknown }).message : data;
  return `HTTP ${status}: ${typeof message === 'string' && message !== '' ? message : JSON.stringify(data)}`;
}
