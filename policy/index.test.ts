import { policySettings, violationSentence, violations } from './index';
import type { RuledResource } from './index';

const PROD = policySettings('prod');
const DEV = policySettings('dev');

const KEPT = { protect: true, retainOnDelete: true };
const resource = (type: string, name: string, inputs: object, options: object = {}): RuledResource => ({
  type,
  name,
  inputs: inputs as RuledResource['inputs'],
  options,
});
const CONFIG = { 'cleanup.policy': 'delete', 'retention.ms': '604800000', 'min.insync.replicas': '2' };
const topic = (name: string, changed: object = {}, config: object = {}): RuledResource =>
  resource(
    'kafka:index/topic:Topic',
    name,
    { name, partitions: 4, replicationFactor: 3, config: { ...CONFIG, ...config }, ...changed },
    KEPT,
  );
const SINK = {
  'connector.class': 'C',
  topics: 'telemetry.gateway.v1',
  'errors.deadletterqueue.topic.name': 'dlq.raw.v1',
  'errors.deadletterqueue.context.headers.enable': 'true',
  'consumer.override.sasl.jaas.config':
    'org.x.ScramLoginModule required username="u" password="${directory:/run/secrets:kafka-u}";',
  's3.secret-access-key': '${directory:/run/secrets:lake}',
};
const connector = (config: object = {}, name = 'raw'): RuledResource =>
  resource('naap:connect:Connector', name, { connector: name, config: { ...SINK, ...config } });
const query = (text: string): RuledResource =>
  resource('naap:ksqldb:Query', 'Q', { object: 'Q', statements: [{ text, properties: {} }] });
const acl = (changed: object): RuledResource =>
  resource('kafka:index/acl:Acl', 'acl', {
    aclPrincipal: 'User:a',
    aclOperation: 'Read',
    aclResourceName: 'gold.a.v1',
    ...changed,
  });
const subject = (name: string): RuledResource =>
  resource('naap:registry:Subject', name, { subject: name }, KEPT);

const found = (...resources: RuledResource[]): string[] =>
  violations(resources, PROD).map(({ rule, problem }) => `${rule}: ${problem}`);

it('finds nothing in what keeps every rule', () => {
  const sql =
    "CREATE TABLE q WITH (KAFKA_TOPIC='gold.a_1m.v1', REPLICAS=3, RETENTION_MS=1000) AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;";
  const source = query("CREATE STREAM s (k STRING KEY) WITH (KAFKA_TOPIC='anything at all', FORMAT='JSON');");
  const looks = acl({ aclResourceName: '*', aclOperation: 'DescribeConfigs' });
  const all = [
    topic('telemetry.gateway.v1'),
    topic('dlq.raw.v1'),
    connector(),
    query(sql),
    source,
    acl({}),
    looks,
  ];
  expect(found(...all, subject('telemetry.gateway.v1-value'))).toEqual([]);
});

