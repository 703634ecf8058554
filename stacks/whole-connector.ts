import { parse } from 'yaml';
import { z } from 'zod';
import { CONNECTOR_STATES } from '../resources/connector/connector';
import { SECRET_KEY } from './connector-definition';
import type { Environment } from './environment-schema';

/** Names whose value is no secret, though a word in them says so. */
const PUBLIC_KEY = /access[._-]?key[._-]?id$/i;
/** A JAAS entry holds one among other words. */
const REFERENCE = /\$\{[a-z]+:[^}]+\}/;

const schema = z.strictObject({
  /** Tells this form from the project's own sinks to the lake. */
  form: z.literal('whole'),
  description: z.string().min(1),
  cluster: z.enum(['critical', 'curated']),
  /** Environments that have it; all where nothing stands. */
  environments: z.array(z.string()).min(1).optional(),
  state: z.enum(CONNECTOR_STATES).default('RUNNING'),
  /** As Connect has it, without `name`. `${secret:NAME}` is the file NAME of the worker's secrets folder. */
  config: z.record(z.string(), z.string()).superRefine((values, context) => {
    for (const [key, value] of Object.entries(values)) {
      if (!SECRET_KEY.test(key) || PUBLIC_KEY.test(key) || REFERENCE.test(value)) continue;
      context.addIssue({
        code: 'custom',
        path: [key],
        message: 'expected a reference such as "${secret:NAME}": a secret is never written down',
      });
    }
  }),
});

/** A connector whose configuration is written down whole: one that is no sink to the lake, or was found running. */
export type WholeConnector = z.infer<typeof schema> & { readonly name: string; readonly path: string };

/** Whether the text of a file in `connectors/` says that it is of this form. */
export function isWholeConnector(text: string): boolean {
  return /^form:\s*whole\s*$/m.test(text);
}

/** Reads one file. Throws with every problem, each with file and path. */
export function parseWholeConnector(path: string, text: string): WholeConnector {
  const name = path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  const result = schema.safeParse(parse(text) ?? {});
  if (result.success) return { ...result.data, name, path };
  const problems = result.error.issues.map(
    ({ path: at, message }) => `${path}: ${at.join('.') || '(top)'}: ${message}`,
  );
  throw new Error(problems.join('\n'));
}

/** Those of an environment. */
export function wholeConnectorsOf(
  connectors: readonly WholeConnector[],
  { name }: Pick<Environment, 'name'>,
): WholeConnector[] {
  return connectors.filter(({ environments }) => environments === undefined || environments.includes(name));
}

/** What Connect gets. */
export function wholeConfig({ config }: WholeConnector, { connect }: Environment): Record<string, string> {
  const resolve = (value: string): string =>
    value.replace(/\$\{secret:([^}]+)\}/g, `\${directory:${connect.secretsDirectory}:$1}`);
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, resolve(value)]));
}
