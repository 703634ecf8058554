const CREATE = /^\s*CREATE\s+(OR\s+REPLACE\s+)?/i;

/** `CREATE …` as `CREATE OR REPLACE …`: the form that asks whether a running object can become this one. */
export function asReplacement(text: string): string {
  return text.replace(CREATE, 'CREATE OR REPLACE ');
}
