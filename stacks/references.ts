/**
 * References stand in configuration where a value belongs to a machine or is a secret: `env:NAME` or `file:/path`.
 * A secret is never written down; see `secrets.ts` for who turns it into a value.
 */
export type Variables = Readonly<Record<string, string | undefined>>;

const ENVIRONMENT = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;
const FILE = /^file:(\/.+)$/;

/** Whether `text` is `env:NAME` or `file:/absolute/path`. */
export function isReference(text: string): boolean {
  return ENVIRONMENT.test(text) || FILE.test(text);
}

export function environmentName(text: string): string | undefined {
  return ENVIRONMENT.exec(text)?.[1];
}

export function filePath(text: string): string | undefined {
  return FILE.exec(text)?.[1];
}

export type Expansion = { readonly value: unknown } | { readonly missing: string };

/** Replaces a plain `env:NAME` by its value; everything else stays as it is. */
export function expandVariable(value: unknown, variables: Variables): Expansion {
  const name = typeof value === 'string' ? environmentName(value) : undefined;
  if (name === undefined) return { value };
  const found = variables[name];
  return found === undefined || found === '' ? { missing: name } : { value: found };
}
