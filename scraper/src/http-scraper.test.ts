import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { createAddressPolicy } from './address-policy';
import type { Kind } from './config';
import { HttpScraper } from './http-scraper';
import { createTarget } from './target';

const kind: Kind = { name: 'k', role: 'runner', path: '/x', parser: 'json', period_ms: 1_000, timeout_ms: 400, max_body_bytes: 100, snapshot_every_ms: 0 }; // prettier-ignore
const scraper = new HttpScraper(createAddressPolicy(['127.0.0.0/8']));
const servers: Server[] = [];
const serve = async (listener: RequestListener, server = createServer(listener)): Promise<number> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};
afterAll(() => servers.forEach((server) => (server.closeAllConnections(), server.close())));
const target = (url: string, pin?: string) =>
  createTarget({ id: 't', role: 'runner', url, pin_sha256: pin }, 'configured');

describe('HTTP scraper', () => {
  test('returns the body and its validators, and sends them back', async () => {
    const port = await serve((request, response) => {
      if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end();
      response.writeHead(200, { etag: '"1"' }).end('{"a":1}');
    });
    const first = await scraper.scrape(target(`http://127.0.0.1:${port}`), kind, {});
    expect(first).toMatchObject({ status: 200, notModified: false, etag: '"1"' });
    expect(first.body.toString()).toBe('{"a":1}');
    const second = await scraper.scrape(target(`http://127.0.0.1:${port}`), kind, { etag: first.etag });
    expect(second).toMatchObject({ status: 304, notModified: true });
  });

  test.each<[string, RequestListener, string]>([
    [
      'a redirect',
      (_, r) => void r.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'redirect',
    ],
    ['a 404', (_, r) => void r.writeHead(404).end(), 'http_4xx'],
    ['a 503', (_, r) => void r.writeHead(503).end(), 'http_5xx'],
    ['a body over the limit', (_, r) => void r.end('x'.repeat(101)), 'too_large'],
    ['a body that never ends', (_, r) => void r.write('x'), 'timeout'],
    ['silence', () => undefined, 'timeout'],
    ['a connection that is cut', (request) => void request.socket.destroy(), 'connection'],
  ])('reports %s as %s', async (_, listener, expected) => {
    const port = await serve(listener);
    await expect(scraper.scrape(target(`http://127.0.0.1:${port}`), kind, {})).rejects.toMatchObject({
      kind: expected,
    });
  });

  test('reports a closed port as refused and an unknown name as dns', async () => {
    await expect(scraper.scrape(target('http://127.0.0.1:1'), kind, {})).rejects.toMatchObject({
      kind: 'refused',
    });
    const name = scraper.scrape(target('http://no-such-host.invalid'), { ...kind, timeout_ms: 5_000 }, {});
    await expect(name).rejects.toMatchObject({ kind: expect.stringMatching(/dns|timeout/) as string });
  });

  test('judges the address that a name resolves to', async () => {
    const strict = new HttpScraper(createAddressPolicy([]));
    for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433']) {
      const poll = strict.scrape(target(`http://${host}:9/`), kind, {});
      await expect(poll).rejects.toMatchObject({ kind: 'forbidden_address' });
    }
  });

  test('takes a self-signed certificate only with its pin', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scraper-tls-'));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', '/CN=orch', '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' }); // prettier-ignore
    const cert = readFileSync(certFile);
    const listener: RequestListener = (_, response) => void response.end('{}');
    const port = await serve(listener, createTlsServer({ key: readFileSync(keyFile), cert }, listener));
    rmSync(folder, { recursive: true });
    const url = `https://127.0.0.1:${port}`;
    const pin = new X509Certificate(cert).fingerprint256;
    await expect(scraper.scrape(target(url), kind, {})).rejects.toMatchObject({ kind: 'tls' });
    await expect(
      scraper.scrape(target(url, pin.replace(/[0-9A-F]/, 'F').replace('F', '0')), kind, {}),
    ).rejects.toMatchObject({ kind: 'tls' });
    await expect(scraper.scrape(target(url, pin.toLowerCase()), kind, {})).resolves.toMatchObject({
      status: 200,
    });
  });
});
