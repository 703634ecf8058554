import { parse } from 'yaml';
import { z } from 'zod';

const KAFKA_NAME = /^[a-zA-Z0-9._-]{1,249}$/;
const kafkaName = z.string().regex(KAFKA_NAME, 'expected a name of letters, digits, ".", "_" and "-"');
/** `raw/<domain>/<event_type>` or `curated/<table>`. */
const LAKE_PATH = /^(raw\/[a-z0-9_]+\/[a-z0-9_]+|curated\/[a-z0-9_]+)$/;
/** Words that name a secret in a connector's configuration. */
const SECRET_KEY = /(password|secret|token|jaas|credential|access-key)/i;
const SECRET_REFERENCE = /^\$\{[a-z]+:[^}]+\}$/;

const config = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .superRefine((values, context) => {
    for (const [key, value] of Object.entries(values)) {
      if (SECRET_KEY.test(key) && !SECRET_REFERENCE.test(String(value))) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message: 'expected a reference such as "${secret:NAME}": a secret is never written down',
        });
      }
    }
  });

const overridable = {
  tasks: z.int().min(1).max(64),
  /** How often the table gets a commit; it bounds how old the lake is. */
  commitIntervalMs: z.int().min(500),
  config,
};

const schema = z.strictObject({
  description: z.string().min(1),
  /** Worker group: what must not wait for anything else is `critical`. */
  cluster: z.enum(['critical', 'curated']),
  class: z.string().min(1),
  topics: z.array(kafkaName).min(1),
  /** `text`: the record's value as it came, with topic, partition, offset and time; `avro`: decoded by the registry. */
  source: z.enum(['text', 'avro']),
  lake: z.strictObject({
    /** Iceberg table, `<namespace>.<table>`. */
    table: z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, 'expected "<namespace>.<table>"'),
    path: z.string().regex(LAKE_PATH, 'expected "raw/<domain>/<event_type>" or "curated/<table>"'),
  }),
  deadLetterTopic: kafkaName,
  controlTopic: kafkaName,
  tasks: overridable.tasks.default(1),
  commitIntervalMs: overridable.commitIntervalMs.default(5_000),
  config: overridable.config.default({}),
  /** By name of the environment. */
  environments: z.record(z.string(), z.strictObject(overridable).partial()).default({}),
});

/** One file of `connectors/`: a sink from topics to a table of the lake. */
export type ConnectorDefinition = z.infer<typeof schema> & {
  /** The file's name without extension. */
  readonly name: string;
  readonly path: string;
};

/** Reads one definition. Throws with every problem, each with file and path. */
export function parseConnector(path: string, text: string): ConnectorDefinition {
  const name = path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  const result = schema.safeParse(parse(text) ?? {});
  if (result.success) return { ...result.data, name, path };
  const problems = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${path}: ${[...issue.path, key].join('.')}: unknown key`)
      : [`${path}: ${issue.path.join('.') || '(top)'}: ${issue.message}`],
  );
  throw new Error(problems.join('\n'));
}

/** The definition with what `environment` changes. */
export function forEnvironment(definition: ConnectorDefinition, environment: string): ConnectorDefinition {
  const { config: own = {}, ...rest } = definition.environments[environment] ?? {};
  return { ...definition, ...rest, config: { ...definition.config, ...own } };
}
