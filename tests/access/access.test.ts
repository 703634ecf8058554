import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  collect,
  plainUsersFile,
  readPassword,
  readPlainUsers,
  realise,
  runLayout,
  writePrivateFile,
} from '../../lab';
import { retire, rotate } from '../../operate/rotate/rotate';
import type { RotateWorld } from '../../operate/rotate/rotate';
import { canLogIn } from '../../resources/kafka/kafka-admin';
import { adminClient, ingestClient, scramClient } from '../support/kafka';
import { startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';
import { rightsOf } from './rights';
import type { BrokerRights, Entrance } from './rights';

jest.setTimeout(240_000);

/**
 * What each identity of the dev stack may do, asked of the real broker by each of its users, for every topic and group
 * that there is. What is expected is written down here by hand, not derived: a mistake in the derivation shows.
 */
let platform: TestPlatform;
let topics: string[];
/** Groups of everybody, one of each sort. */
const GROUPS = [
  'naap-connect-critical',
  'naap-connect-curated',
  'connect-raw-gateway',
  'connect-raw-gateway-coord',
  'connect-raw-orchestrator-scrape',
  'connect-raw-orchestrator-scrape-coord',
  'raw-gateway-control-1',
  'connect-curated-gold',
  'connect-curated-gold-coord',
  'curated-gold-control-1',
  '_confluent-ksql-naap_query_CTAS_A_1',
  'query-report',
  'somebody-else',
];
/** Kinds of the parts that do not run here. */
const ONLY_KAFKA = ['subject', 'query', 'connector', 'bucket', 'bucket-user'] as const;
const FOREIGN = [
  'somebody.else',
  '_connect-critical-offsets',
  '_connect-curated-offsets',
  '_connect-offsets',
  '_confluent-ksql-naap_query_A-changelog',
  '__consumer_offsets',
];

beforeAll(async () => {
  platform = await startTestPlatform({ slot: 4, without: ['minio', 'connect', 'registry', 'ksqldb'] });
  const { settings, endpoints } = platform;
  await realise(endpoints, { settings, skip: ONLY_KAFKA });
  const declared = await collect(endpoints, { settings });
  const written = declared
    .filter(({ type }) => type === 'naap:ksqldb:Query')
    .flatMap(({ inputs }) => inputs.statements as { text: string }[])
    .filter(({ text }) => /\bAS\s+SELECT\b/i.test(text))
    .flatMap(({ text }) => /KAFKA_TOPIC\s*=\s*'([^']+)'/i.exec(text)?.[1] ?? []);
  await makeTopics([...new Set(written), ...FOREIGN.filter((name) => name !== '__consumer_offsets')]);
});
afterAll(() => platform?.stop());

