import type { Socket } from 'node:net';

/**
 * HTTP/2 begun by an HTTP/1.1 request with `Upgrade: h2c` (RFC 7540, 3.2), as curl and Vert.x begin it without TLS. Node knows only
 * prior knowledge, so its session is shown the upgraded request as what it means: stream 1 with that head and body.
 */
export interface UpgradeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

const HEAD_END = '\r\n\r\n';
/** More than this before the head ends, and it is left to HTTP/1.1 to refuse. */
const MAX_HEAD_BYTES = 16 * 1024;
const PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;
/** What every peer takes without having said otherwise. */
const MAX_FRAME_BYTES = 16_384;
/** What a client may send before it is given more: the window of a new stream. */
const MAX_BODY_BYTES = 65_535;
const DATA = 0;
const HEADERS = 1;
const CONTINUATION = 9;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
/** They speak of the HTTP/1.1 connection. */
const CONNECTION_HEADERS = new Set([
  ...[
    'connection',
    'upgrade',
    'http2-settings',
    'host',
    'keep-alive',
    'proxy-connection',
    'transfer-encoding',
    'expect',
  ],
]);

/** Whether a request asks for h2c. Only its whole head can tell, and that may come in many pieces: 'more' until it is there. */
export function mayUpgrade(received: Buffer): 'no' | 'yes' | 'more' {
  const text = received.toString('latin1', 0, MAX_HEAD_BYTES);
  const end = text.indexOf(HEAD_END);
  if (end < 0) return received.length >= MAX_HEAD_BYTES ? 'no' : 'more';
  const head = text.slice(0, end);
  return /\r\nupgrade:\s*h2c\s*(\r\n|$)/i.test(head) && /\r\nhttp2-settings:/i.test(head) ? 'yes' : 'no';
}

/**
 * The request that asks for the upgrade, once its body has come; 'more' until then. Undefined when its body has no length
 * or is too large: such a request is answered over HTTP/1.1, which a server may always do.
 */
export function readUpgradeRequest(received: Buffer): UpgradeRequest | 'more' | undefined {
  const text = received.toString('latin1', 0, MAX_HEAD_BYTES);
  const end = text.indexOf(HEAD_END);
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  // HTTP/2 knows no whole URL in the place of a path.
  const [, method, path] = /^([A-Z]+) (?:https?:\/\/[^/ ]+)?(\/\S*) HTTP\/1\.1$/i.exec(first) ?? [];
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  const value = (name: string) => headers.find(([known]) => known === name)?.[1];
  const length = Number(value('content-length') ?? 0);
  if (method === undefined || path === undefined || value('transfer-encoding') !== undefined)
    return undefined;
  if (!Number.isInteger(length) || length < 0 || length > MAX_BODY_BYTES || value('expect') !== undefined)
    return undefined;
  const start = end + HEAD_END.length;
  if (received.length < start + length) return 'more';
  return { method, path, headers, body: received.subarray(start, start + length) };
}

/** The request without its wish to upgrade, for HTTP/1.1 to answer. */
export function withoutUpgrade(received: Buffer): Buffer {
  const end = received.indexOf(HEAD_END);
  const head = received
    .toString('latin1', 0, end)
    .replace(/\r\n(upgrade|http2-settings):[^\r\n]*/gi, '')
    .replace(/\r\nconnection:[^\r\n]*/gi, '');
  return Buffer.concat([Buffer.from(head, 'latin1'), received.subarray(end)]);
}

/**
 * Agrees to the upgrade. `ready` is called once the client's preface has come, with what the HTTP/2 session is to read first:
 * that preface, then the upgraded request, then what came behind.
 */
export function agreeToUpgrade(
  socket: Socket,
  request: UpgradeRequest,
  ready: (opening: Buffer) => void,
): void {
  let received = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    const settingsEnd = firstFrameEnd(received);
    if (settingsEnd === undefined || received.length < settingsEnd) {
      if (received.length > MAX_FRAME_BYTES * 2) socket.destroy();
      return;
    }
    socket.off('data', onData);
    socket.pause();
    const [preface, rest] = [received.subarray(0, settingsEnd), received.subarray(settingsEnd)];
    ready(Buffer.concat([preface, requestFrames(request), rest]));
  };
  socket.on('data', onData);
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n');
}

/** Where the client's SETTINGS, which must come first, end. */
function firstFrameEnd(bytes: Buffer): number | undefined {
  if (bytes.length < PREFACE_BYTES + FRAME_HEADER_BYTES) return undefined;
  return PREFACE_BYTES + FRAME_HEADER_BYTES + bytes.readUIntBE(PREFACE_BYTES, 3);
}

function requestFrames({ method, path, headers, body }: UpgradeRequest): Buffer {
  const authority = headers.find(([name]) => name === 'host')?.[1] ?? '';
  const fields = [
    ...Object.entries({ ':method': method, ':scheme': 'http', ':authority': authority, ':path': path }),
    ...headers.filter(([name]) => !CONNECTION_HEADERS.has(name)),
  ];
  const block = Buffer.concat(
    fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), hpackText(name), hpackText(value)])),
  );
  const heads = pieces(block).map((piece, i, all) =>
    frame(
      i === 0 ? HEADERS : CONTINUATION,
      (i === all.length - 1 ? END_HEADERS : 0) | (i === 0 && body.length === 0 ? END_STREAM : 0),
      piece,
    ),
  );
  const data =
    body.length === 0
      ? []
      : pieces(body).map((piece, i, all) => frame(DATA, i === all.length - 1 ? END_STREAM : 0, piece));
  return Buffer.concat([...heads, ...data]);
}

function pieces(bytes: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / MAX_FRAME_BYTES));
  return Array.from({ length: count }, (_, i) =>
    bytes.subarray(i * MAX_FRAME_BYTES, (i + 1) * MAX_FRAME_BYTES),
  );
}

/** A frame of stream 1. */
function frame(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEADER_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(1, 5);
  return Buffer.concat([head, payload]);
}

/** A string literal of HPACK (RFC 7541, 5.2), not Huffman coded. */
function hpackText(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    length.push(127);
    let rest = bytes.length - 127;
    for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) | 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}
