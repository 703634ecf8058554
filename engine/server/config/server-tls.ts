import { createSecureContext } from 'node:tls';
import { KeyStoreReader } from './key-stores';
import type { Identity } from './key-stores';

/** TLS of `https` listeners. */
export interface ServerTls extends Identity {
  readonly ca?: string;
  /** Clients are asked for a certificate. */
  readonly requestCert?: boolean;
  /** Clients without a certificate that we believe are turned away. */
  readonly rejectUnauthorized?: boolean;
}
type Properties = Readonly<Record<string, string>>;

const CLIENT_AUTH: Readonly<Record<string, Pick<ServerTls, 'requestCert' | 'rejectUnauthorized'>>> = {
  NONE: {},
  REQUESTED: { requestCert: true, rejectUnauthorized: false },
  REQUIRED: { requestCert: true, rejectUnauthorized: true },
};

/** Reads `ssl.*` for the listeners; undefined when none is `https`. */
export function readServerTls(
  properties: Properties,
  problem: (message: string) => void,
): ServerTls | undefined {
  if (!/(^|,)\s*https:\/\//i.test(properties['listeners'] ?? '')) return undefined;
  const problems: string[] = [];
  const note = (message: string): void => {
    problems.push(message);
    problem(message);
  };
  const stores = new KeyStoreReader((name) => properties[name], note);
  const identity = stores.identity();
  if (!identity.cert && !identity.pfx && problems.length === 0)
    note('an https listener needs ssl.keystore.location (PEM with key and certificates, or PKCS12)');
  const clientAuth = readClientAuth(properties, note);
  const tls: ServerTls = {
    ...identity,
    ...clientAuth,
    ...(clientAuth.requestCert ? { ca: stores.authorities() } : {}),
  };
  if (clientAuth.rejectUnauthorized && !tls.ca && problems.length === 0)
    note(
      'ssl.client.authentication=REQUIRED needs ssl.truststore.location: the authorities that clients are believed by',
    );
  if (problems.length === 0) tryContext(tls, note);
  return tls;
}

/** `ssl.client.authentication`, or the older `ssl.client.auth=true`. */
function readClientAuth(
  properties: Properties,
  note: (message: string) => void,
): (typeof CLIENT_AUTH)[string] {
  const isOld = properties['ssl.client.auth']?.trim().toLowerCase() === 'true';
  const wanted = (properties['ssl.client.authentication'] ?? (isOld ? 'REQUIRED' : 'NONE'))
    .trim()
    .toUpperCase();
  const known = CLIENT_AUTH[wanted];
  if (known) return known;
  note(`ssl.client.authentication is "${wanted}", one of ${Object.keys(CLIENT_AUTH).join(', ')} is expected`);
  return {};
}

/** A wrong password is found here and not by the first client. */
function tryContext(tls: ServerTls, note: (message: string) => void): void {
  try {
    createSecureContext({ ...tls });
  } catch (error) {
    note(
      `the key store of the https listeners cannot be opened: ${(error as Error).message} (ssl.keystore.location, ssl.keystore.password, ssl.key.password)`,
    );
  }
}
