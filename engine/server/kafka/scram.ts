import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { KafkaConnectionError } from './protocol-error';

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
type Exchange = (message: Buffer) => Promise<Buffer>;

const pbkdf2Async = promisify(pbkdf2);

/** `r=…,s=…,i=…` as a map. */
function attributes(message: string): Map<string, string> {
  return new Map(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ b[i]!));
}

/** SASLprep is not applied: users and passwords are sent as given, as Kafka's own client does for ASCII. */
function escapeName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C');
}

interface ServerFirst {
  readonly nonce: string;
  readonly salt: Buffer;
  readonly iterations: number;
}

function parseServerFirst(message: string, clientNonce: string): ServerFirst {
  const fields = attributes(message);
  const nonce = fields.get('r') ?? '';
  const iterations = Number(fields.get('i'));
  if (!nonce.startsWith(clientNonce) || nonce === clientNonce || !(iterations >= 4096)) {
    throw new KafkaConnectionError("the broker's SCRAM challenge is not valid");
  }
  return { nonce, salt: Buffer.from(fields.get('s') ?? '', 'base64'), iterations };
}

/** RFC 5802 client side; proves the password and checks that the broker knows it too. */
export async function authenticateScram(
  mechanism: ScramMechanism,
  username: string,
  password: string,
  exchange: Exchange,
): Promise<void> {
  const digest = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
  const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest();
  const clientNonce = randomBytes(24).toString('base64url');
  const clientFirst = `n=${escapeName(username)},r=${clientNonce}`;
  const serverFirst = (await exchange(Buffer.from(`n,,${clientFirst}`))).toString();
  const { nonce, salt, iterations } = parseServerFirst(serverFirst, clientNonce);

  const salted = await pbkdf2Async(password, salt, iterations, digest === 'sha256' ? 32 : 64, digest);
  const clientKey = hmac(salted, 'Client Key');
  const withoutProof = `c=biws,r=${nonce}`;
  const authMessage = `${clientFirst},${serverFirst},${withoutProof}`;
  const signature = hmac(createHash(digest).update(clientKey).digest(), authMessage);
  const proof = xor(clientKey, signature).toString('base64');
  const serverFinal = (await exchange(Buffer.from(`${withoutProof},p=${proof}`))).toString();

  const expected = hmac(hmac(salted, 'Server Key'), authMessage);
  const given = Buffer.from(attributes(serverFinal).get('v') ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new KafkaConnectionError(
      'the broker does not prove that it knows the password (SCRAM server signature differs)',
    );
  }
}
