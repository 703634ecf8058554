import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { Agent, request as httpRequest } from 'node:http';
import { startEngine } from '../../engine/server/bootstrap';
import type { RunningEngine } from '../../engine/server/bootstrap';
import { Random } from './random';
import { nextRequest } from './requests';
import type { FuzzRequest } from './requests';
import { ROWS, WORLD } from './world';

/** Requests to one server; then the next gets its own, so that a failure is repeated by its block's seed. */
export const BLOCK = 500;
const CONFIG = `listeners=http://127.0.0.1:0
ksql.streams.auto.offset.reset=earliest
ksql.query.persistent.active.limit=20
ksql.max.push.queries=20
`;
/** An answer that has not begun by then is none. */
const ANSWER_LIMIT_MS = 10_000;
/** How long the rows of a query without end are read. */
const READ_MS = 15;

export interface Failure {
  readonly seed: number;
  readonly index: number;
  readonly reason: string;
  readonly input: string;
}
interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends a block of mutated requests to a server in memory. @returns what did not end in a result or an error of ksqlDB's kind */
export async function fuzzServer(seed: number, count: number): Promise<Failure[]> {
  const random = new Random(seed);
  const failures: Failure[] = [];
  let last: FuzzRequest | undefined;
  let index = 0;
  const fail = (reason: string) => failures.push({ seed, index, reason, input: JSON.stringify(last) });
  const onRejection = (reason: unknown) =>
    fail(`unhandled: ${reason instanceof Error ? reason.stack : String(reason)}`);
  process.on('unhandledRejection', onRejection).on('uncaughtException', onRejection);
  const target = await FuzzTarget.start((message) => {
    if (/TypeError|RangeError|ReferenceError|is not a function|of undefined|of null/.test(message))
      fail(`log: ${message}`);
  });
  try {
    for (; index < count; index++) {
      last = nextRequest(random);
      // Rows are only taken over HTTP/2.
      const overHttp2 = random.chance(last.path.startsWith('/inserts') ? 0.9 : 0.15);
      const reason = await target.send(last, overHttp2).then(
        (answer) => verdict(last!, answer),
        (error: unknown) => `no answer: ${String(error)}`,
      );
      if (reason) fail(reason);
    }
    await target.settle();
  } finally {
    await target.stop();
    process.off('unhandledRejection', onRejection).off('uncaughtException', onRejection);
  }
  return failures;
}

/** What is wrong with an answer, or undefined. */
function verdict({ method, path }: FuzzRequest, { status, text }: Answer): string | undefined {
  const said = `${status} ${text.slice(0, 500)}`;
  // Stock answers properties that it does not know with a 500.
  if (status >= 500 && !text.includes('Not recognizable as ksql, streams, consumer, or producer property'))
    return said;
  if (status < 400 || method === 'HEAD') return undefined;
  if (status === 405 || (status === 404 && (text === '' || text.startsWith('<html>')))) return undefined;
  // What is no HTTP at all never reaches the part that knows ksqlDB's errors.
  if (status === 400 && text === '' && path.includes('\u0000')) return undefined;
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const isShaped =
      typeof body['error_code'] === 'number' &&
      typeof body['message'] === 'string' &&
      /_error$/.test(String(body['@type']));
    return isShaped ? undefined : `not ksqlDB's kind of error: ${said}`;
  } catch {
    return `an error that is no JSON: ${said}`;
  }
}

/** A server in memory with {@link WORLD}, and connections of both protocols to it. */
class FuzzTarget {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private session: ClientHttp2Session | undefined;

  private constructor(
    private readonly running: RunningEngine,
    private readonly base: string,
  ) {}

  static async start(log: (message: string) => void): Promise<FuzzTarget> {
    const running = await startEngine({ text: CONFIG, memory: true, log });
    const target = new FuzzTarget(running, running.urls[0]!);
    for (const ksql of [WORLD, ROWS]) {
      const { status, text } = await target.send(
        { method: 'POST', path: '/ksql', headers: {}, body: JSON.stringify({ ksql }) },
        false,
      );
      if (status !== 200) throw new Error(`the world cannot be made: ${text}`);
    }
    await running.engine.driver.drained();
    return target;
  }

  send(request: FuzzRequest, overHttp2: boolean): Promise<Answer> {
    const isPlain = Object.keys(request.headers).every((name) => name !== 'host');
    return overHttp2 && isPlain ? this.sendHttp2(request) : this.sendHttp1(request);
  }

  private sendHttp1({ method, path, headers, body }: FuzzRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.base);
      const request = httpRequest({
        hostname,
        port,
        method,
        path,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: this.agent,
      });
      request.setTimeout(ANSWER_LIMIT_MS, () =>
        request.destroy(new Error(`nothing within ${ANSWER_LIMIT_MS} ms`)),
      );
      request.on('error', reject);
      request.on('response', (response) => {
        collect(
          response,
          () => response.destroy(),
          (text) => resolve({ status: response.statusCode ?? 0, text }),
        );
      });
      request.end(body);
    });
  }

  private sendHttp2({ method, path, headers, body }: FuzzRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.session || this.session.closed || this.session.destroyed) {
        this.session = connectHttp2(this.base);
        this.session.on('error', reject);
      }
      const stream = this.session.request(
        { ':method': method, ':path': path, ...headers },
        { endStream: body === '' },
      );
      stream.setTimeout(ANSWER_LIMIT_MS, () =>
        stream.destroy(new Error(`nothing within ${ANSWER_LIMIT_MS} ms`)),
      );
      stream.on('error', reject);
      stream.on('response', (received) => {
        collect(
          stream,
          () => stream.close(),
          (text) => resolve({ status: Number(received[':status']), text }),
        );
      });
      if (body !== '') stream.end(body);
    });
  }

  /** Lets queries that the requests made run over the rows. */
  async settle(): Promise<void> {
    await Promise.race([
      this.running.engine.driver.drained(),
      new Promise((resolve) => setTimeout(resolve, 500)),
    ]);
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.session?.destroy();
    await this.running.stop();
  }
}

/** Reads an answer to its end, or a while of one that has none. */
function collect(stream: NodeJS.ReadableStream, giveUp: () => void, done: (text: string) => void): void {
  let text = '';
  const finish = () => {
    clearTimeout(timer);
    done(text);
  };
  const timer = setTimeout(() => {
    giveUp();
    finish();
  }, READ_MS);
  stream.on('data', (chunk) => (text += String(chunk)));
  stream.on('end', finish);
  stream.on('error', finish);
}
