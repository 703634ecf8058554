import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { TargetConfig } from '../config/targets';
import { createTarget } from '../target';
import type { Target } from '../target';
import { createAddressPolicy } from './address-policy';
import { Connections } from './connections';
import { HttpScraper } from './http-scraper';
import { createResolver } from './lookup';
import type { Resolve } from './lookup';

const KIND = { path: '/x', timeout_ms: 400, max_body_bytes: 100 };
const opened: Connections[] = [];
const servers: NetServer[] = [];
afterAll(() => {
  opened.forEach((it) => it.destroy());
  servers.forEach((server) => ((server as Server).closeAllConnections?.(), server.close()));
});

interface Setting {
  readonly cidrs?: string[];
  readonly resolve?: Resolve;
  readonly maxIdle?: number;
  readonly idleMs?: number;
}
function scraperOf({
  cidrs = ['127.0.0.0/8'],
  resolve = createResolver(),
  maxIdle = 10,
  idleMs = 10_000,
}: Setting = {}): HttpScraper {
  const connections = new Connections({ policy: createAddressPolicy(cidrs), resolve, maxIdle, idleMs });
  opened.push(connections);
  return new HttpScraper(connections);
}
const scraper = scraperOf();
async function listening<T extends NetServer>(server: T): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const serve = (listener: RequestListener): Promise<number> => listening(createServer(listener));
/** Answers with bytes that an HTTP library would not send. */
const serveRaw = (answer: (socket: Socket) => void): Promise<number> =>
  listening(createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  })); // prettier-ignore
const target = (
  url: string,
  more: Partial<TargetConfig> = {},
  targetClass: Target['targetClass'] = 'configured',
) => createTarget({ id: 't', role: 'runner', url, ...more }, targetClass);
const local = (port: number): Target => target(`http://127.0.0.1:${port}`);

