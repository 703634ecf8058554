import { z } from 'zod';
import { adoptedSchema } from './adopted';
import { parseDuration } from './duration';
import { ownedSchema } from './owned';
import { isReference } from './references';
import { scraperSchema } from './scraper-schema';

/** Longest name that Kafka allows, and the characters in it. */
const KAFKA_NAME = /^[a-zA-Z0-9._-]{1,249}$/;
const CRON = /^(\S+ ){4}\S+$/;
const HOST_PORT = /^[^:\s/]+:\d{1,5}$/;
/** More partitions than this on one topic is a mistake, not a plan. */
const MAX_PARTITIONS = 512;
const MAX_REPLICATION = 7;

const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, {
    error: ({ input }) =>
      `expected a duration such as "7d", "12h", "30m", "5s" or "infinite", found ${JSON.stringify(input)}`,
  })
  .transform((text) => parseDuration(text)!);

const finiteDuration = duration.refine((milliseconds) => milliseconds > 0, {
  error: 'expected a duration above 0 that ends',
});

const secretReference = z.string().refine(isReference, {
  error: 'expected a reference, "env:NAME" or "file:/path": a secret is never written into the configuration',
});

const url = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' });
const kafkaName = z.string().regex(KAFKA_NAME, 'expected a name of letters, digits, ".", "_" and "-"');
const partitions = z.int().min(1).max(MAX_PARTITIONS);

/** `a:1,b:2` (one variable can carry it) or a list. */
const hostList = z
  .union([z.string().transform((text) => text.split(',').map((part) => part.trim())), z.array(z.string())])
  .pipe(z.array(z.string().regex(HOST_PORT, 'expected "host:port"')).min(1));

/** Without a password: the file of that user in `secretsDirectory`. */
const credentials = z.strictObject({ username: z.string().min(1), password: secretReference.optional() });

const kafka = z.strictObject({
  /** Listener with SCRAM-SHA-512. */
  bootstrap: hostList,
  tls: z.boolean(),
  /** PEM file of the CA; the system's where it is absent. */
  caFile: z.string().optional(),
  admin: credentials,
  /** Where the brokers read the users of the gateways' listener (`resources/plain-user/broker`). */
  plainUsers: z.union(
    [
      /** A file, as the one who applies sees it. */
      z.strictObject({ file: z.string().startsWith('/', 'expected an absolute path') }),
      /** A Kubernetes secret that the brokers mount; needs `kubernetes`. */
      z.strictObject({ secret: z.strictObject({ namespace: z.string().min(1), name: z.string().min(1) }) }),
    ],
    { error: 'expected { file: /path } or { secret: { namespace, name } }' },
  ),
});

const topics = z.strictObject({
  replicationFactor: z.int().min(1).max(MAX_REPLICATION),
  minInsyncReplicas: z.int().min(1).max(MAX_REPLICATION),
  partitions: z.strictObject({ telemetry: partitions, deadLetter: partitions }),
  retention: z.strictObject({
    telemetry: finiteDuration,
    deadLetter: finiteDuration,
    control: finiteDuration,
  }),
  /** Largest record that a telemetry topic takes, in bytes. */
  maxMessageBytes: z.int().min(1_024),
});

const window = z.strictObject({
  size: finiteDuration,
  grace: finiteDuration,
  /** How long ksqlDB holds the windows that it is asked for. */
  retention: finiteDuration,
  /** How long their topic is kept, where that is longer. */
  topic: finiteDuration.optional(),
});

const rollups = z.strictObject({
  /** Partitions of every topic that ksqlDB makes: one number, as joins need equal ones. */
  partitions,
  /** How long the topics of each layer are kept. */
  retention: z.strictObject({
    bronze: finiteDuration,
    silver: finiteDuration,
    gold: finiteDuration,
    alerts: finiteDuration,
    ignored: finiteDuration,
    deadLetter: finiteDuration,
  }),
  /** By the name that a rollup's header uses: `windows: 1m,1h`. */
  windows: z.record(z.string().regex(/^[1-9]\d*(s|m|h|d)$/, 'expected a window name such as "1m"'), window),
});

/** Login of a server's REST API, where it asks for one: of the one who applies, and of one who may only look (`./naap drift`). */
const logins = { credentials: credentials.optional(), reader: credentials.optional() };

const ksqldb = z.strictObject({ url, serviceId: kafkaName, ...logins });

const registry = z.strictObject({
  /** Root of the Confluent-compatible API. */
  url,
  /** Root of the registry's own API, which the converters in Connect use. */
  nativeUrl: url,
  ...logins,
});

const image = z
  .string()
  .regex(/@sha256:[0-9a-f]{64}$|:[A-Za-z0-9_.-]+$/, 'expected an image with a tag or a digest');

