import { readFileSync } from 'node:fs';

/** Turns a secret's reference into its value at the moment when it is needed. Throws when there is none. */
export type SecretReader = (reference: string) => string;

/** Reads `file:/path` and `env:NAME`; the line end of a file does not belong to the secret. */
export const readSecretReference: SecretReader = (reference) => {
  const value = reference.startsWith('env:')
    ? process.env[reference.slice('env:'.length)]
    : readFile(reference);
  if (value === undefined || value === '') throw new Error(`secret "${reference}" is absent or empty`);
  return value;
};

function readFile(reference: string): string {
  if (!reference.startsWith('file:/'))
    throw new Error('expected a secret reference, "env:NAME" or "file:/path"');
  try {
    return readFileSync(reference.slice('file:'.length), 'utf8').trim();
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new Error(`secret "${reference}" cannot be read: ${code}`, { cause: error });
  }
}
