import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { DeclaredResource } from '../../resources/declared';
import { groupByKind } from '../../resources/group-by-kind';
import { connectKinds } from '../../resources/kinds';
import { parseConnector } from '../../stacks/connector-definition';
import type { Declaration } from '../../stacks/declaration';
import { readEnvironment } from '../../stacks/environment';
import { secretReferences } from '../../stacks/secret-source';
import { declareStack } from '../../stacks/stack';
import { collect } from './collect';
import { runUnderMocks } from './under-mocks';

/**
 * What these tests prove: the program runs for each environment and declares exactly these resources with these inputs
 * and options. What they do not: that a provider or a server takes them (tests/realise does), and anything about the
 * order in which Pulumi's engine would make them.
 */
const ROOT = path.resolve(__dirname, '../..');
const VARIABLES = {
  NAAP_SECRETS_DIR: '/secrets',
  NAAP_KAFKA_BOOTSTRAP: '127.0.0.1:9092',
  NAAP_PLAIN_USERS_FILE: '/secrets/plain-users',
  NAAP_KSQLDB_URL: 'http://127.0.0.1:8088',
  NAAP_REGISTRY_URL: 'http://127.0.0.1:8081',
  NAAP_REGISTRY_NATIVE_URL: 'http://127.0.0.1:8081',
  NAAP_CONNECT_CRITICAL_URL: 'http://127.0.0.1:8083',
  NAAP_CONNECT_CURATED_URL: 'http://127.0.0.1:8084',
  NAAP_LAKE_ENDPOINT: 'http://127.0.0.1:9000',
  NAAP_LAKE_REGION: 'us-east-1',
  NAAP_LAKE_CATALOG_URI: 'jdbc:sqlite:/catalogs/{connector}.db',
};

/** A small declaration of one file of each sort, so that what is expected can be written down whole. */
const FIXTURE: Declaration = {
  sqlFiles: [
    {
      path: 'ksql/bronze/line.sql',
      text: "CREATE STREAM ${name} (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='telemetry.gateway.v1', FORMAT='KAFKA');",
    },
    {
      path: 'ksql/gold/total.sql',
      text: "-- windows: 1m\nCREATE TABLE ${name} WITH (KAFKA_TOPIC='gold.total_${window}.v${version}', PARTITIONS=${partitions}, REPLICAS=${replicas}) AS SELECT k, COUNT(*) AS n FROM line WINDOW TUMBLING (SIZE ${window_size}, RETENTION ${window_retention}, GRACE PERIOD ${window_grace}) GROUP BY k;",
    },
  ],
  versions: {},
  variables: {},
  schemas: [{ path: 'schemas/a-value.avsc', subject: 'a-value', schema: '"string"' }],
  connectors: [
    parseConnector(
      'connectors/raw.yaml',
      'description: d\ncluster: critical\nclass: C\ntopics: [telemetry.gateway.v1]\nsource: text\nlake: { table: a.b, path: raw/a/b }\ndeadLetterTopic: dlq.raw.v1\ncontrolTopic: control.raw.v1\n',
    ),
  ],
};

function collectFixture(stack: string): Promise<readonly DeclaredResource[]> {
  const file = `Pulumi.${stack}.yaml`;
  const { config } = parse(readFileSync(path.join(ROOT, file), 'utf8')) as {
    config: Record<string, unknown>;
  };
  const environment = readEnvironment({ name: stack, file, values: config, variables: VARIABLES });
  return runUnderMocks(stack, () =>
    declareStack({ environment, declaration: FIXTURE, secrets: secretReferences }),
  );
}

const LAKE_USERS = ['lake-connect-critical', 'lake-drift', 'lake-query', 'lake-replay', 'lake-upkeep'];