/** What ksqlDB and Connect would make: rights can only be asked of what is there. */
async function makeTopics(names: readonly string[]): Promise<void> {
  const admin = adminClient(platform.endpoints).admin();
  await admin.connect();
  const group = adminClient(platform.endpoints).consumer({ groupId: 'somebody-else' });
  await admin.createTopics({
    topics: names.map((topic) => ({ topic, numPartitions: 1 })),
    waitForLeaders: true,
  });
  // The first consumer makes the internal topic of offsets.
  await group.connect();
  await group.subscribe({ topic: 'somebody.else' });
  await group.run({ eachMessage: () => Promise.resolve() });
  await sleep(500);
  await group.disconnect();
  // The first transaction makes that of transactions.
  const producer = adminClient(platform.endpoints).producer({
    transactionalId: 'first',
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  await (await producer.transaction()).abort();
  await producer.disconnect();
  topics = (await admin.listTopics()).sort();
  await admin.disconnect();
}

function passwordOf(user: string): string {
  const passwordFile = path.join(runLayout(platform.settings.runDir).secrets, `kafka-${user}`);
  return readPassword({ username: user, passwordFile });
}

const scram = (): Entrance => ({
  bootstrap: platform.endpoints.kafka.bootstrap,
  mechanism: 'SCRAM-SHA-512',
});

const of = (layers: string): string[] => topics.filter((topic) => new RegExp(`^(${layers})\\.`).test(topic));
const each = (names: readonly string[], ...operations: string[]): Record<string, string[]> =>
  Object.fromEntries(names.map((name) => [name, [...operations].sort()]));

const RAW = ['gateway', 'gpu_metrics', 'job_results', 'orchestrator_scrape'].map(
  (family) => `telemetry.${family}.v1`,
);
/** Named as was asked for, not by its layer: a table of gold. */
const DEMAND = 'telemetry.demand.v1';
/** Rollups, scores and alerts. */
const served = (): string[] => [...of('gold|alerts'), DEMAND];
const READ = ['Describe', 'Read'];
const WRITE = ['Describe', 'Write'];
const READ_AND_WRITE = ['Describe', 'Read', 'Write'];
/** What the maker of a topic may do, short of deleting it. */
const MAKE = ['Create', 'Describe', 'DescribeConfigs', 'Read', 'Write'];
/** What ALL comes to for a topic, and for a group. */
const EVERYTHING = [
  'Alter',
  'AlterConfigs',
  'Create',
  'Delete',
  'Describe',
  'DescribeConfigs',
  'Read',
  'Write',
];
const EVERYTHING_OF_A_GROUP = ['AlterConfigs', 'Delete', 'Describe', 'DescribeConfigs', 'Read'];

/** A worker keeps its cluster's state and touches no data. */
const worker = (cluster: string) => (): BrokerRights => ({
  topics: each([`_connect-${cluster}-offsets`], ...MAKE),
  groups: each([`naap-connect-${cluster}`], ...READ),
});

/** A cluster's sinks read what they copy; what they write in Kafka are their commits and their dead letters. */
const sinks = (kind: string, copied: () => readonly string[], groups: BrokerRights['groups']) => () => {
  const own = (sort: string): string[] => of(sort).filter((topic) => topic.startsWith(`${sort}.${kind}-`));
  return {
    topics: {
      ...each(copied(), ...READ),
      ...each(own('control'), ...READ_AND_WRITE),
      ...each(own('dlq'), ...WRITE),
    },
    groups,
  };
};
/** Of a sink: the group that Connect gives it can be forgotten, which is how it begins anew. */
const sinkGroups = (name: string): BrokerRights['groups'] => ({
  ...each([`connect-${name}`], 'Delete', ...READ),
  ...each([`connect-${name}-coord`], ...READ),
});

const EXPECTED: Readonly<Record<string, () => BrokerRights>> = {
  // Names, settings and sizes of all that is ours; no record.
  drift: () => ({
    topics: each(of('telemetry|dlq|control|bronze|silver|gold|alerts'), 'Describe', 'DescribeConfigs'),
    groups: {},
  }),
  scraper: () => ({ topics: each(['telemetry.orchestrator_scrape.v1'], ...WRITE), groups: {} }),
  query: () => ({ topics: each(served(), ...READ), groups: { 'query-report': READ } }),
  'connect-worker-critical': worker('critical'),
  'connect-worker-curated': worker('curated'),
  'connect-critical': sinks('raw', () => RAW, {
    ...sinkGroups('raw-gateway'),
    ...sinkGroups('raw-orchestrator-scrape'),
    ...each(['raw-gateway-control-1'], ...READ),
  }),
  'connect-curated': sinks('curated', () => [...of('silver'), ...served()], {
    ...sinkGroups('curated-gold'),
    ...each(['curated-gold-control-1'], ...READ),
  }),
  ksqldb: () => ({
    topics: {
      ...each(
        ['telemetry.gateway.v1', 'telemetry.orchestrator_scrape.v1'],
        'Describe',
        'DescribeConfigs',
        'Read',
      ),
      // It inserts into them what it finds in scrapes.
      ...each(
        ['telemetry.gpu_metrics.v1', 'telemetry.job_results.v1'],
        'Describe',
        'DescribeConfigs',
        'Read',
        'Write',
      ),
      ...each([...of('bronze|silver|gold|alerts'), ...of('telemetry.dlq'), DEMAND], ...MAKE),
      ...each(['_confluent-ksql-naap_query_A-changelog'], ...EVERYTHING),
      ...each(['__consumer_offsets', '__transaction_state'], 'Describe'),
    },
    groups: each(['_confluent-ksql-naap_query_CTAS_A_1'], ...EVERYTHING_OF_A_GROUP),
  }),
};
const LOOKS_AT_BROKERS = ['ksqldb', 'drift'];
const USERS = Object.keys(EXPECTED).flatMap((principal) => [
  [principal, principal] as const,
  [`${principal}-b`, principal] as const,
]);

describe('on every topic and every group', () => {
  test.each(USERS)('%s may do what %s needs, and nothing else', async (user, principal) => {
    const login = { username: user, password: passwordOf(user) };
    const rights = await rightsOf(scram(), login, { topics, groups: GROUPS });
    expect(rights).toEqual(EXPECTED[principal]!());
    // What is denied is the rest: there is more than what is allowed.
    expect(Object.keys(rights.topics).length).toBeLessThan(topics.length);
  });

  it('leaves out no identity that the stack declares', async () => {
    const declared = await collect(platform.endpoints, { settings: platform.settings });
    const users = declared
      .filter(({ type }) => type === 'kafka:index/userScramCredential:UserScramCredential')
      .map(({ name }) => name);
    expect(users.sort()).toEqual(USERS.map(([user]) => user).sort());
  });
});

describe('what is done with these rights', () => {
  it('a user writes in its transactions and in nobody else’s', async () => {
    const begin = async (user: string, transactionalId: string): Promise<void> => {
      const client = scramClient(platform.endpoints, user, passwordOf(user));
      const producer = client.producer({
        transactionalId,
        idempotent: true,
        maxInFlightRequests: 1,
        retry: { retries: 1 },
      });
      try {
        await producer.connect();
        await (await producer.transaction()).abort();
      } finally {
        await producer.disconnect();
      }
    };
    await begin('connect-critical', 'raw-gateway-1');
    await begin('connect-curated', 'curated-gold-1');
    await begin('ksqldb', '_confluent-ksql-naap_engine');
    await begin('ksqldb-b', 'naap_1');
    for (const [user, id] of [
      ['connect-critical', 'naap_1'],
      ['connect-critical', 'curated-gold-1'],
      ['connect-curated', 'raw-gateway-1'],
      ['connect-worker-critical', 'raw-gateway-1'],
      ['ksqldb', 'raw-gateway-1'],
      ['scraper', 'scraper-1'],
      ['query', 'query-1'],
    ] as const)
      // The client words the broker's refusal to name a coordinator so; that there is one is shown by those above.
      await expect(begin(user, id)).rejects.toThrow(/authoriz|coordinator/i);
  });

  test.each([
    ['scraper', 'telemetry.orchestrator_scrape.v1', true],
    ['scraper-b', 'telemetry.orchestrator_scrape.v1', true],
    ['scraper', 'telemetry.gateway.v1', false],
    ['connect-critical', 'dlq.raw-gateway.v1', true],
    ['connect-critical', 'telemetry.gateway.v1', false],
    ['connect-critical', 'dlq.curated-gold.v1', false],
    ['connect-curated', 'dlq.curated-gold.v1', true],
    ['connect-curated', 'dlq.raw-gateway.v1', false],
    ['connect-curated', 'gold.sla_1m.v1', false],
    ['connect-worker-curated', 'dlq.curated-gold.v1', false],
    ['query', 'gold.sla_1m.v1', false],
    ['ksqldb', 'gold.sla_1m.v1', true],
    ['ksqldb', 'telemetry.gateway.v1', false],
  ])('%s writes to %s: %s', async (user, topic, allowed) => {
    const client = scramClient(platform.endpoints, user, passwordOf(user));
    const write = produce(client, topic);
    await (allowed ? write : expect(write).rejects.toThrow(/authoriz/i));
  });

  it('nobody but the administrator makes topics, rights or users', async () => {
    const acl = {
      resourceType: 2,
      resourceName: '*',
      resourcePatternType: 3,
      principal: 'User:scraper',
      host: '*',
      operation: 2,
      permissionType: 3,
    };
    for (const [user, principal] of USERS) {
      const admin = scramClient(platform.endpoints, user, passwordOf(user)).admin();
      await admin.connect();
      try {
        await refused(admin.createTopics({ topics: [{ topic: 'mine' }] }));
        await refused(admin.deleteTopics({ topics: ['telemetry.gateway.v1'] }));
        await refused(admin.createAcls({ acl: [acl] }));
        if (principal !== 'drift') await refused(admin.describeAcls(acl));
      } finally {
        await admin.disconnect();
      }
    }
  });

  it('ksqlDB asks the brokers for their settings, and who looks for drift; nobody else does', async () => {
    const ask = async (user: string): Promise<void> => {
      const admin = scramClient(platform.endpoints, user, passwordOf(user)).admin();
      await admin.connect();
      try {
        const { resources } = await admin.describeConfigs({
          includeSynonyms: false,
          resources: [{ type: 4, name: '1' }],
        });
        expect(resources[0]!.configEntries.length).toBeGreaterThan(10);
      } finally {
        await admin.disconnect();
      }
    };
    for (const [user, principal] of USERS)
      await (LOOKS_AT_BROKERS.includes(principal) ? ask(user) : refused(ask(user)));
  });
});

describe('a gateway', () => {
  const gateways = (): [string, string][] => Object.entries(readPlainUsers(platform.settings.runDir));

  it('sees and writes its topic, and no other', async () => {
    expect(plainUsersFile(platform.settings.runDir)).toContain('secrets');
    expect(gateways().map(([name]) => name)).toEqual(['gateway-1', 'gateway-2', 'gateway-3']);
    for (const [name, password] of gateways()) {
      const client = ingestClient(platform.endpoints, name, password);
      await produce(client, 'telemetry.gateway.v1');
      await expect(produce(client, 'telemetry.orchestrator_scrape.v1')).rejects.toThrow(/authoriz/i);
      const admin = client.admin();
      await admin.connect();
      expect(await admin.listTopics()).toEqual(['telemetry.gateway.v1']);
      await admin.disconnect();
    }
  });

  it('may do nothing else on any topic or group', async () => {
    const ingest: Entrance = { ...platform.endpoints.kafka.ingest, mechanism: 'PLAIN' };
    for (const [username, password] of gateways())
      expect(await rightsOf(ingest, { username, password }, { topics, groups: GROUPS })).toEqual({
        topics: { 'telemetry.gateway.v1': WRITE },
        groups: {},
      });
  });
});

/** Every reason in an error and in those inside it speaks of a right that is missing. */
async function refused(work: Promise<unknown>): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  const { message, errors = [], type = '' } = error as Error & { errors?: Error[]; type?: string };
  expect([message, type, ...errors.map((inner) => inner.message)].join(' ')).toMatch(/authoriz/i);
}

async function produce(client: ReturnType<typeof scramClient>, topic: string): Promise<void> {
  const producer = client.producer({ allowAutoTopicCreation: false });
  try {
    await producer.connect();
    await producer.send({ topic, messages: [{ value: 'x' }] });
  } finally {
    await producer.disconnect();
  }
}

describe('a rotation', () => {
  it('on the real broker: the other user logs in before the old password is worthless', async () => {
    const { settings, endpoints } = platform;
    const identities: Record<string, 'a' | 'b'> = {};
    const fileOf = (user: string): string => path.join(runLayout(settings.runDir).secrets, `kafka-${user}`);
    const logsIn = (username: string, password: string): Promise<boolean> =>
      canLogIn(endpoints.kafka, { username, password });
    const world: RotateWorld = {
      environment: { identities },
      principals: ['query'],
      readSecret: passwordOf,
      writeSecret: (user, value) => writePrivateFile(fileOf(user), value),
      newSecret: () => 'a new secret',
      logsIn,
      setCurrent: (principal, slot) => (identities[principal] = slot),
      say: () => undefined,
      waitFor: async (look) => {
        await realise(endpoints, { settings, skip: ONLY_KAFKA });
        return look();
      },
    };
    const before = { a: passwordOf('query'), b: passwordOf('query-b') };
    await rotate(world, 'query');
    expect(identities).toEqual({ query: 'b' });
    expect(await logsIn('query', before.a)).toBe(true);
    expect(await logsIn('query-b', 'a new secret')).toBe(true);
    expect(await logsIn('query-b', before.b)).toBe(false);
    await retire(world, 'query');
    expect(await logsIn('query', before.a)).toBe(false);
    expect(await logsIn('query-b', 'a new secret')).toBe(true);
  });
});