describe('HTTP scraper', () => {
  test('returns the body and its validators, sends them back, and asks for nothing packed', async () => {
    const asked: unknown[] = [];
    const port = await serve((request, response) => {
      asked.push(request.headers['accept-encoding'], request.headers.authorization);
      if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end();
      response.writeHead(200, { etag: '"1"' }).end('{"a":1}');
    });
    const it = target(`http://user:p%40ss@127.0.0.1:${port}`);
    const first = await scraper.scrape(it, KIND, {});
    expect(first).toMatchObject({ status: 200, notModified: false, etag: '"1"' });
    expect(first.body.toString()).toBe('{"a":1}');
    expect(await scraper.scrape(it, KIND, { etag: first.etag })).toMatchObject({
      status: 304,
      notModified: true,
    });
    expect(asked.slice(0, 2)).toEqual(['identity', `Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
  });

  test.each<[string, RequestListener, string]>([
    ['a redirect', (_, r) => void r.writeHead(302, { location: 'http://169.254.169.254/' }).end(), 'redirect'],
    ['a 404', (_, r) => void r.writeHead(404).end(), 'http_4xx'],
    ['a 503', (_, r) => void r.writeHead(503).end(), 'http_5xx'],
    ['a body over the limit', (_, r) => void r.end('x'.repeat(101)), 'too_large'],
    ['a body over the limit in pieces', (_, r) => void (r.write('x'.repeat(60)), r.end('x'.repeat(60))), 'too_large'],
    ['a body that never ends', (_, r) => void r.write('x'), 'timeout'],
    ['headers and then nothing', (_, r) => void r.writeHead(200, { 'content-length': '5' }).flushHeaders(), 'timeout'],
    ['silence', () => undefined, 'timeout'],
    ['a byte now and then', (_, r) => {
      const timer = setInterval(() => r.write('x'), 50);
      r.on('close', () => clearInterval(timer));
    }, 'timeout'],
    ['a connection that is cut', (request) => void request.socket.destroy(), 'connection'],
    ['a small body that unpacks to a large one', (_, r) => void r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1_000_000)).subarray(0, 90)), 'parse'],
  ])('reports %s as %s', async (_, listener, expected) => {
    const poll = scraper.scrape(local(await serve(listener)), KIND, {});
    await expect(poll).rejects.toMatchObject({ kind: expected });
  }); // prettier-ignore

  test.each<[string, string, string]>([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'parse'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 'parse'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'parse'],
    ['a chunk of no size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n', 'parse'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(10_000)}`, 'too_large'],
    ['less than it says', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}', 'connection'],
    ['a length over the limit', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}', 'too_large'],
    ['one answer after the other that it goes on', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50), 'connection'],
  ])('reports %s as %s', async (_, bytes, expected) => {
    const port = await serveRaw((socket) => void socket.end(bytes));
    await expect(scraper.scrape(local(port), KIND, {})).rejects.toMatchObject({ kind: expected });
  }); // prettier-ignore

  test('takes the body that a length announces, whatever follows it', async () => {
    const port = await serveRaw(
      (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 500 No\r\n\r\n'),
    );
    const { body } = await scraper.scrape(local(port), KIND, {});
    expect(body.toString()).toBe('{}');
  });

  test('reports a closed port as refused and an unknown name as dns', async () => {
    await expect(scraper.scrape(local(1), KIND, {})).rejects.toMatchObject({ kind: 'refused' });
    const name = scraper.scrape(target('http://no-such-host.invalid'), { ...KIND, timeout_ms: 5_000 }, {});
    await expect(name).rejects.toMatchObject({ kind: expect.stringMatching(/dns|timeout/) as string });
  });

  test('gives up at once when it is stopped', async () => {
    const port = await serve(() => undefined);
    const stop = new AbortController();
    const poll = scraper.scrape(local(port), { ...KIND, timeout_ms: 60_000 }, {}, stop.signal);
    setTimeout(() => stop.abort(), 30);
    await expect(poll).rejects.toMatchObject({ kind: 'timeout' });
  });
});

describe('addresses', () => {
  test('are judged after DNS, however they are written', async () => {
    const strict = scraperOf({ cidrs: [] });
    const hosts = ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '2130706433', '0x7f.1', '0', '0177.0.0.1', '127.1']; // prettier-ignore
    for (const host of hosts) {
      const poll = strict.scrape(target(`http://${host}:9/`), KIND, {});
      await expect(poll).rejects.toMatchObject({ kind: 'forbidden_address' });
    }
  });

  test('of a name that is pointed elsewhere between two polls are judged at each connection', async () => {
    const port = await serve((_, response) => void response.end('{}'));
    let address = '127.0.0.1';
    const rebinding = scraperOf({
      cidrs: ['127.0.0.1/32'],
      resolve: () => Promise.resolve([{ address, family: 4 }]),
      maxIdle: 0,
    });
    const it = target(`http://rebinding.example:${port}`);
    await expect(rebinding.scrape(it, KIND, {})).resolves.toMatchObject({ status: 200 });
    address = '169.254.169.254';
    await expect(rebinding.scrape(it, KIND, {})).rejects.toMatchObject({ kind: 'forbidden_address' });
  });

  test('that may not be reached are left out of those of a name', async () => {
    const port = await serve((_, response) => void response.end('{}'));
    const mixed = scraperOf({
      resolve: () =>
        Promise.resolve([
          { address: '169.254.169.254', family: 4 },
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ]),
    });
    await expect(mixed.scrape(target(`http://mixed.example:${port}`), KIND, {})).resolves.toMatchObject({
      status: 200,
    });
  });

  test('a connection of a configured target is never used for a discovered one', async () => {
    let connections = 0;
    const port = await serve((_, response) => void response.end('{}'));
    (servers.at(-1) as Server).on('connection', () => (connections += 1));
    const both = scraperOf();
    const url = `http://127.0.0.1:${port}`;
    await both.scrape(target(url), KIND, {});
    await both.scrape(target(url), KIND, {});
    expect(connections).toBe(1);
    const foreign = both.scrape(target(url, {}, 'discovered'), KIND, {});
    await expect(foreign).rejects.toMatchObject({ kind: 'forbidden_address' });
    expect(connections).toBe(1);
  });
});

