import type { Environment } from './environment-schema';

/** Resolved by the worker's DirectoryConfigProvider: the value never passes through Connect's API. */
export function workerSecret(environment: Environment, file: string): string {
  return `\${directory:${environment.connect.secretsDirectory}:${file}}`;
}
