import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { argon2id } from 'hash-wasm';

/**
 * The encryption of secrets in requests to MinIO's admin API, and of its answers: `salt | id | nonce | fragments`. The key is
 * derived from the secret key of whoever asks; each fragment is sealed under the nonce and its number.
 * Form: MinIO's admin protocol (id 0, 1: Argon2id with AES-GCM, ChaCha20; 2: PBKDF2 with AES-GCM) over the DARE-like stream of
 * `secure-io/sio-go`. A server takes every id and answers with Argon2id.
 */
const SALT_BYTES = 32;
const PBKDF2_AES_GCM = 2;
const PBKDF2_ROUNDS = 8_192;
const KEY_BYTES = 32;
const NONCE_BYTES = 8;
const TAG_BYTES = 16;
const FRAGMENT_BYTES = 16_384;
const LAST_FRAGMENT = 0x80;
const ARGON2ID = { iterations: 1, memorySize: 65_536, parallelism: 4 };

type CipherName = 'aes-256-gcm' | 'chacha20-poly1305';
type DeriveKey = (secretKey: string, salt: Buffer) => Promise<Buffer> | Buffer;

/** By the id in an answer. */
const FORMS: readonly { readonly cipher: CipherName; readonly derive: DeriveKey }[] = [
  { cipher: 'aes-256-gcm', derive: argon2idKey },
  { cipher: 'chacha20-poly1305', derive: argon2idKey },
  { cipher: 'aes-256-gcm', derive: pbkdf2Key },
];

/** Encrypts `data` for the server that knows `secretKey`. */
export function encryptForAdmin(secretKey: string, data: Buffer): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const key = pbkdf2Key(secretKey, salt);
  return Buffer.concat([salt, Buffer.from([PBKDF2_AES_GCM]), nonce, sealStream(key, nonce, data)]);
}

/** Reads what the server encrypted for whoever knows `secretKey`. Throws for another key, and for what was cut off. */
export async function decryptFromAdmin(secretKey: string, data: Buffer): Promise<Buffer> {
  const id = data[SALT_BYTES];
  const form = id === undefined ? undefined : FORMS[id];
  if (!form) throw new Error(`MinIO's answer is encrypted in a form (${id}) that is not known here`);
  const key = await form.derive(secretKey, data.subarray(0, SALT_BYTES));
  const start = SALT_BYTES + 1;
  const nonce = data.subarray(start, start + NONCE_BYTES);
  return openStream(form.cipher, key, nonce, data.subarray(start + NONCE_BYTES));
}

function pbkdf2Key(secretKey: string, salt: Buffer): Buffer {
  return pbkdf2Sync(secretKey, salt, PBKDF2_ROUNDS, KEY_BYTES, 'sha256');
}

async function argon2idKey(password: string, salt: Buffer): Promise<Buffer> {
  const hash = await argon2id({ password, salt, hashLength: KEY_BYTES, outputType: 'binary', ...ARGON2ID });
  return Buffer.from(hash);
}

function openStream(cipher: CipherName, key: Buffer, nonce: Buffer, sealed: Buffer): Buffer {
  const binding = bindingOf(cipher, key, nonce);
  const parts: Buffer[] = [];
  const whole = FRAGMENT_BYTES + TAG_BYTES;
  for (let at = 0, number = 1; at < sealed.length; at += whole, number++) {
    const fragment = sealed.subarray(at, at + whole);
    const mark = at + whole >= sealed.length ? LAST_FRAGMENT : 0;
    parts.push(
      open(cipher, key, numbered(nonce, number), fragment, Buffer.concat([Buffer.from([mark]), binding])),
    );
  }
  return Buffer.concat(parts);
}

function open(cipher: CipherName, key: Buffer, nonce: Buffer, fragment: Buffer, associated: Buffer): Buffer {
  const decipher = createDecipheriv(cipher as 'aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(fragment.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(fragment.subarray(0, -TAG_BYTES)), decipher.final()]);
}

/** The tag over nothing (number 0), which every fragment is bound to. */
function bindingOf(cipher: CipherName, key: Buffer, nonce: Buffer): Buffer {
  const own = createCipheriv(cipher as 'aes-256-gcm', key, numbered(nonce, 0), { authTagLength: TAG_BYTES });
  own.setAAD(Buffer.alloc(0));
  own.final();
  return own.getAuthTag();
}

/** Every fragment is bound to a tag over nothing (number 0), and the last one is marked, so that none can be cut off. */
function sealStream(key: Buffer, nonce: Buffer, data: Buffer): Buffer {
  const binding = bindingOf('aes-256-gcm', key, nonce);
  const fragments: Buffer[] = [];
  const count = Math.max(1, Math.ceil(data.length / FRAGMENT_BYTES));
  for (let index = 0; index < count; index++) {
    const part = data.subarray(index * FRAGMENT_BYTES, (index + 1) * FRAGMENT_BYTES);
    const mark = index === count - 1 ? LAST_FRAGMENT : 0;
    fragments.push(
      seal(key, numbered(nonce, index + 1), part, Buffer.concat([Buffer.from([mark]), binding])),
    );
  }
  return Buffer.concat(fragments);
}

function seal(key: Buffer, nonce: Buffer, data: Buffer, associated: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  return Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
}

function numbered(nonce: Buffer, number: number): Buffer {
  const whole = Buffer.alloc(NONCE_BYTES + 4);
  nonce.copy(whole);
  whole.writeUInt32LE(number, NONCE_BYTES);
  return whole;
}
