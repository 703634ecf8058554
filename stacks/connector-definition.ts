import { parse } from 'yaml';
import { z } from 'zod';
import { parseDuration } from './duration';

const KAFKA_NAME = /^[a-zA-Z0-9._-]{1,249}$/;
const kafkaName = z.string().regex(KAFKA_NAME, 'expected a name of letters, digits, ".", "_" and "-"');
const LAKE_PATH = /^raw\/[a-z0-9_]+\/[a-z0-9_]+$/;
/** Layers of `ksql/` that can be copied to the lake whole. */
const CURATED_LAYERS = ['silver', 'gold', 'alerts'] as const;
const DEFAULT_FILE_BYTES = 134_217_728;
const SMALLEST_FILE_BYTES = 1_048_576;
const RECORD_KEY = /^(\$(\.[A-Za-z_][A-Za-z0-9_]*)+|[A-Za-z_][A-Za-z0-9_]*)$/;
/** Words that name a secret in a connector's configuration. */
export const SECRET_KEY = /(password|secret|token|jaas|credential|access-key)/i;
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

const DAY_MS = 86_400_000;
const days = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds >= DAY_MS) return milliseconds;
  context.addIssue({ code: 'custom', message: 'expected a duration of a day or more, such as "30d"' });
  return z.NEVER;
});
const keptFor = z.strictObject({
  /** Rows of a table that a newer row of their key has replaced; absent: as long as `rows`. */
  superseded: days.optional(),
  /** Rows of streams, windows that ended, keys that nobody has written since; `forever`: never. */
  rows: z.union([z.literal('forever').transform(() => undefined), days]).optional(),
});

/** How long rows of curated tables stay; absent: for ever. Upkeep carries it out. */
const retention = keptFor
  .extend({
    /** By object, with or without its version; in place of what stands above. */
    objects: z.record(z.string(), keptFor).default({}),
  })
  .superRefine((given, context) => {
    for (const [path, { superseded, rows }] of [['', given] as const, ...Object.entries(given.objects)]) {
      if (superseded === undefined || rows === undefined || superseded <= rows) continue;
      const at = path === '' ? ['superseded'] : ['objects', path, 'superseded'];
      context.addIssue({ code: 'custom', path: at, message: 'expected no more than "rows"' });
    }
  });

const overridable = {
  tasks: z.int().min(1).max(64),
  /** How often the table gets a commit; it bounds how old the lake is. */
  commitIntervalMs: z.int().min(500),
  /** A file is full at this size, however young. */
  fileBytes: z.int().min(SMALLEST_FILE_BYTES),
  retention,
  config,
};

/** What somebody is told about: a sink that tolerates errors must not do so unseen. */
const alert = z
  .strictObject({
    /** More dead letters than this within `within` raise it. */
    deadLetters: z.int().min(0).default(0),
    within: z
      .string()
      .regex(/^[1-9]\d*[smhd]$/, 'expected a duration such as "15m"')
      .default('15m'),
    /** Records that the sink may be behind. */
    lag: z.int().min(1).default(100_000),
    severity: z.enum(['critical', 'warning']).default('warning'),
  })
  .prefault({});

const fields = z.strictObject({
  description: z.string().min(1),
  /** Worker group: what must not wait for anything else is `critical`. */
  cluster: z.enum(['critical', 'curated']),
  class: z.string().min(1),
  /** Topics of one table, with `lake`; else `layers`. */
  topics: z.array(kafkaName).default([]),
  /** In place of `topics` and `lake`: every object of these layers of `ksql/`, a table each, `curated.<object>`. */
  layers: z.array(z.enum(CURATED_LAYERS)).min(1).optional(),
  /** Objects of those layers that stay out. */
  except: z.array(z.string()).default([]),
  /** `text`: the record's value as it came, with topic, partition, offset and time; `avro`: decoded by the registry. */
  source: z.enum(['text', 'avro']),
  lake: z
    .strictObject({
      /** Iceberg table, `<namespace>.<table>`. */
      table: z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, 'expected "<namespace>.<table>"'),
      path: z.string().regex(LAKE_PATH, 'expected "raw/<domain>/<event_type>"'),
    })
    .optional(),
  /**
   * Where a replay finds the record's key, which no sink keeps: a field of the table, or a path into the JSON text. Absent: it
   * replays without keys.
   */
  key: z
    .string()
    .regex(RECORD_KEY, 'expected a field such as "id", or a path into the text such as "$.id"')
    .optional(),
  deadLetterTopic: kafkaName,
  controlTopic: kafkaName,
  tasks: overridable.tasks.default(1),
  commitIntervalMs: overridable.commitIntervalMs.default(5_000),
  fileBytes: overridable.fileBytes.default(DEFAULT_FILE_BYTES),
  /** With `layers`; raw tables have `naap:lake.retention.raw`. */
  retention: overridable.retention.optional(),
  alert,
  config: overridable.config.default({}),
  /** By name of the environment. */
  environments: z.record(z.string(), z.strictObject(overridable).partial()).default({}),
});

const schema = fields.superRefine((definition, context) => {
  const { topics, lake, layers, source, except, environments } = definition;
  const issue = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (layers === undefined) {
    if (topics.length === 0) issue('topics', 'expected topics and "lake", or "layers"');
    if (lake === undefined) issue('lake', 'expected the table that the topics go to, or "layers"');
    if (except.length > 0) issue('except', 'goes with "layers"');
    if ([definition, ...Object.values(environments)].some(({ retention: kept }) => kept))
      issue('retention', 'goes with "layers": raw tables have naap:lake.retention.raw');
    return;
  }
  if (topics.length > 0 || lake !== undefined) issue('layers', 'stands in place of "topics" and "lake"');
  if (source !== 'avro') issue('source', 'expected "avro": what ksqlDB derives has a schema');
});

/** How long rows of a table stay, ms. */
export type KeptFor = z.infer<typeof keptFor>;

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