describe('a resource breaks', () => {
  const dlq = topic('dlq.raw.v1');
  test.each<[rule: string, problem: RegExp, resource: RuledResource]>([
    ['topic-names', /"Orders" is not named/, topic('Orders')],
    ['topic-names', /"telemetry.gateway" is not named/, topic('telemetry.gateway')],
    ['topic-names', /"other.gateway.v1" is not named/, topic('other.gateway.v1')],
    ['topic-names', /"gold.a.v0" is not named/, topic('gold.a.v0')],
    [
      'topic-names',
      /"Q" is not named/,
      query("CREATE STREAM q WITH (kafka_topic = 'Q') AS SELECT a FROM s;"),
    ],
    ['subject-names', /names no topic/, subject('gold.a.v1')],
    ['subject-names', /names no topic/, subject('something-value')],
    ['connector-names', /not named by the scheme/, connector({}, 'Raw_Gateway')],
    ['replication-factor', /has 1 copies.*expected 3/, topic('gold.a.v1', { replicationFactor: 1 })],
    ['replication-factor', /has 1 copies/, query('CREATE STREAM q WITH (REPLICAS=1) AS SELECT a FROM s;')],
    ['min-insync-replicas', /is 1; expected 2/, topic('gold.a.v1', {}, { 'min.insync.replicas': '1' })],
    ['min-insync-replicas', /3 of 3 copies/, topic('gold.a.v1', {}, { 'min.insync.replicas': '3' })],
    ['min-insync-replicas', /says no/, topic('gold.a.v1', {}, { 'min.insync.replicas': undefined })],
    ['topic-retention', /says no retention/, topic('gold.a.v1', {}, { 'retention.ms': undefined })],
    ['topic-retention', /for ever/, topic('gold.a.v1', {}, { 'retention.ms': '-1' })],
    [
      'topic-retention',
      /for 99999999999999 ms/,
      topic('gold.a.v1', {}, { 'retention.ms': '99999999999999' }),
    ],
    ['topic-retention', /for ever/, query('CREATE STREAM q WITH (RETENTION_MS = -1) AS SELECT a FROM s;')],
    [
      'dead-letters',
      /has no dead-letter topic/,
      connector({ 'errors.deadletterqueue.topic.name': undefined }),
    ],
    [
      'dead-letters',
      /gives no reason/,
      connector({ 'errors.deadletterqueue.context.headers.enable': 'false' }),
    ],
    ['dead-letters', /logs the content/, connector({ 'errors.log.include.messages': 'true' })],
    [
      'connector-secrets',
      /"s3.secret-access-key" is a literal/,
      connector({ 's3.secret-access-key': 'abc' }),
    ],
    ['connector-secrets', /"jdbc.password" is a literal/, connector({ 'jdbc.password': 'abc' })],
    ['connector-secrets', /"db.token" is a literal/, connector({ 'db.token': 'abc' })],
    [
      'connector-secrets',
      /"sasl.jaas.config" holds a literal/,
      connector({ 'sasl.jaas.config': 'X required username="u" password="abc";' }),
    ],
    ['connector-secrets', /"uri" holds a login/, connector({ uri: 'https://user:abc@host/' })],
    [
      'kubernetes-secrets',
      /"a.yaml" holds "password" as text/,
      resource('kubernetes:core/v1:ConfigMap', 'm', { data: { 'a.yaml': 'kafka:\n  password: abc\n' } }),
    ],
    [
      'kubernetes-secrets',
      /variable "DB_PASSWORD"/,
      resource('kubernetes:apps/v1:Deployment', 'd', {
        spec: { template: { spec: { containers: [{ env: [{ name: 'DB_PASSWORD', value: 'abc' }] }] } } },
      }),
    ],
    ['protected-data', /not protected/, { ...topic('gold.a.v1'), options: { protect: false } }],
    [
      'protected-data',
      /goes with its declaration/,
      { ...topic('gold.a.v1'), options: { retainOnDelete: false } },
    ],
    [
      'replaced-quotas',
      /deleteBeforeReplace/,
      resource('kafka:index/quota:Quota', 'q', {}, { deleteBeforeReplace: false }),
    ],
    ['least-rights', /for everybody/, acl({ aclPrincipal: 'User:*' })],
    ['least-rights', /for everything/, acl({ aclResourceName: '*' })],
    ['least-rights', /allows everything on "gold.a.v1"/, acl({ aclOperation: 'All' })],
    [
      'service-account-policies',
      /has no policy/,
      resource('minio:index/iamServiceAccount:IamServiceAccount', 'a', { targetUser: 'u' }),
    ],
  ])('%s: %s', (rule, problem, broken) => {
    const problems = found(broken, dlq);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${rule}: `));
    expect(problems[0]).toMatch(problem);
    expect(problems[0]).not.toContain('abc');
  });
});

it('misses a dead-letter topic that nobody declares', () => {
  expect(found(connector())).toEqual([
    'dead-letter-topics: its dead-letter topic "dlq.raw.v1" is not declared',
  ]);
});

it('takes one copy on one broker, and no option that a host does not know for a wrong one', () => {
  const small = topic('gold.a.v1', { replicationFactor: 1 }, { 'min.insync.replicas': '1' });
  expect(violations([{ ...small, options: undefined }], DEV)).toEqual([]);
});

it('says the resource, the problem and the rule', () => {
  const [violation] = violations([acl({ aclPrincipal: 'User:*' })], PROD);
  expect(violationSentence(violation!)).toBe(
    'kafka:index/acl:Acl "acl": is for everybody; name a user (least-rights)',
  );
});

describe('the sinks', () => {
  const TOLERANT = { 'errors.tolerance': 'all' };
  const rule = (...topics: string[]): RuledResource =>
    resource('kubernetes:monitoring.coreos.com/v1:PrometheusRule', 'alerts', {
      spec: { groups: [{ name: 'g', rules: topics.map((topic) => ({ expr: `x{topic="${topic}"} > 0` })) }] },
    });
  const workers = (name: string, replicas: number, group = name): RuledResource =>
    resource('kubernetes:kafka.strimzi.io/v1beta2:KafkaConnect', name, {
      spec: { replicas, config: { 'group.id': group } },
    });
  const dlq = topic('dlq.raw.v1');
  const raw = topic('telemetry.gateway.v1');

  test.each<[string, RuledResource[], RegExp[]]>([
    [
      'tolerate errors with a dead-letter topic and an alert',
      [dlq, raw, connector(TOLERANT), rule('dlq.raw.v1')],
      [],
    ],
    [
      'do not without an alert',
      [dlq, raw, connector(TOLERANT)],
      [/no alert watches its dead letters in "dlq\.raw\.v1"/],
    ],
    [
      'nor with an alert about another topic',
      [dlq, raw, connector(TOLERANT), rule('dlq.raw.v10')],
      [/no alert watches/],
    ],
    [
      'nor without a dead-letter topic',
      [raw, connector({ ...TOLERANT, 'errors.deadletterqueue.topic.name': '' })],
      [/has no dead-letter topic; set/, /is not declared/, /tolerates errors and has no dead-letter topic/],
    ],
    [
      'keep every topic that producers write',
      [topic('telemetry.gpu_metrics.v1')],
      [/add connectors\/raw-gpu-metrics\.yaml/],
    ],
    [
      'keep it in the folder of its name',
      [
        dlq,
        raw,
        connector({ 'iceberg.tables.auto-create-props.write.data.path': 's3://lake/raw/telemetry/other' }),
      ],
      [/expected a folder that ends in \/raw\/telemetry\/gateway/],
    ],
    [
      'take it there',
      [
        dlq,
        raw,
        connector({ 'iceberg.tables.auto-create-props.write.data.path': 's3://lake/raw/telemetry/gateway' }),
      ],
      [],
    ],
    ['need three workers', [workers('critical', 2)], [/has 2 workers; expected 3 or more/]],
    [
      'have clusters apart',
      [workers('critical', 3, 'g'), workers('curated', 3, 'g')],
      [/has the group\.id "g" of critical/],
    ],
  ])('%s', (_what, resources, expected) => {
    const problems = found(...resources);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(problems[index]).toMatch(pattern));
  });

  it('need no alert in the lab, which drift watches', () => {
    expect(violations([dlq, raw, connector(TOLERANT)], DEV)).toEqual([]);
  });
});