const COMMON = {
  'kafka:index/topic:Topic': [
    'control.raw.v1',
    'dlq.raw.v1',
    'telemetry.gateway.v1',
    'telemetry.gpu_metrics.v1',
    'telemetry.job_results.v1',
    'telemetry.orchestrator_scrape.v1',
  ],
  'minio:index/iamPolicy:IamPolicy': LAKE_USERS,
  'minio:index/iamUser:IamUser': LAKE_USERS,
  'minio:index/iamUserPolicyAttachment:IamUserPolicyAttachment': LAKE_USERS,
  'minio:index/ilmPolicy:IlmPolicy': ['lake'],
  'minio:index/s3Bucket:S3Bucket': ['lake'],
  'minio:index/s3BucketVersioning:S3BucketVersioning': ['lake'],
  'naap:connect:Connector': ['raw'],
  'naap:ksqldb:Query': ['LINE', 'TOTAL_1M_V1'],
  'naap:registry:Subject': ['a-value'],
};
const clusterObjects = {
  'kubernetes:apps/v1:Deployment': ['scraper'],
  'kubernetes:batch/v1:CronJob': ['lake-upkeep'],
  'kubernetes:core/v1:ConfigMap': ['lake-upkeep', 'naap-trino-catalogs', 'scraper'],
  'kubernetes:kafka.strimzi.io/v1beta2:KafkaConnect': ['naap-connect-critical', 'naap-connect-curated'],
  'kubernetes:monitoring.coreos.com/v1:PrometheusRule': ['naap-sinks'],
  'kubernetes:core/v1:PersistentVolumeClaim': ['scraper-buffer'],
  'kubernetes:networking.k8s.io/v1:NetworkPolicy': ['scraper'],
  'kubernetes:policy/v1:PodDisruptionBudget': ['scraper'],
  'pulumi:providers:kafka': ['kafka'],
  'pulumi:providers:kubernetes': ['kubernetes'],
  'pulumi:providers:minio': ['minio'],
  'pulumi:providers:naap': ['naap'],
  'kubernetes:core/v1:Secret': ['gateway-users'],
};
const usersOf = (gateways: string[], workers: string[]) => ({
  'kafka:index/quota:Quota': [...gateways, 'query', 'query-b'].map((user) => `user:${user}`).sort(),
  'kafka:index/userScramCredential:UserScramCredential': [
    'connect-critical',
    ...workers,
    'drift',
    'ksqldb',
    'query',
    'scraper',
  ]
    .flatMap((principal) => [principal, `${principal}-b`])
    .sort(),
});
const WORKERS = ['connect-worker-critical', 'connect-worker-curated'];

/** All but the access control entries, which have tests of their own (`stacks/principals.test.ts`). */
const EXPECTED: Readonly<Record<string, Record<string, string[]>>> = {
  dev: {
    ...COMMON,
    ...usersOf(['gateway-1', 'gateway-2', 'gateway-3'], WORKERS),
    'pulumi:providers:kafka': ['kafka'],
    'naap:kafka:PlainUser': ['gateway-1', 'gateway-2', 'gateway-3'],
    'pulumi:providers:minio': ['minio'],
    'pulumi:providers:naap': ['naap'],
  },
  staging: { ...COMMON, ...clusterObjects, ...usersOf(['staging-gateway-1'], WORKERS) },
  prod: {
    ...COMMON,
    ...clusterObjects,
    ...usersOf(['gateway-eu-1', 'gateway-us-1', 'gateway-us-2'], WORKERS),
  },
};

describe.each(['dev', 'staging', 'prod'])('the program for %s', (stack) => {
  let resources: readonly DeclaredResource[];
  beforeAll(async () => (resources = await collectFixture(stack)));

  it('declares exactly these resources', () => {
    const found: Record<string, string[]> = {};
    for (const { type, name } of resources.filter(({ type }) => type !== 'kafka:index/acl:Acl'))
      (found[type] ??= []).push(name);
    Object.values(found).forEach((names) => names.sort());
    expect(found).toEqual(EXPECTED[stack]);
  });

  it('gives topics the replication of its environment, and protects them', () => {
    const replication = stack === 'dev' ? [1, '1'] : [3, '2'];
    for (const { inputs, options } of ofType(resources, 'kafka:index/topic:Topic')) {
      const config = inputs.config as Record<string, string>;
      expect([inputs.replicationFactor, config['min.insync.replicas']]).toEqual(replication);
      expect(options).toMatchObject({ protect: true, retainOnDelete: true });
    }
  });

  it('deletes a quota before it is replaced', () => {
    for (const { options } of ofType(resources, 'kafka:index/quota:Quota'))
      expect(options.deleteBeforeReplace).toBe(true);
  });

  it('hands over every secret as a reference, marked as secret', () => {
    const secretInput = /^(password|secret|saslPassword|minioPassword)$/;
    const secrets = resources.flatMap((resource) =>
      Object.keys(resource.inputs)
        .filter((input) => secretInput.test(input))
        .map((input) => ({ resource, input })),
    );
    expect(secrets.length).toBeGreaterThanOrEqual(10);
    for (const { resource, input } of secrets) {
      expect(resource.secrets).toContain(input);
      expect(resource.inputs[input]).toMatch(/^file:\/[a-z/-]+[a-z0-9-]+$/);
    }
  });

  it('expands SQL with the values of its environment', () => {
    const [rollup] = ofType(resources, 'naap:ksqldb:Query').filter(({ name }) => name === 'TOTAL_1M_V1');
    const [{ text, properties }] = rollup!.inputs.statements as [
      { text: string; properties: Record<string, string> },
    ];
    const [partitions, replicas] = { dev: [4, 1], staging: [12, 3], prod: [32, 3] }[stack]!;
    expect(text).toContain(`PARTITIONS=${partitions}, REPLICAS=${replicas}`);
    const window =
      stack === 'dev' ? 'RETENTION 14 DAYS, GRACE PERIOD 11 DAYS' : 'RETENTION 7 DAYS, GRACE PERIOD 1 DAYS';
    expect(text).toContain(`SIZE 1 MINUTES, ${window}`);
    expect(properties).toEqual({ 'auto.offset.reset': 'earliest' });
    expect(rollup!.inputs.reads).toEqual(['LINE']);
  });
});

