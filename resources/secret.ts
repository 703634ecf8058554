import { readFileSync } from 'node:fs';

/** Turns a secret's reference into its value at the moment when it is needed. Throws when there is none. */
export type SecretReader = (reference: string) => string;

/** A secret that whoever runs this does not hold: what needs it cannot be checked. */
export class MissingSecretError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MissingSecretError';
  }
}

/** Reads `file:/path` and `env:NAME`; the line end of a file does not belong to the secret. */
export const readSecretReference: SecretReader = (reference) => {
  const value = reference.startsWith('env:')
    ? process.env[reference.slice('env:'.length)]
    : readFile(reference);
  if (value === undefined || value === '')
    throw new MissingSecretError(`secret "${reference}" is absent or empty`);
  return value;
};

function readFile(reference: string): string {
  if (!reference.startsWith('file:/'))
    throw new Error('expected a secret reference, "env:NAME" or "file:/path"');
  try {
    return readFileSync(reference.slice('file:'.length), 'utf8').trim();
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new MissingSecretError(`secret "${reference}" cannot be read: ${code}`, { cause: error });
  }
}

/** The value, or undefined for one who does not hold it. */
export function heldSecret(readSecret: SecretReader, reference: string): string | undefined {
  try {
    return readSecret(reference);
  } catch (error) {
    if (error instanceof MissingSecretError) return undefined;
    throw error;
  }
}
