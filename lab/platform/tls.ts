import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runTool } from '../install/run';
import { ensureSecret, writePrivateFile } from '../secrets';
import { runLayout } from './layout';

/** The key store of the ingest listener and the certificate that its clients trust. */
export interface IngestTls {
  readonly keyStore: string;
  readonly passwordFile: string;
  readonly caFile: string;
}

const VALID_DAYS = '3650';
const KEY = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', VALID_DAYS];

/**
 * Makes, once, a certificate authority and a server certificate for loopback signed by it. The authority's key is
 * deleted afterwards: nobody can sign another certificate that the gateways would trust.
 */
export async function ensureIngestTls(runDir: string): Promise<IngestTls> {
  const folder = runLayout(runDir).secrets;
  const tls = {
    keyStore: path.join(folder, 'ingest.p12'),
    passwordFile: path.join(folder, 'ingest-keystore'),
    caFile: path.join(folder, 'ingest-ca.pem'),
  };
  if (existsSync(tls.keyStore) && existsSync(tls.caFile)) return tls;
  // Several brokers ask at the same time.
  const making = inTheMaking.get(folder) ?? make(tls).finally(() => inTheMaking.delete(folder));
  inTheMaking.set(folder, making);
  await making;
  return tls;
}

const inTheMaking = new Map<string, Promise<void>>();

async function make(tls: IngestTls): Promise<void> {
  mkdirSync(path.dirname(tls.keyStore), { recursive: true, mode: 0o700 });
  ensureSecret(tls.passwordFile);
  const draft = `${tls.keyStore}.draft`;
  rmSync(draft, { force: true });
  const store = ['-keystore', draft, '-storetype', 'PKCS12', '-storepass:file', tls.passwordFile];
  const authority = ['-ext', 'bc:c=ca:true', '-ext', 'ku:c=keyCertSign,cRLSign'];
  await keytool('-genkeypair', '-alias', 'ca', '-dname', 'CN=naap lab CA', ...KEY, ...authority, ...store);
  const names = ['-ext', 'san=dns:localhost,ip:127.0.0.1', '-ext', 'eku=serverAuth'];
  await keytool(
    '-genkeypair',
    '-alias',
    'server',
    '-signer',
    'ca',
    '-dname',
    'CN=localhost',
    ...KEY,
    ...names,
    ...store,
  );
  writePrivateFile(tls.caFile, await keytool('-exportcert', '-rfc', '-alias', 'ca', ...store));
  await keytool('-delete', '-alias', 'ca', ...store);
  chmodSync(draft, 0o600);
  renameSync(draft, tls.keyStore);
}

async function keytool(...args: string[]): Promise<string> {
  const lines: string[] = [];
  await runTool('keytool', ['-J-XX:TieredStopAtLevel=1', ...args], { onLine: (line) => lines.push(line) });
  return `${lines.join('\n')}\n`;
}
