import { ConfigError, parseYaml } from './check';

const PREFIX = 'SCRAPER__';
const UNSAFE = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The configuration with each `SCRAPER__<KEY>__<KEY>=value` put in its place: `SCRAPER__KAFKA__USERNAME=scraper-b` sets
 * `kafka.username`. Values are YAML, so `[a:1, b:2]` is a list and `5` a number.
 */
export function withEnvironment(config: unknown, variables: NodeJS.ProcessEnv, origin: string): unknown {
  const set = Object.entries(variables).filter(([name]) => name.startsWith(PREFIX));
  if (set.length === 0) return config;
  const result = structuredClone(config ?? {}) as Record<string, unknown>;
  for (const [variable, value] of set) {
    put(result, pathOf(variable, origin), parseYaml(value!, `environment variable ${variable}`), variable);
  }
  return result;
}

function pathOf(variable: string, origin: string): string[] {
  const path = variable.slice(PREFIX.length).toLowerCase().split('__');
  if (path.every((key) => key !== '' && !UNSAFE.has(key))) return path;
  throw new ConfigError(origin, [
    `environment variable ${variable}: expected ${PREFIX}KEY or ${PREFIX}KEY__KEY`,
  ]);
}

function put(
  target: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
  variable: string,
): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = (target[key] ??= {});
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner))
    throw new ConfigError(`environment variable ${variable}`, [`"${key}" holds no keys that could be set`]);
  put(inner as Record<string, unknown>, rest, value, variable);
}
