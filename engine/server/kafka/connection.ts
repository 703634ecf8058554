import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { check, KafkaConnectionError } from './protocol-error';
import { authenticateScram } from './scram';
import type { ScramMechanism } from './scram';
import { Decoder, Encoder } from './wire';

export interface SaslOptions {
  readonly mechanism: 'PLAIN' | ScramMechanism;
  readonly username: string;
  readonly password: string;
}
export interface ConnectionSettings {
  readonly clientId: string;
  /** Absent: plain TCP. */
  readonly tls?: ConnectionOptions;
  readonly sasl?: SaslOptions;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** One request of the protocol: its key, version and name for messages. */
export interface Api {
  readonly key: number;
  readonly version: number;
  readonly name: string;
}

const SASL_HANDSHAKE: Api = { key: 17, version: 1, name: 'SaslHandshake' };
const SASL_AUTHENTICATE: Api = { key: 36, version: 1, name: 'SaslAuthenticate' };
/** An answer larger than this is taken for a broken stream (fetch answers are bounded far below). */
const MAX_ANSWER_BYTES = 512 * 1024 * 1024;

interface Pending {
  readonly resolve: (answer: Decoder) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** One authenticated connection to one broker; answers come in the order of their requests. */
export class KafkaConnection {
  private readonly pending = new Map<number, Pending>();
  private correlation = 0;
  private header = Buffer.alloc(4);
  private headerFill = 0;
  private answer: Buffer | undefined;
  private answerFill = 0;
  private failure: Error | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly label: string,
    private readonly settings: ConnectionSettings,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', (error) =>
      this.fail(new KafkaConnectionError(`connection to ${label}: ${error.message}`, { cause: error })),
    );
    socket.on('close', () => this.fail(new KafkaConnectionError(`connection to ${label} was closed`)));
  }

  /** Connects and authenticates. Errors: {@link KafkaConnectionError}; a refused password is a KafkaProtocolError. */
  static async open(host: string, port: number, settings: ConnectionSettings): Promise<KafkaConnection> {
    const label = `${host}:${port}`;
    const socket = await openSocket(host, port, settings);
    const connection = new KafkaConnection(socket, label, settings);
    try {
      if (settings.sasl) await connection.authenticate(settings.sasl);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  get isOpen(): boolean {
    return this.failure === undefined;
  }

  /** Sends one request; `timeoutMs` is added to the settings' for requests that wait on the broker. */
  request(api: Api, body: Buffer, waitMs = 0): Promise<Decoder> {
    if (this.failure) return Promise.reject(this.failure);
    const correlation = (this.correlation = (this.correlation + 1) & 0x7fffffff);
    const head = new Encoder(64)
      .int32(0)
      .int16(api.key)
      .int16(api.version)
      .int32(correlation)
      .string(this.settings.clientId)
      .finish();
    head.writeInt32BE(head.length - 4 + body.length, 0);
    return new Promise((resolve, reject) => {
      const limit = this.settings.requestTimeoutMs + waitMs;
      const timer = setTimeout(() => this.timeOut(api, limit), limit);
      this.pending.set(correlation, { resolve, reject, timer });
      this.socket.cork();
      this.socket.write(head);
      this.socket.write(body);
      this.socket.uncork();
    });
  }

  /** Sends a request that the broker does not answer (acks = 0 only); here only to close. */
  close(): void {
    this.fail(new KafkaConnectionError(`connection to ${this.label} was closed by this client`));
  }

  private timeOut(api: Api, limitMs: number): void {
    this.fail(new KafkaConnectionError(`${this.label} did not answer ${api.name} within ${limitMs} ms`));
  }

  private fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    this.socket.destroy();
    for (const { reject, timer } of this.pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.pending.clear();
  }

  private async authenticate(sasl: SaslOptions): Promise<void> {
    const handshake = await this.request(SASL_HANDSHAKE, new Encoder().string(sasl.mechanism).finish());
    const code = handshake.int16();
    const offered = handshake.array(() => handshake.string());
    check(
      code,
      `authenticate at ${this.label}`,
      code === 33 ? `SASL mechanism ${sasl.mechanism} is not offered, only ${offered.join(', ')}` : null,
    );
    if (sasl.mechanism === 'PLAIN')
      await this.saslExchange(Buffer.from(`\0${sasl.username}\0${sasl.password}`));
    else
      await authenticateScram(sasl.mechanism, sasl.username, sasl.password, (message) =>
        this.saslExchange(message),
      );
  }

  private async saslExchange(message: Buffer): Promise<Buffer> {
    const answer = await this.request(SASL_AUTHENTICATE, new Encoder().bytes(message).finish());
    const code = answer.int16();
    check(
      code,
      `authenticate at ${this.label} as "${this.settings.sasl?.username}"`,
      answer.nullableString(),
    );
    return answer.nullableBytes() ?? Buffer.alloc(0);
  }

  /** Cuts the stream into answers: 4 bytes of length, then the answer, copied once into a buffer of its own. */
  private receive(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.failure) {
      if (!this.answer) {
        const take = Math.min(4 - this.headerFill, chunk.length - at);
        chunk.copy(this.header, this.headerFill, at, at + take);
        this.headerFill += take;
        at += take;
        if (this.headerFill < 4) return;
        if (!this.beginAnswer(this.header.readInt32BE(0))) return;
      }
      const answer = this.answer!;
      const take = Math.min(answer.length - this.answerFill, chunk.length - at);
      chunk.copy(answer, this.answerFill, at, at + take);
      this.answerFill += take;
      at += take;
      if (this.answerFill === answer.length) this.endAnswer(answer);
    }
  }

  private beginAnswer(length: number): boolean {
    if (length < 4 || length > MAX_ANSWER_BYTES) {
      this.fail(
        new KafkaConnectionError(
          `${this.label} does not speak Kafka's protocol here (an answer of ${length} bytes): check the port and security.protocol`,
        ),
      );
      return false;
    }
    this.answer = Buffer.allocUnsafeSlow(length);
    this.answerFill = 0;
    return true;
  }

  private endAnswer(answer: Buffer): void {
    this.answer = undefined;
    this.headerFill = 0;
    const decoder = new Decoder(answer);
    const correlation = decoder.int32();
    const pending = this.pending.get(correlation);
    if (!pending)
      return this.fail(new KafkaConnectionError(`${this.label} answered a request that was not made`));
    this.pending.delete(correlation);
    clearTimeout(pending.timer);
    pending.resolve(decoder);
  }
}

function openSocket(host: string, port: number, settings: ConnectionSettings): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { tls } = settings;
    const socket = tls
      ? connectTls({ ...tls, host, port, ...(isIpAddress(host) ? {} : { servername: host }) })
      : connectTcp({ host, port });
    const fail = (error: Error) => {
      socket.destroy();
      reject(
        new KafkaConnectionError(`cannot connect to ${host}:${port}: ${error.message}`, { cause: error }),
      );
    };
    socket.setTimeout(settings.connectTimeoutMs, () =>
      fail(new Error(`no answer within ${settings.connectTimeoutMs} ms`)),
    );
    socket.once('error', fail);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function isIpAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(':');
}