describe("the repository's own declaration", () => {
  test.each(['dev', 'staging', 'prod'])(
    'runs for %s, and every resource is of a known kind with inputs of its form',
    async (stack) => {
      const resources = await collect({ root: ROOT, stack, variables: VARIABLES });
      const endpoints = JSON.parse(JSON.stringify(ENDPOINTS)) as typeof ENDPOINTS;
      const { kinds, close } = connectKinds({
        endpoints,
        readSecret: () => 'never used: nothing is contacted',
        plainUsers: {
          read: () => Promise.resolve({}),
          put: () => Promise.resolve(),
          remove: () => Promise.resolve(),
        },
      });
      const groups = groupByKind(resources, kinds);
      for (const [kind, group] of groups) {
        const keys = kind.parse(group).map((desired) => kind.key(desired));
        expect(new Set(keys).size).toBe(keys.length);
      }
      await close();
    },
  );

  it('gives a dead-letter topic to every connector, and declares it', async () => {
    const resources = await collect({ root: ROOT, stack: 'prod', variables: VARIABLES });
    const topics = ofType(resources, 'kafka:index/topic:Topic').map(({ name }) => name);
    const connectors = ofType(resources, 'naap:connect:Connector');
    expect(connectors.length).toBeGreaterThanOrEqual(2);
    for (const { inputs } of connectors) {
      const config = inputs.config as Record<string, string>;
      expect(topics).toContain(config['errors.deadletterqueue.topic.name']);
      expect(topics).toContain(config['iceberg.control.topic']);
    }
  });
});

describe('a program that fails', () => {
  it('gives its error to the caller, and the next program runs', async () => {
    const failing = runUnderMocks('dev', () => {
      throw new Error('no such file');
    });
    await expect(failing).rejects.toThrow('no such file');
    await expect(collectFixture('dev')).resolves.not.toHaveLength(0);
  });

  it('says which variables are not set, all of them', async () => {
    const none = collect({ root: ROOT, stack: 'dev', variables: {} });
    await expect(none).rejects.toThrow(/NAAP_SECRETS_DIR.*\n.*NAAP_KAFKA_BOOTSTRAP/s);
  });
});

const login = { username: 'admin', passwordFile: '/secrets/admin' };
const ENDPOINTS = {
  kafka: {
    bootstrap: ['127.0.0.1:9092'],
    admin: login,
    ingest: { bootstrap: ['127.0.0.1:9093'], caFile: '/ca.pem' },
    brokers: 1,
  },
  registry: { url: 'http://127.0.0.1:8081', nativeUrl: 'http://127.0.0.1:8081' },
  connect: { critical: { url: 'http://127.0.0.1:8083' } },
  ksqldb: { url: 'http://127.0.0.1:8088' },
  minio: { endpoint: 'http://127.0.0.1:9000', region: 'us-east-1', admin: login },
};

function ofType(resources: readonly DeclaredResource[], type: string): DeclaredResource[] {
  return resources.filter((resource) => resource.type === type);
}
