import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';

/**
 * The encryption of secrets in requests to MinIO's admin API: `salt | id | nonce | fragments`. The key is derived from
 * the administrator's secret key; each fragment is sealed with AES-256-GCM under the nonce and its number.
 * Form: MinIO's admin protocol (id 2: PBKDF2 with AES-GCM) over the DARE-like stream of `secure-io/sio-go`.
 */
const SALT_BYTES = 32;
const PBKDF2_AES_GCM = 2;
const PBKDF2_ROUNDS = 8_192;
const KEY_BYTES = 32;
const NONCE_BYTES = 8;
const TAG_BYTES = 16;
const FRAGMENT_BYTES = 16_384;
const LAST_FRAGMENT = 0x80;

/** Encrypts `data` for the server that knows `secretKey`. */
export function encryptForAdmin(secretKey: string, data: Buffer): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const key = pbkdf2Sync(secretKey, salt, PBKDF2_ROUNDS, KEY_BYTES, 'sha256');
  return Buffer.concat([salt, Buffer.from([PBKDF2_AES_GCM]), nonce, sealStream(key, nonce, data)]);
}

/** Every fragment is bound to a tag over nothing (number 0), and the last one is marked, so that none can be cut off. */
function sealStream(key: Buffer, nonce: Buffer, data: Buffer): Buffer {
  const binding = seal(key, numbered(nonce, 0), Buffer.alloc(0), Buffer.alloc(0));
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
