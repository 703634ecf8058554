import path from 'node:path';
import type { DeclaredResource } from '../../resources/declared';
import { ensureSecret } from '../secrets';

const FILE = /^file:(\/.+)$/;

/**
 * Makes the secret files that declared users refer to and that are not there yet: in the lab nobody else would. Only
 * files of the lab's own secrets folder are made.
 */
export function ensureSecretFiles(resources: readonly DeclaredResource[], secretsFolder: string): void {
  for (const { inputs, secrets } of resources) {
    for (const input of secrets) {
      const value = inputs[input];
      const file = typeof value === 'string' ? FILE.exec(value)?.[1] : undefined;
      if (file && path.dirname(file) === secretsFolder) ensureSecret(file);
    }
  }
}
