/** Key and value by which Pulumi's wire format marks a secret (its documented special signature). */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

/**
 * Takes the secret marks out of serialised inputs. `secrets` names the top-level inputs that held one: a secret anywhere
 * in an input makes all of it secret.
 */
export function unwrapSecrets(inputs: Readonly<Record<string, unknown>>): {
  value: Record<string, unknown>;
  secrets: string[];
} {
  const secrets: string[] = [];
  const entries = Object.entries(inputs).map(([key, wrapped]) => {
    const state = { found: false };
    const value = unwrap(wrapped, state);
    if (state.found) secrets.push(key);
    return [key, value] as const;
  });
  return { value: Object.fromEntries(entries), secrets };
}

function unwrap(value: unknown, state: { found: boolean }): unknown {
  if (Array.isArray(value)) return value.map((item) => unwrap(item, state));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[SIGNATURE] === SECRET) {
    state.found = true;
    return unwrap(record.value, state);
  }
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, unwrap(item, state)]));
}
