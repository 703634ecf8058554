import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { z } from 'zod';

/** A configuration that does not fit: every problem with its place, in one message. */
export class ConfigError extends Error {
  constructor(origin: string, problems: readonly string[]) {
    const shown = problems.slice(0, 20).map((problem) => `  ${problem}`);
    if (problems.length > shown.length) shown.push(`  and ${problems.length - shown.length} more`);
    super(`${origin}: ${problems.length} problem(s)\n${shown.join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** The value as the schema has it, or every problem with the path to it. */
export function check<T>(schema: z.ZodType<T>, value: unknown, origin: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || '(root)'}: ${message}`,
  );
  throw new ConfigError(origin, problems);
}

/** Throws when one of `names` is there twice. */
export function checkUnique(names: readonly string[], what: string, origin: string): void {
  const places = new Map<string, number[]>();
  names.forEach((name, index) => places.set(name, [...(places.get(name) ?? []), index]));
  const twice = [...places].filter(([, at]) => at.length > 1);
  if (twice.length === 0) return;
  throw new ConfigError(
    origin,
    twice.map(([name, at]) => `${what} "${name}" is declared ${at.length} times: entries ${at.join(', ')}`),
  );
}

export function parseYaml(text: string, origin: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigError(origin, [(error as Error).message]);
  }
}

export function readYaml(file: string): unknown {
  try {
    return parseYaml(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(file, [`cannot be read: ${(error as Error).message}`]);
  }
}