/** The workers of one Connect cluster in Kubernetes, through Strimzi's operator. */
const connectDeployment = z.strictObject({
  namespace: z.string().min(1),
  /** Holds the sink's plugin, the Avro converter and, for curated tables, `resources/connector/transforms`. */
  image,
  workers: z.int().min(1),
  memory: z.string().min(1),
  /** Name of the Kubernetes secret with the files that connectors refer to, and `kafka-<worker>`. */
  secret: z.string().min(1),
});

const connectCluster = z.strictObject({
  url,
  ...logins,
  /** What its connectors write the lake with; the workers must have that plugin. */
  sink: z.enum(['iceberg', 'confluent-s3', 'aiven-s3']).default('iceberg'),
  /** Absent: somebody else runs the workers (the lab does so as processes). */
  deployment: connectDeployment.optional(),
  /** What the worker itself runs as, and where it keeps its state. */
  worker: z.strictObject({ principal: kafkaName, group: kafkaName, topicPrefix: kafkaName }),
});

const connect = z.strictObject({
  clusters: z.strictObject({ critical: connectCluster, curated: connectCluster }),
  /** Folder of secret files, as the worker sees it. */
  secretsDirectory: z.string().startsWith('/', 'expected an absolute path'),
});

/** Who knows what belongs to a table. */
const catalog = z
  .strictObject({
    kind: z.enum(['jdbc', 'rest']).default('jdbc'),
    /** JDBC URI, in which `{connector}` is replaced, as a SQLite file takes one writer; or root of an Iceberg REST catalog (Nessie and others). */
    uri: z.string(),
    /** Name of the warehouse that a REST catalog serves. */
    warehouse: z.string().min(1).optional(),
    /** Database user; client id and secret of a REST catalog. */
    credentials: credentials.optional(),
    /** Where a REST catalog's clients get their tokens, unless it gives them itself. */
    oauthUri: url.optional(),
  })
  .superRefine(({ kind, uri, warehouse, oauthUri }, context) => {
    const issue = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (kind === 'jdbc' && !uri.startsWith('jdbc:')) issue('uri', 'expected a JDBC URI, or "kind: rest"');
    if (kind === 'rest' && !/^https?:\/\//.test(uri))
      issue('uri', 'expected the http:// or https:// root of the REST catalog');
    if (kind === 'jdbc' && warehouse) issue('warehouse', 'goes with "kind: rest"');
    if (kind === 'jdbc' && oauthUri) issue('oauthUri', 'goes with "kind: rest"');
  });

const lake = z.strictObject({
  endpoint: url,
  region: z.string().min(1),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected a bucket name: 3 to 63 of a-z, 0-9, "." and "-"'),
  admin: credentials,
  catalog,
  retention: z.strictObject({ raw: finiteDuration, noncurrent: finiteDuration }),
  /** KMS key of the bucket's encryption at rest, where the store has a KMS. */
  kmsKeyId: z.string().optional(),
  /** Upkeep as a scheduled job; absent: somebody calls `./naap lake upkeep`. */
  upkeep: z
    .strictObject({
      namespace: z.string().min(1),
      /** A JDK of 17 or later with the jars of the Iceberg sink in `/opt/iceberg/lib` (`lake/upkeep/Dockerfile`). */
      image,
      schedule: z.string().regex(CRON, 'expected five fields of cron, e.g. "17 * * * *"'),
      /** Name of the Kubernetes secret with the files `lake-upkeep` and, where the catalog has users, `iceberg-catalog`. */
      secret: z.string().min(1),
    })
    .optional(),
  /** Trino's catalogs of the same tables, as a config map; absent: `./naap lake trino` prints them. */
  trino: z.strictObject({ namespace: z.string().min(1) }).optional(),
});

/** Alerts of sinks as a PrometheusRule: labels by which the Prometheus of the cluster picks it up. */
const alerts = z.strictObject({
  namespace: z.string().min(1),
  labels: z.record(z.string(), z.string()).default({}),
});

const gateway = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'expected a name of a-z, 0-9 and "-"'),
  /** Bytes a second that the gateway may produce before the broker slows it down. */
  producerByteRate: z.int().min(1_024).optional(),
});

const quotas = z.strictObject({
  /** Default of a gateway, bytes a second. */
  gatewayProducerByteRate: z.int().min(1_024),
  /** What the query user may read, bytes a second. */
  queryConsumerByteRate: z.int().min(1_024),
});

