import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { openQuery } from '../queries/open-query';
import type { QueryAnswer } from '../queries/query-answer';
import type { KsqlEngine } from '../statements/ksql-engine';
import { schemaEntity } from '../statements/schema-entity';
import { parseJsonObject, propertiesMember, textMember } from './json-body';
import { rowWriter } from './row-json';
import { ERROR_CODES, toWireError, WireError } from './wire-error';

/** RFC 6455, 1.3 */
const HANDSHAKE_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const NORMAL = 1000;
const POLICY_VIOLATION = 1008;
/** Clients only send control frames here; those are at most this long. */
const MAX_CONTROL_BYTES = 125;

/** `GET /ws/query?request=…`: the answer's fields, then its rows, one message each, as stock sends them. */
export async function serveWebSocket(
  engine: KsqlEngine,
  request: IncomingMessage,
  socket: Duplex,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const key = request.headers['sec-websocket-key'];
  if (url.pathname !== '/ws/query' || typeof key !== 'string')
    return void socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  const accept = createHash('sha1')
    .update(key + HANDSHAKE_GUID)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const client = new WebSocketClient(socket);
  try {
    const answer = await openQuery(engine, readRequest(url.searchParams.get('request')));
    client.onClose(() => answer.close());
    await sendAnswer(client, answer);
    client.close(NORMAL, 'done');
  } catch (error) {
    const wire = toWireError(error);
    client.send(JSON.stringify({ errorMessage: wire.body() }));
    client.close(POLICY_VIOLATION, wire.message);
  }
}

function readRequest(text: string | null) {
  if (text === null) throw new WireError(ERROR_CODES.badRequest, 'No request in arguments');
  const body = parseJsonObject(text);
  return {
    sql: textMember(body, 'ksql', ''),
    properties: propertiesMember(body, 'streamsProperties'),
    variables: propertiesMember(body, 'sessionVariables'),
  };
}

async function sendAnswer(client: WebSocketClient, answer: QueryAnswer): Promise<void> {
  client.send(JSON.stringify(answer.columns.map(({ name, type }) => ({ name, schema: schemaEntity(type) }))));
  const write = rowWriter(answer.columns.map(({ type }) => type));
  for await (const rows of answer.rows) {
    for (const row of rows) {
      if (client.closed) return;
      const gone = answer.isTombstone?.(row) ? ',"tombstone":true' : '';
      if (!client.send(`{"row":{"columns":${write(row)}${gone}}}`)) await client.drained();
    }
  }
}

/** The server's end of one connection: sends texts, answers pings, notices when the client goes. */
class WebSocketClient {
  private received = Buffer.alloc(0);
  private readonly onCloseActions: (() => void)[] = [];
  closed = false;

  constructor(private readonly socket: Duplex) {
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', () => this.end());
    socket.on('close', () => this.end());
  }

  onClose(action: () => void): void {
    if (this.closed) action();
    else this.onCloseActions.push(action);
  }

  send(text: string): boolean {
    return this.closed || this.frame(TEXT, Buffer.from(text));
  }
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once('drain', resolve);
      this.onClose(resolve);
    });
  }
  close(code: number, reason: string): void {
    if (this.closed) return;
    const payload = Buffer.concat([
      Buffer.from([code >> 8, code & 0xff]),
      Buffer.from(reason).subarray(0, MAX_CONTROL_BYTES - 2),
    ]);
    this.frame(CLOSE, payload);
    this.socket.end();
  }

  private frame(opcode: number, payload: Buffer): boolean {
    const head =
      payload.length < 126
        ? [payload.length]
        : payload.length < 65_536
          ? [126, payload.length >> 8, payload.length & 0xff]
          : [127, ...longLength(payload.length)];
    return this.socket.write(Buffer.concat([Buffer.from([0x80 | opcode, ...head]), payload]));
  }

  private end(): void {
    if (this.closed) return;
    this.closed = true;
    for (const action of this.onCloseActions) action();
  }

  /** Control frames of the client; anything else is not expected here and ends the connection. */
  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    while (this.received.length >= 6) {
      const length = this.received[1]! & 0x7f;
      if (length > MAX_CONTROL_BYTES) return void this.socket.destroy();
      if (this.received.length < 6 + length) return;
      const mask = this.received.subarray(2, 6);
      const payload = Buffer.from(
        this.received.subarray(6, 6 + length).map((byte, i) => byte ^ mask[i & 3]!),
      );
      const opcode = this.received[0]! & 0x0f;
      this.received = this.received.subarray(6 + length);
      if (opcode === PING) this.frame(PONG, payload);
      if (opcode === CLOSE) this.close(NORMAL, '');
    }
  }
}

function longLength(length: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return [...bytes];
}
