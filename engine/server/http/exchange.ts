import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { StringDecoder } from 'node:string_decoder';
import { WireError } from './wire-error';

/** Path of a request; some clients (hyper of Python) name the whole URL, as they would to a proxy. */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '').split('?')[0] || '/';
}

/** One request and its answer, over HTTP/1.1 or HTTP/2. */
export class Exchange {
  readonly method: string;
  readonly path: string;
  private readonly onCloseActions: (() => void)[] = [];
  private isClosed = false;
  private wakeWriter: (() => void) | undefined;

  constructor(
    readonly request: IncomingMessage | Http2ServerRequest,
    private readonly response: ServerResponse | Http2ServerResponse,
    private readonly maxRequestBytes: number,
  ) {
    this.method = request.method ?? 'GET';
    this.path = pathOf(request.url ?? '/');
    const close = () => {
      if (this.isClosed) return;
      this.isClosed = true;
      this.wakeWriter?.();
      for (const action of this.onCloseActions) action();
    };
    response.on('close', close);
    // A client that goes away is no error of ours, and must never stop the process.
    response.on('error', close);
    request.on('error', close);
  }

  get isHttp2(): boolean {
    return this.request.httpVersionMajor === 2;
  }
  get closed(): boolean {
    return this.isClosed;
  }
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  }

  onClose(action: () => void): void {
    if (this.isClosed) action();
    else this.onCloseActions.push(action);
  }

  /** The whole body. @throws WireError 413 beyond the limit */
  async body(): Promise<Buffer> {
    const announced = Number(this.header('content-length') ?? 0);
    if (announced > this.maxRequestBytes) throw this.tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > this.maxRequestBytes) throw this.tooLarge();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** The body line by line, as it comes; one line is bounded as a whole body is. */
  async *lines(): AsyncIterable<string> {
    let pending = '';
    const decoder = new StringDecoder('utf8');
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      pending += decoder.write(chunk);
      if (pending.length > this.maxRequestBytes) throw this.tooLarge();
      const lines = pending.split('\n');
      pending = lines.pop()!;
      yield* lines;
    }
    if (pending !== '') yield pending;
  }

  private tooLarge(): WireError {
    return new WireError(
      41300,
      `The request is larger than ${this.maxRequestBytes} bytes (ksql.max.request.bytes).`,
    );
  }

  /** The whole answer at once. */
  send(
    status: number,
    contentType: string | null,
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    if (this.isClosed) return;
    const bytes = Buffer.from(body);
    this.response.statusCode = status;
    if (contentType !== null) this.response.setHeader('content-type', contentType);
    for (const [name, value] of Object.entries(headers)) this.response.setHeader(name, value);
    this.response.setHeader('content-length', bytes.length);
    this.response.end(bytes);
  }

  /** Starts an answer that comes in pieces. */
  begin(status: number, contentType: string): void {
    if (this.isClosed) return;
    this.response.statusCode = status;
    this.response.setHeader('content-type', contentType);
    (this.response as ServerResponse).flushHeaders();
  }

  /** False: the client reads more slowly than rows come; wait for {@link drained}. */
  write(text: string | Buffer): boolean {
    return this.isClosed || (this.response as ServerResponse).write(text);
  }
  /** Over HTTP/2: sends a piece in a frame of its own, which the next waits for. */
  writeFrame(text: string): Promise<void> {
    return this.unlessClosed((resolve) => (this.response as ServerResponse).write(text, resolve));
  }
  drained(): Promise<void> {
    return this.unlessClosed((resolve) => this.response.once('drain', resolve));
  }

  /** Waits for what `start` is told of, or for the client to go. An answer has one writer, so one at most waits. */
  private unlessClosed(start: (resolve: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      if (this.isClosed) return resolve();
      this.wakeWriter = resolve;
      start(() => resolve());
    });
  }
  end(): void {
    if (!this.isClosed) this.response.end();
  }

  /** The answer of an error, unless the answer has begun. */
  fail(
    error: WireError,
    contentType: string | null = 'application/json',
    headers: Readonly<Record<string, string>> = {},
  ): void {
    if (this.response.headersSent) return void this.response.end();
    const close: Record<string, string> =
      error.status === 413 && !this.isHttp2 ? { connection: 'close' } : {};
    this.send(error.status, contentType, JSON.stringify(error.body()), { ...headers, ...close });
  }
}
