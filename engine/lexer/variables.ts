/** What stands for a variable's name: a letter or underscore, then letters, digits and underscores. */
const REFERENCE = /\$?\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Names are compared without regard to case; keys are upper-cased. */
export type Variables = ReadonlyMap<string, string>;

/**
 * Replaces `${name}` by the variable's value, as text, in strings and quoted names too; `$${name}` becomes `${name}`.
 * A name that is not defined stays as it is. Source: ksqlDB how-to "Substitute variables".
 */
export function substituteVariables(text: string, variables: Variables): string {
  return text.replace(REFERENCE, (reference, name: string) => {
    if (reference.startsWith('$$')) return reference.slice(1);
    return variables.get(name.toUpperCase()) ?? reference;
  });
}

/** Whether there is anything for {@link substituteVariables} to do. */
export function hasVariables(text: string): boolean {
  return text.includes('${');
}

/** A copy whose names are upper-cased. */
export function normalizeVariables(variables: Variables | undefined): Map<string, string> {
  return new Map([...(variables ?? [])].map(([name, value]) => [name.toUpperCase(), value]));
}

/** `${name}` in a text that `variables` does not define, each once, in order. */
export function undefinedVariables(text: string, variables: Variables): readonly string[] {
  const names = [...text.matchAll(REFERENCE)]
    .filter((match) => !match[0].startsWith('$$'))
    .map((match) => match[1]!);
  return [...new Set(names)].filter((name) => !variables.has(name.toUpperCase()));
}