describe('connections that stay open', () => {
  test('are used again, closed when idle for long, and not kept beyond the limit', async () => {
    const sockets = new Set<Socket>();
    const port = await serve((_, response) => void response.end('{}'));
    (servers.at(-1) as Server).on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    const keeping = scraperOf({ idleMs: 100 });
    await keeping.scrape(local(port), KIND, {});
    expect(sockets.size).toBe(1);
    await delay(1_400);
    expect(sockets.size).toBe(0);
    await scraperOf({ maxIdle: 0 }).scrape(local(port), KIND, {});
    await delay(50);
    expect(sockets.size).toBe(0);
  });

  test('that the other side closed meanwhile do not count as a failure', async () => {
    let requests = 0;
    const port = await serve((request, response) => {
      requests += 1;
      // The second request on a connection meets a server that has just given it up.
      const { socket } = request as { socket: Socket & { used?: boolean } };
      if (socket.used === true) return void socket.destroy();
      socket.used = true;
      response.end('{}');
    });
    await scraper.scrape(local(port), KIND, {});
    await expect(scraper.scrape(local(port), KIND, {})).resolves.toMatchObject({ status: 200 });
    expect(requests).toBe(3);
  });
});

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scraper-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const listener: RequestListener = (_, response) => void response.end('{}');
  const certificate = (name: string) => {
    const [keyFile, certFile] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' }); // prettier-ignore
    const cert = readFileSync(certFile);
    return { key: readFileSync(keyFile), cert, pin: new X509Certificate(cert).fingerprint256 };
  };
  const first = certificate('first');
  const second = certificate('second');

  test('takes a self-signed certificate only with its pin', async () => {
    const port = await listening(createTlsServer(first, listener));
    const url = `https://127.0.0.1:${port}`;
    await expect(scraper.scrape(target(url), KIND, {})).rejects.toMatchObject({ kind: 'tls' });
    await expect(scraper.scrape(target(url, { pin_sha256: second.pin }), KIND, {})).rejects.toMatchObject({
      kind: 'tls',
      message: expect.stringMatching(/fingerprint is [0-9A-F]{64}, pinned is [0-9A-F]{64}/) as string,
    });
    const pinned = scraper.scrape(target(url, { pin_sha256: first.pin.toLowerCase() }), KIND, {});
    await expect(pinned).resolves.toMatchObject({ status: 200 });
  });

  test('first_seen takes any certificate, reports a change once, and goes on with the new one', async () => {
    const server = createTlsServer(first, listener);
    const port = await listening(server);
    const trusting = scraperOf({ maxIdle: 0 });
    const it = target(`https://127.0.0.1:${port}`, { tls: 'first_seen' });
    const poll = () => trusting.scrape(it, KIND, {});
    await expect(poll()).resolves.toMatchObject({ status: 200 });
    server.setSecureContext(second);
    await expect(poll()).rejects.toMatchObject({ kind: 'tls', message: expect.stringContaining('before it was') as string }); // prettier-ignore
    await expect(poll()).resolves.toMatchObject({ status: 200 });
  });

  test('reports plain HTTP on a TLS port, and a handshake that never ends', async () => {
    const plain = await serve(listener);
    const mute = await serveRaw(() => undefined);
    const poll = (port: number) => scraper.scrape(target(`https://127.0.0.1:${port}`), KIND, {});
    await expect(poll(plain)).rejects.toMatchObject({ kind: 'tls' });
    await expect(poll(mute)).rejects.toMatchObject({ kind: 'timeout' });
  });
});
