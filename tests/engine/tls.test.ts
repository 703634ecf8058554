/** Listeners with TLS: protocols, client certificates, users; with certificates made by openssl and keytool on the spot. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../engine/server/bootstrap';
import { loadConfig } from '../../engine/server/config/server-config';
import type { RunningEngine } from '../../engine/server/bootstrap';

const directory = mkdtempSync(join(tmpdir(), 'naap-tls-'));
const at = (name: string): string => join(directory, name);
const run = (tool: string, ...args: readonly string[]): void =>
  void execFileSync(tool, args, { cwd: directory, stdio: 'pipe' });
const hasKeytool = (() => {
  try {
    execFileSync('keytool', ['-help'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

let running: RunningEngine | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
afterAll(() => rmSync(directory, { recursive: true }));

beforeAll(() => {
  run(
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=test-authority',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  for (const name of ['server', 'client']) {
    run(
      'openssl',
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1');
    run(
      'openssl',
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'names',
      '-out',
      `${name}.crt`,
    );
  }
  writeFileSync(
    at('server.pem'),
    readFileSync(at('server.key'), 'utf8') + readFileSync(at('server.crt'), 'utf8'),
  );
  run(
    'openssl',
    'pkcs12',
    '-export',
    '-inkey',
    'server.key',
    '-in',
    'server.crt',
    '-name',
    'server',
    '-passout',
    'pass:secret',
    '-out',
    'server.p12',
  );
});

const PEM = () => `listeners=https://127.0.0.1:0\nssl.keystore.location=${at('server.pem')}\n`;

async function start(text: string): Promise<string> {
  running = await startEngine({ text, memory: true, log: () => undefined });
  return running.urls[0]!;
}

/** GET /info; the status, or the code of the error that ended the connection. */
function info(base: string, options: RequestOptions = {}): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request(
      `${base}/info`,
      { ca: readFileSync(at('ca.pem')), agent: false, ...options },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });
}

/** The same over HTTP/2, which ALPN must have chosen. */
async function infoOverHttp2(base: string): Promise<[number, string | undefined]> {
  const session = connectHttp2(base, { ca: readFileSync(at('ca.pem')) });
  const stream = session.request({ ':path': '/info' });
  const status = await new Promise<number>((resolve, reject) => {
    stream.on('response', (headers) => resolve(Number(headers[':status'])));
    stream.on('error', reject);
    session.on('error', reject);
  });
  stream.resume();
  const protocol = session.alpnProtocol;
  await new Promise<void>((resolve) => session.close(resolve));
  return [status, protocol];
}

it('serves HTTP/1.1 and, by ALPN, HTTP/2', async () => {
  const base = await start(PEM());
  expect(await info(base)).toBe(200);
  expect(await infoOverHttp2(base)).toEqual([200, 'h2']);
});

it('reads a PKCS12 store, whatever it is called', async () => {
  writeFileSync(at('server.jks'), readFileSync(at('server.p12')));
  const base = await start(
    `listeners=https://127.0.0.1:0\nssl.keystore.location=${at('server.jks')}\nssl.keystore.password=secret\nssl.keystore.type=JKS\n`,
  );
  expect(await info(base)).toBe(200);
});

(hasKeytool ? it : it.skip)(
  `refuses a store in Java's own form, and says how to convert it${hasKeytool ? '' : ' (skipped: no keytool)'}`,
  () => {
    run(
      'keytool',
      '-importkeystore',
      '-noprompt',
      '-srckeystore',
      'server.p12',
      '-srcstorepass',
      'secret',
      '-destkeystore',
      'own.jks',
      '-deststoretype',
      'JKS',
      '-deststorepass',
      'secret',
    );
    const text = `listeners=https://127.0.0.1:0\nssl.keystore.location=${at('own.jks')}\nssl.keystore.password=secret\n`;
    expect(() => loadConfig(text)).toThrow(/key store in Java's own form \(JKS\).*-deststoretype PKCS12/s);
  },
);

it('finds a wrong password before it listens', () => {
  const text = `listeners=https://127.0.0.1:0\nssl.keystore.location=${at('server.p12')}\nssl.keystore.password=wrong\n`;
  expect(() => loadConfig(text)).toThrow(/key store of the https listeners cannot be opened/);
});

describe('client certificates', () => {
  const certificate = () => ({ key: readFileSync(at('client.key')), cert: readFileSync(at('client.crt')) });

  test.each(['ssl.client.authentication=REQUIRED', 'ssl.client.auth=true'])(
    '%s turns away who has none',
    async (line) => {
      const base = await start(`${PEM()}${line}\nssl.truststore.location=${at('ca.pem')}\n`);
      expect(await info(base)).not.toBe(200);
      expect(await info(base, certificate())).toBe(200);
    },
  );

  it('REQUESTED lets in who has none', async () => {
    const base = await start(
      `${PEM()}ssl.client.authentication=REQUESTED\nssl.truststore.location=${at('ca.pem')}\n`,
    );
    expect(await info(base)).toBe(200);
    expect(await info(base, certificate())).toBe(200);
  });

  test.each([
    ['ssl.client.authentication=REQUIRED', 'needs ssl.truststore.location'],
    ['ssl.client.authentication=PERHAPS', 'one of NONE, REQUESTED, REQUIRED is expected'],
  ])('refuses %s alone', (line, message) => expect(() => loadConfig(`${PEM()}${line}\n`)).toThrow(message));

  it('refuses a PKCS12 trust store, and says how to convert it', () => {
    const text = `${PEM()}ssl.client.auth=true\nssl.truststore.location=${at('server.p12')}\n`;
    expect(() => loadConfig(text)).toThrow(/openssl pkcs12 -in .* -nokeys/);
  });
});

it('asks for users over TLS, but not for the paths that are left out', async () => {
  writeFileSync(at('users'), 'ana: secret,developer\n');
  writeFileSync(
    at('jaas.conf'),
    'Realm { org.eclipse.jetty.jaas.spi.PropertyFileLoginModule required file="users"; };',
  );
  const base = await start(
    `${PEM()}authentication.method=BASIC\nauthentication.realm=Realm\nauthentication.roles=developer\njava.security.auth.login.config=${at('jaas.conf')}\nauthentication.skip.paths=/health*\n`,
  );
  expect(await info(base)).toBe(401);
  expect(await info(base, { auth: 'ana:secret' })).toBe(200);
  expect(await info(base, { path: '/healthcheck' })).toBe(200);
});
