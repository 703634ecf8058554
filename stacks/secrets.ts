import { readFileSync } from 'node:fs';
import { environmentName, filePath } from './references';

/** The secret that `reference` names, without the line end of a file. Throws when it is absent or empty. */
export function readSecret(reference: string, variables: NodeJS.ProcessEnv = process.env): string {
  const value = rawSecret(reference, variables);
  if (value === undefined || value === '') throw new Error(`secret "${reference}" is absent or empty`);
  return value;
}

function rawSecret(reference: string, variables: NodeJS.ProcessEnv): string | undefined {
  const name = environmentName(reference);
  if (name !== undefined) return variables[name];
  const file = filePath(reference);
  if (file === undefined) throw new Error('expected a secret reference, "env:NAME" or "file:/path"');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(
      `secret "${reference}" cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`,
    );
  }
}