/** Everything that one environment may say, under the namespace `naap:` of its `Pulumi.<environment>.yaml`. */
export const environmentSchema = z
  .strictObject({
    /** Folder of secret files, one a user (`kafka-<name>`, `plain-<name>`, `lake-<name>`), as the one who applies sees it. */
    secretsDirectory: z.string().startsWith('/', 'expected an absolute path'),
    kafka,
    topics,
    rollups,
    ksqldb,
    registry,
    connect,
    lake,
    gateways: z.array(gateway).min(1),
    /** Which of an identity's two users is in use; `a` where nothing stands (`./naap rotate` edits it). */
    identities: z.record(kafkaName, z.enum(['a', 'b'])).default({}),
    quotas,
    owned: ownedSchema,
    adopted: adoptedSchema,
    /** Absent: not deployed by the stack (the lab runs it as a process). */
    scraper: scraperSchema.optional(),
    /** Absent: nobody is told (the lab: `./naap drift` sees dead letters and failed tasks). */
    alerts: alerts.optional(),
    /** Provider for Kubernetes objects: a context of the kubeconfig. */
    kubernetes: z.strictObject({ context: z.string().min(1) }).optional(),
  })
  .check((context) => {
    const { value, issues } = context;
    const add = (path: (string | number)[], message: string): void => {
      issues.push({ code: 'custom', path, message, input: value });
    };
    checkReplication(value.topics, add);
    checkWindows(value.rollups, add);
    checkGateways(value.gateways, add);
    if (value.scraper && !value.kubernetes)
      add(['kubernetes'], 'expected a context, as "scraper" is deployed to Kubernetes');
    for (const [path, wanted] of kubernetesParts(value))
      if (wanted !== undefined && !value.kubernetes)
        add(['kubernetes'], `expected a context, as "${path}" is made in Kubernetes`);
    if ('secret' in value.kafka.plainUsers && !value.kubernetes)
      add(['kubernetes'], 'expected a context, as "kafka.plainUsers" is a Kubernetes secret');
  });

/** Only the parts of {@link DataSettings}: references to endpoints and users need no value. */
export const dataSettingsSchema = z.object({
  topics: environmentSchema.shape.topics,
  rollups: environmentSchema.shape.rollups,
});

type Add = (path: (string | number)[], message: string) => void;

/** What can only be made where there is a Kubernetes. */
function kubernetesParts({
  connect: { clusters },
  lake: { upkeep, trino },
  alerts: told,
}: z.infer<typeof environmentSchema>): [string, unknown][] {
  return [
    ['connect.clusters.critical.deployment', clusters.critical.deployment],
    ['connect.clusters.curated.deployment', clusters.curated.deployment],
    ['lake.upkeep', upkeep],
    ['lake.trino', trino],
    ['alerts', told],
  ];
}

function checkReplication(topics: z.infer<typeof environmentSchema>['topics'], add: Add): void {
  const { replicationFactor, minInsyncReplicas } = topics;
  if (minInsyncReplicas > replicationFactor) {
    add(
      ['topics', 'minInsyncReplicas'],
      `${minInsyncReplicas} is more than the replication factor ${replicationFactor}: nothing could be written`,
    );
  } else if (replicationFactor > 1 && minInsyncReplicas === replicationFactor) {
    add(
      ['topics', 'minInsyncReplicas'],
      `${minInsyncReplicas} equals the replication factor: the loss of one broker would stop all writes`,
    );
  }
}

function checkWindows(rollups: z.infer<typeof environmentSchema>['rollups'], add: Add): void {
  for (const [name, { size, grace, retention, topic }] of Object.entries(rollups.windows)) {
    const path = ['rollups', 'windows', name];
    if (parseDuration(name) !== size)
      add([...path, 'size'], `${size} ms is not what the name "${name}" says`);
    if (retention < size + grace)
      add([...path, 'retention'], `${retention} ms is less than size plus grace, ${size + grace} ms`);
    if (topic !== undefined && topic < retention)
      add([...path, 'topic'], `${topic} ms is less than the retention, ${retention} ms`);
  }
}

function checkGateways(gateways: z.infer<typeof environmentSchema>['gateways'], add: Add): void {
  const seen = new Set<string>();
  gateways.forEach(({ name }, index) => {
    if (seen.has(name)) add(['gateways', index, 'name'], `gateway "${name}" is named twice`);
    seen.add(name);
  });
}

/** One environment's configuration: durations in milliseconds, `env:` endpoints replaced, secrets still references. */
export type Environment = z.infer<typeof environmentSchema> & { readonly name: string };
/** The parts that topics and SQL depend on: known without any endpoint or user. */
export type DataSettings = Pick<Environment, 'name' | 'topics' | 'rollups'>;
export type WindowSettings = z.infer<typeof window>;
export type Credentials = z.infer<typeof credentials>;
export type ClusterName = keyof Environment['connect']['clusters'];
