import type { KafkaSession } from '../../resources/kafka/kafka-admin';
import { DRIFT_CALLS, PLAN_CALLS } from './allowed-calls';
import { ALWAYS_FAILS } from './dry-run';
import { ForbiddenCallError, httpGuard, kafkaGuard, ksqldbGuard } from './guards';

/** Whoever adds a call here says that it writes nothing. */
it('holds the list of calls that drift detection may make', () => {
  const http = (calls: readonly { method: string; path: RegExp }[]) =>
    calls.map(({ method, path }) => `${method} ${path.source}`);
  expect({
    kafka: DRIFT_CALLS.kafka,
    kafkaValidateOnly: DRIFT_CALLS.kafkaValidateOnly,
    registry: http(DRIFT_CALLS.registry),
    connect: http(DRIFT_CALLS.connect),
    ksqldb: DRIFT_CALLS.ksqldb.map(({ source }) => source),
    ksqldbDryRun: DRIFT_CALLS.ksqldbDryRun,
    store: http(DRIFT_CALLS.store),
  }).toEqual({
    kafka: [
      'admin.connectToBrokers',
      'admin.close',
      'admin.listTopics',
      'admin.metadata',
      'admin.listOffsets',
      'admin.listConsumerGroupOffsets',
      'admin.describeLogDirs',
      'describeAcls',
      'describeClientQuotas',
      'describeConfigs',
      'describeUserScramCredentials',
    ],
    kafkaValidateOnly: [],
    registry: ['GET ^\\/(subjects|config|schemas)(\\/|$)', 'POST ^\\/subjects\\/[^/]+$'],
    connect: [
      'GET ^\\/(connectors|connector-plugins)(\\/|\\?|$)',
      'PUT ^\\/connector-plugins\\/[^/]+\\/config\\/validate$',
    ],
    ksqldb: ['^SHOW\\b', '^LIST\\b', '^DESCRIBE\\b', '^EXPLAIN\\b'],
    ksqldbDryRun: false,
    store: ['GET ^\\/', 'HEAD ^\\/'],
  });
});

describe('requests over HTTP', () => {
  test.each([
    ['PUT', '/config/a-value'],
    ['POST', '/subjects/a-value/versions'],
    ['DELETE', '/subjects/a-value'],
    ['POST', '/compatibility/subjects/a-value/versions/latest?verbose=true'],
  ])('the registry is not asked for %s %s', (method, path) => {
    expect(() => httpGuard('registry', DRIFT_CALLS.registry)({ method, path })).toThrow(ForbiddenCallError);
  });

  test.each([
    ['PUT', '/connectors/a/config'],
    ['PUT', '/connectors/a/resume'],
    ['POST', '/connectors/a/restart?includeTasks=true&onlyFailed=true'],
    ['DELETE', '/connectors/a'],
  ])('Connect is not asked for %s %s', (method, path) => {
    expect(() => httpGuard('Connect', DRIFT_CALLS.connect)({ method, path })).toThrow(ForbiddenCallError);
  });

  test.each(['PUT', 'POST', 'DELETE'])('the object store is not asked for %s', (method) => {
    expect(() => httpGuard('object store', DRIFT_CALLS.store)({ method, path: '/lake' })).toThrow(
      ForbiddenCallError,
    );
  });
});

describe('statements of ksqlDB', () => {
  const post = (ksql: string) => ({ method: 'POST' as const, path: '/ksql', body: { ksql } });
  const drift = ksqldbGuard(DRIFT_CALLS);
  const plan = ksqldbGuard(PLAN_CALLS);
  const create = "CREATE STREAM a (b INT) WITH (KAFKA_TOPIC='a', VALUE_FORMAT='JSON');";

  test.each(['SHOW QUERIES;', 'DESCRIBE STREAMS; DESCRIBE TABLES; SHOW QUERIES;', `EXPLAIN ${create}`])(
    'may read: %s',
    (text) => expect(() => drift(post(text))).not.toThrow(),
  );
  test.each([
    create,
    'DROP STREAM a;',
    'TERMINATE ALL;',
    `SHOW QUERIES; ${create}`,
    `${create} ${ALWAYS_FAILS}`,
  ])('of drift may not change anything: %s', (text) =>
    expect(() => drift(post(text))).toThrow(ForbiddenCallError),
  );
  it('of a plan may be a dry run, and no more', () => {
    expect(() => plan(post(`${create} ${ALWAYS_FAILS}`))).not.toThrow();
    expect(() => plan(post(`${ALWAYS_FAILS} ${create}`))).toThrow(ForbiddenCallError);
    expect(() => plan({ method: 'POST', path: '/query', body: { ksql: 'SELECT * FROM a;' } })).toThrow(
      ForbiddenCallError,
    );
  });
});

describe('requests to Kafka', () => {
  const sent: unknown[][] = [];
  const api = { api: { async: (...args: unknown[]) => Promise.resolve(sent.push(args)) } };
  const session = {
    kafka: { describeAclsV3: api, createTopicsV7: api, deleteTopicsV6: api, AclOperations: { ANY: 1 } },
    admin: { listTopics: () => 'topics', deleteTopics: () => 'gone' },
  } as unknown as KafkaSession;

  it('read, and nothing else', () => {
    const { kafka, admin } = kafkaGuard(DRIFT_CALLS)(session);
    expect(kafka.describeAclsV3).toBe(api);
    expect(kafka.AclOperations.ANY).toBe(1);
    expect(admin.listTopics()).toBe('topics');
    expect(() => kafka.createTopicsV7).toThrow(ForbiddenCallError);
    expect(() => kafka.deleteTopicsV6).toThrow(ForbiddenCallError);
    expect(() => admin.deleteTopics({ topics: [] })).toThrow(ForbiddenCallError);
  });

  it('of a plan may ask whether a topic could be made, and only that', async () => {
    const { kafka } = kafkaGuard(PLAN_CALLS)(session);
    const create = (validateOnly: boolean) =>
      kafka.createTopicsV7.api.async({} as never, [], 1, validateOnly);
    await create(true);
    expect(sent).toHaveLength(1);
    expect(() => create(false)).toThrow(ForbiddenCallError);
    expect(sent).toHaveLength(1);
  });
});
