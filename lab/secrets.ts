import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Credentials } from '../resources/endpoints';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const SECRET_BYTES = 24;

/** Writes a file that only its owner may read; readers see the old content or the new one, never a part. */
export function writePrivateFile(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, content, { mode: OWNER_ONLY_FILE });
  chmodSync(draft, OWNER_ONLY_FILE);
  renameSync(draft, file);
}

/** The secret in `file`; made of 192 random bits where there is none yet. Letters, digits, `-` and `_` only. */
export function ensureSecret(file: string): string {
  if (!existsSync(file)) writePrivateFile(file, randomBytes(SECRET_BYTES).toString('base64url'));
  return readFileSync(file, 'utf8').trim();
}

/** The password of `credentials`. Throws when its file is absent. */
export function readPassword(credentials: Credentials): string {
  if (!existsSync(credentials.passwordFile)) {
    throw new Error(
      `password file "${credentials.passwordFile}" of user "${credentials.username}" does not exist`,
    );
  }
  return readFileSync(credentials.passwordFile, 'utf8').trim();
}
