import axios from 'axios';
import { retry } from '../retry';
import { signedHeaders } from './signature';
import type { SigningKey } from './signature';

const TIMEOUT_MS = 30_000;
const TRANSIENT_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ECONNABORTED']);
/** What MinIO answers while it starts. */
const TRANSIENT_STATUS = 503;

export interface SignedAnswer {
  readonly status: number;
  readonly body: string;
  /** The same, for what is no text. */
  readonly bytes: Buffer;
}

export interface SignedRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Sends signed requests to an object store; while it starts or is away, again. */
export class SignedHttp {
  constructor(
    private readonly endpoint: string,
    private readonly key: SigningKey,
    /** Sees every request before it is sent; throws when it must not be. */
    private readonly guard: (request: SignedRequest) => void = () => undefined,
  ) {}

  async send(request: SignedRequest): Promise<SignedAnswer> {
    this.guard(request);
    try {
      return await retry(() => this.once(request), { isTransient });
    } catch (error) {
      if (error instanceof Busy) return error.answer;
      throw new Error(`${request.method} ${this.endpoint}${request.path}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  private async once({
    method,
    path,
    query = {},
    body = Buffer.alloc(0),
  }: SignedRequest): Promise<SignedAnswer> {
    const url = new URL(path, this.endpoint);
    Object.entries(query).forEach(([name, value]) => url.searchParams.append(name, value));
    const headers = signedHeaders({ method, url, body, date: new Date() }, this.key);
    const answer = await axios.request<ArrayBuffer>({
      method,
      url: url.toString(),
      headers,
      data: body.length > 0 ? body : undefined,
      responseType: 'arraybuffer',
      timeout: TIMEOUT_MS,
      validateStatus: () => true,
      proxy: false,
    });
    const bytes = Buffer.from(answer.data ?? []);
    const found = { status: answer.status, bytes, body: bytes.toString('utf8') };
    if (found.status === TRANSIENT_STATUS) throw new Busy(found);
    return found;
  }
}

class Busy extends Error {
  constructor(readonly answer: SignedAnswer) {
    super(`HTTP ${answer.status}`);
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof Busy || (axios.isAxiosError(error) && TRANSIENT_CODES.has(error.code ?? ''));
}
