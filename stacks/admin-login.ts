import path from 'node:path';
import type { Environment } from './environment-schema';
import { secretFile } from './names';
import { readSecret } from './secrets';

/** The administrator of an environment's Kafka. Throws what `read` throws when the secret is absent. */
export function adminLogin(
  { kafka, secretsDirectory }: Environment,
  read: (reference: string) => string = readSecret,
): { readonly username: string; readonly password: string } {
  const { username, password } = kafka.admin;
  const reference = password ?? `file:${path.join(secretsDirectory, secretFile.kafka(username))}`;
  return { username, password: read(reference) };
}
