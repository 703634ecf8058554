import type { z } from 'zod';
import { environmentSchema } from './environment-schema';
import type { Environment } from './environment-schema';
import { expandVariable } from './references';
import type { Variables } from './references';

export const NAMESPACE = 'naap:';

/** Keys whose `env:` reference is a secret: it stays a reference. */
const SECRET_KEYS = new Set(['password']);

export interface EnvironmentSource {
  /** Name of the environment, which is the stack's name. */
  readonly name: string;
  /** File shown before each problem, e.g. `Pulumi.dev.yaml`. */
  readonly file: string;
  /** All configuration values of the stack, with their namespace; values are plain or the JSON text of an object. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly variables: Variables;
}

/** One thing that is wrong with a configuration. */
export interface ConfigurationProblem {
  /** E.g. `naap:topics.partitions.telemetry`. */
  readonly path: string;
  readonly message: string;
}

/** Carries every problem of one configuration; the message lists them, one a line. */
export class ConfigurationError extends Error {
  constructor(
    readonly file: string,
    readonly problems: readonly ConfigurationProblem[],
  ) {
    super(problems.map(({ path, message }) => `${file}: ${path}: ${message}`).join('\n'));
    this.name = 'ConfigurationError';
  }
}

/**
 * Reads one environment's configuration: unknown keys are refused and all problems are reported together.
 * Keys of other namespaces are Pulumi's or a provider's and are not looked at.
 */
export function readEnvironment(source: EnvironmentSource): Environment {
  const problems: ConfigurationProblem[] = [];
  const values = expandAll(
    ownValues(source.values, problems),
    source.variables,
    NAMESPACE.slice(0, -1),
    problems,
  );
  const missing = new Set(problems.map(({ path }) => path));
  const result = environmentSchema.safeParse(values);
  if (!result.success) {
    problems.push(...result.error.issues.flatMap(describeIssue).filter(({ path }) => !missing.has(path)));
  }
  if (!result.success || problems.length > 0) throw new ConfigurationError(source.file, problems);
  return deepFreeze({ ...result.data, name: source.name });
}

function ownValues(
  values: EnvironmentSource['values'],
  problems: ConfigurationProblem[],
): Record<string, unknown> {
  const own = Object.entries(values).filter(([key]) => key.startsWith(NAMESPACE));
  return Object.fromEntries(
    own.map(([key, value]) => [key.slice(NAMESPACE.length), parseValue(key, value, problems)]),
  );
}

/** Pulumi hands objects over as JSON text. */
function parseValue(key: string, value: unknown, problems: ConfigurationProblem[]): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    problems.push({ path: key, message: 'expected JSON text of an object or a list' });
    return undefined;
  }
}

function expandAll(
  value: unknown,
  variables: Variables,
  path: string,
  problems: ConfigurationProblem[],
  key = '',
): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => expandAll(item, variables, `${path}[${index}]`, problems));
  if (isRecord(value)) {
    const separator = path === NAMESPACE.slice(0, -1) ? ':' : '.';
    const entries = Object.entries(value).map(([name, item]) => [
      name,
      expandAll(item, variables, `${path}${separator}${name}`, problems, name),
    ]);
    return Object.fromEntries(entries) as Record<string, unknown>;
  }
  if (SECRET_KEYS.has(key)) return value;
  const expansion = expandVariable(value, variables);
  if ('value' in expansion) return expansion.value;
  problems.push({
    path,
    message: `the environment variable ${expansion.missing} is not set ("./naap env" prints the lab's)`,
  });
  return value;
}

function describeIssue(issue: z.core.$ZodIssue): ConfigurationProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: 'unknown key' }));
  }
  return [{ path: pathText(issue.path), message: lowerFirst(issue.message) }];
}

function pathText(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  const tail = rest.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
  return `${NAMESPACE}${first ?? ''}${tail}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

export type { Environment } from './environment-schema';
