import type { DriftClass } from '../../operate/drift/finding';
import type { Hands } from './hands';

/** Names that the declaration gives: what a table of faults must not spell out. */
export interface DeclaredNames {
  /** The users of a principal, the current one first. */
  readonly usersOf: (principal: string) => readonly string[];
  readonly bucketUsers: readonly string[];
  readonly gateways: readonly string[];
}

/** One way in which somebody makes a platform other than declared. */
export interface Fault {
  readonly does: string;
  readonly by: (hands: Hands, names: DeclaredNames) => Promise<unknown>;
  /** What drift must say of it: class, kind, name, and words of the sentence. */
  readonly expect: readonly [DriftClass, string, string | RegExp, RegExp?][];
  /** What follows from it sooner or later. */
  readonly mayCause?: Fault['expect'];
}

const AVAILABILITY = 'SCRAPE_AVAILABILITY_1M_V1';
const event = 'silver.stream_event.v1-value';
const scrape = 'telemetry.orchestrator_scrape.v1-value';

/** Faults that leave each other alone. */
export const FAULTS: readonly Fault[] = [
  // Topics
  {
    does: 'deletes a declared topic',
    by: (h) => h.kafka((a) => a.deleteTopics({ topics: ['dlq.raw-orchestrator-scrape.v1'] })),
    expect: [['missing', 'topic', 'dlq.raw-orchestrator-scrape.v1']],
  },
  {
    does: 'shortens the retention of a raw topic',
    by: (h) => h.topicConfig('telemetry.gateway.v1', 'retention.ms', '3600000'),
    expect: [['changed', 'topic', 'telemetry.gateway.v1', /retention\.ms/]],
  },
  {
    does: 'lets records be as large as they like',
    by: (h) => h.topicConfig('telemetry.gateway.v1', 'max.message.bytes', '9000000'),
    expect: [['changed', 'topic', 'telemetry.gateway.v1', /max\.message\.bytes/]],
  },
  {
    does: 'takes the time of a record from its sender',
    by: (h) => h.topicConfig('telemetry.orchestrator_scrape.v1', 'message.timestamp.type', 'CreateTime'),
    expect: [['changed', 'topic', 'telemetry.orchestrator_scrape.v1', /timestamp\.type/]],
  },
  {
    does: 'takes a setting away, so that the broker’s default holds',
    by: (h) => h.deleteTopicConfig('telemetry.orchestrator_scrape.v1', 'segment.ms'),
    expect: [['changed', 'topic', 'telemetry.orchestrator_scrape.v1', /segment\.ms/]],
  },
  {
    does: 'compacts a control topic',
    by: (h) => h.topicConfig('control.raw-gateway.v1', 'cleanup.policy', 'compact'),
    expect: [['changed', 'topic', 'control.raw-gateway.v1', /cleanup\.policy/]],
  },
  {
    does: 'adds partitions to a dead-letter topic',
    by: (h) =>
      h.kafka((a) => a.createPartitions({ topicPartitions: [{ topic: 'dlq.raw-gateway.v1', count: 3 }] })),
    expect: [['changed', 'topic', 'dlq.raw-gateway.v1', /partitions is 3/]],
  },
  {
    does: 'shortens the retention of a topic that ksqlDB made',
    by: (h) => h.topicConfig('bronze.gateway_ignored.v1', 'retention.ms', '60000'),
    expect: [['changed', 'topic', 'bronze.gateway_ignored.v1', /retention\.ms/]],
  },
  {
    does: 'adds partitions to a topic that ksqlDB made',
    by: (h) =>
      h.kafka((a) =>
        a.createPartitions({ topicPartitions: [{ topic: 'gold.scrape_availability_1m.v1', count: 5 }] }),
      ),
    expect: [['changed', 'topic', 'gold.scrape_availability_1m.v1', /partitions is 5/]],
  },
  {
    does: 'makes a topic among ours',
    by: (h) => h.kafka((a) => a.createTopics({ topics: [{ topic: 'gold.by_hand.v1', numPartitions: 1 }] })),
    expect: [['undeclared', 'topic', 'gold.by_hand.v1']],
  },
  {
    does: 'leaves the topic of a version that is gone',
    by: (h) => h.kafka((a) => a.createTopics({ topics: [{ topic: 'gold.sla_1m.v9', numPartitions: 1 }] })),
    expect: [['undeclared', 'topic', 'gold.sla_1m.v9', /version 9 of sla/]],
  },
  {
    does: 'dead-letters a record of a connector',
    by: (h) => h.produce('dlq.raw-gateway.v1', '?'),
    expect: [['dead-letters', 'topic', 'dlq.raw-gateway.v1', /holds 1/]],
  },
  {
    does: 'sends what is no event',
    by: (h) => h.produce('telemetry.gateway.v1', 'no JSON'),
    expect: [['dead-letters', 'topic', 'telemetry.dlq.v1']],
  },
  // Rights, users, limits
  {
    does: 'takes a right away',
    by: (h, n) => h.acl('delete', n.usersOf('scraper')[0]!, 'telemetry.orchestrator_scrape.v1', 'WRITE'),
    expect: [['missing', 'acl', /scraper\S* WRITE TOPIC telemetry\.orchestrator_scrape\.v1$/]],
  },
  {
    does: 'gives a declared user one right more',
    by: (h, n) => h.acl('create', n.usersOf('query')[0]!, 'telemetry.gateway.v1', 'READ'),
    expect: [['undeclared', 'acl', /query\S* READ TOPIC telemetry\.gateway\.v1$/]],
  },
  {
    does: 'gives a stranger a right',
    by: (h) => h.acl('create', 'stranger', 'telemetry.gateway.v1', 'ALTER'),
    expect: [['undeclared', 'acl', /User:stranger ALTER/]],
  },
  {
    does: 'removes a user',
    by: (h, n) => h.deleteScramUser(n.usersOf('query')[0]!),
    expect: [['missing', 'scram-user', /^query/]],
  },
  {
    does: 'sets another password',
    by: (h, n) => h.scramUser(n.usersOf('scraper')[0]!, 'another one'),
    expect: [['password-rejected', 'scram-user', /^scraper/]],
  },
  {
    does: 'sets another password with more rounds',
    by: (h, n) => h.scramUser(n.usersOf('connect-critical')[0]!, 'x', 8192),
    mayCause: [['task-failed', 'connector', 'raw-gateway']],
    expect: [
      ['changed', 'scram-user', /^connect-critical/, /iterations is 8192/],
      ['password-rejected', 'scram-user', /^connect-critical/],
    ],
  },
  {
    does: 'makes a user',
    by: (h) => h.scramUser('mallory', 'x'),
    expect: [['undeclared', 'scram-user', 'mallory']],
  },
  {
    does: 'removes a gateway’s user',
    by: (h, n) => h.plainUsers(({ [n.gateways[0]!]: _gone, ...others }) => others),
    expect: [['missing', 'plain-user', /gateway-1/]],
  },
  {
    does: 'sets another password for a gateway',
    by: (h, n) => h.plainUsers((all) => ({ ...all, [n.gateways.at(-1)!]: 'another' })),
    expect: [['password-rejected', 'plain-user', /gateway-3/]],
  },
  {
    does: 'makes a user of the gateways’ listener',
    by: (h) => h.plainUsers((all) => ({ ...all, 'gateway-99': 'x' })),
    expect: [['undeclared', 'plain-user', 'gateway-99']],
  },
  {
    does: 'lifts a limit',
    by: (h, n) => h.quota(n.gateways[0]!, 'producer_byte_rate'),
    expect: [['missing', 'quota', /user gateway-1/]],
  },
  {
    does: 'changes a limit',
    by: (h, n) => h.quota(n.gateways.at(-1)!, 'producer_byte_rate', 1_000),
    expect: [['changed', 'quota', /user gateway-3/, /producer_byte_rate is 1000/]],
  },
  {
    does: 'sets one limit more',
    by: (h, n) => h.quota(n.usersOf('query')[0]!, 'request_percentage', 5),
    expect: [['changed', 'quota', /user query/, /request_percentage is 5/]],
  },
  {
    does: 'limits somebody else',
    by: (h) => h.quota('mallory', 'producer_byte_rate', 1_000),
    expect: [['undeclared', 'quota', 'user mallory']],
  },
  // Schemas
  {
    does: 'deletes a subject',
    by: (h) => h.registry('DELETE', '/subjects/silver.network_capability.v1-value'),
    expect: [['missing', 'subject', 'silver.network_capability.v1-value']],
  },
  {
    does: 'registers a schema above the declared one',
    by: (h) => h.widenSchema(scrape),
    expect: [['schema-ahead', 'subject', scrape]],
  },
  {
    does: 'registers a schema above one that ksqlDB wrote',
    by: (h) => h.widenSchema(event),
    expect: [['schema-ahead', 'subject', event]],
  },
  {
    does: 'lets any schema in',
    by: (h) => h.registry('PUT', `/config/${scrape}`, { compatibility: 'NONE' }),
    expect: [['compatibility-changed', 'subject', scrape, /NONE/]],
  },
  {
    does: 'takes the rule of a subject away',
    by: (h) => h.registry('DELETE', `/config/${event}`),
    expect: [['compatibility-changed', 'subject', event]],
  },
  {
    does: 'registers a subject',
    by: (h) => h.registry('POST', '/subjects/gold.by_hand.v2-value/versions', { schema: '"string"' }),
    expect: [['undeclared', 'subject', 'gold.by_hand.v2-value']],
  },
  // Queries
  {
    does: 'drops a table',
    by: async (h) => {
      await h.ksql(`TERMINATE ${await h.queryId('SLA_1M_V1')};`);
      await h.ksql('DROP TABLE SLA_1M_V1;');
    },
    expect: [['missing', 'query', 'SLA_1M_V1']],
  },
  {
    does: 'deletes the topic of a dropped table',
    by: (h) => h.kafka((a) => a.deleteTopics({ topics: ['gold.sla_1m.v1'] })),
    expect: [['missing', 'topic', 'gold.sla_1m.v1']],
    // It reads the topic.
    mayCause: [['query-not-running', 'query', 'SERVICE_CONDITION_1M_V1']],
  },
  {
    does: 'terminates a query and leaves its table',
    by: async (h) => h.ksql(`TERMINATE ${await h.queryId(AVAILABILITY)};`),
    expect: [['query-not-running', 'query', AVAILABILITY, /query is \(nothing\)/]],
  },
  {
    does: 'pauses a query',
    by: async (h) => h.ksql(`PAUSE ${await h.queryId('GATEWAY_IGNORED')};`),
    expect: [['query-not-running', 'query', 'GATEWAY_IGNORED', /PAUSED/]],
  },
  {
    does: 'changes what a stream selects',
    by: (h) => addColumn(h, 'session_change'),
    expect: [['query-different', 'query', 'SESSION_CHANGE']],
  },
  {
    does: 'changes the filter of a running query in place',
    by: (h) => replaceFilter(h),
    expect: [['query-different', 'query', 'GATEWAY_DLQ']],
  },
  {
    does: 'makes a stream',
    by: (h) =>
      h.ksql(
        "CREATE STREAM by_hand (a STRING) WITH (KAFKA_TOPIC='telemetry.gateway.v1', VALUE_FORMAT='KAFKA');",
      ),
    expect: [['undeclared', 'query', 'BY_HAND']],
  },
  {
    does: 'leaves a version that is gone',
    by: (h) =>
      h.ksql(
        "CREATE TABLE sla_1m_v8 (a STRING PRIMARY KEY, b STRING) WITH (KAFKA_TOPIC='telemetry.gateway.v1', VALUE_FORMAT='JSON');",
      ),
    expect: [['undeclared', 'query', 'SLA_1M_V8', /version 8 of sla/]],
  },
  {
    does: 'writes into a declared stream',
    by: (h) =>
      h.ksql(
        "INSERT INTO benchmark_contribution SELECT request_id, 'by hand' AS sample FROM session_change EMIT CHANGES;",
      ),
    expect: [['undeclared', 'query', /^INSERTQUERY_/, /BENCHMARK_CONTRIBUTION/]],
  },
  {
    does: 'stops a declared INSERT INTO',
    by: async (h) => h.ksql(`TERMINATE ${(await h.insertQuery('SERVICE_SAMPLE', 'NETWORK_CAPABILITY')).id};`),
    expect: [['missing', 'query', 'SERVICE_SAMPLE_FROM_NETWORK_CAPABILITY']],
  },
  // Connectors
  {
    does: 'deletes a connector',
    by: (h) => h.connect('DELETE', '/connectors/raw-orchestrator-scrape'),
    expect: [['missing', 'connector', 'raw-orchestrator-scrape']],
  },
  {
    does: 'changes a setting of a connector',
    by: (h) => h.connectorConfig('raw-gateway', { 'errors.retry.timeout': '1' }),
    expect: [['changed', 'connector', 'raw-gateway', /errors\.retry\.timeout is 1,/]],
  },
  {
    does: 'gives a connector one setting more',
    by: (h) => h.connectorConfig('raw-gateway', { 'iceberg.hadoop.by.hand': '1' }),
    expect: [['changed', 'connector', 'raw-gateway', /by\.hand/]],
  },
  {
    does: 'takes the dead letters from a connector',
    by: (h) => h.connectorConfig('raw-gateway', { 'errors.tolerance': 'none' }),
    expect: [['changed', 'connector', 'raw-gateway', /errors\.tolerance/]],
  },
  {
    does: 'makes a connector',
    by: (h) => h.connectorCopy('raw-gateway', 'by-hand'),
    expect: [['undeclared', 'connector', 'by-hand']],
  },
  // Object store
  {
    does: 'suspends the versions of the bucket',
    by: (h) => h.store().setBucketVersioning('lake', { Status: 'Suspended' } as never),
    expect: [['bucket-changed', 'bucket', 'lake', /versioning is Suspended/]],
  },
  {
    does: 'opens the bucket to everybody',
    by: (h) => h.store().setBucketPolicy('lake', PUBLIC),
    expect: [['bucket-changed', 'bucket', 'lake', /policy is/]],
  },
  {
    does: 'ends raw objects sooner',
    by: (h) => h.store().setBucketLifecycle('lake', SHORT_LIFE),
    expect: [
      ['bucket-changed', 'bucket', 'lake', /lifecycle\.expire-raw/],
      ['bucket-changed', 'bucket', 'lake', /lifecycle\.by-hand/],
    ],
  },
  {
    does: 'gives a user of the store all rights',
    by: (h, n) => h.storeAdmin().attach(n.bucketUsers[0]!, [n.bucketUsers[0]!, 'readwrite']),
    expect: [['changed', 'bucket-user', /./, /readwrite/]],
  },
  {
    does: 'disables a user of the store',
    by: (h, n) => h.mc('PUT', 'set-user-status', { accessKey: n.bucketUsers[0]!, status: 'disabled' }),
    expect: [['changed', 'bucket-user', /./, /enabled is false/]],
  },
  {
    does: 'widens a policy',
    by: (h, n) => h.storeAdmin().setPolicy(n.bucketUsers.at(-1)!, PUBLIC_USER),
    expect: [['changed', 'bucket-user', /./, /policies\./]],
  },
  {
    does: 'sets another secret',
    by: (h, n) => h.storeAdmin().setUser(n.bucketUsers.at(-1)!, 'another-secret'),
    expect: [['password-rejected', 'bucket-user', /./]],
  },
];

/** Faults that need what the others took away: made after the platform was repaired. */
export const LATER_FAULTS: readonly Fault[] = [
  {
    does: 'pauses a connector',
    by: (h) => h.connect('PUT', '/connectors/raw-orchestrator-scrape/pause'),
    expect: [['changed', 'connector', 'raw-orchestrator-scrape', /state is PAUSED/]],
  },
  {
    does: 'sends a connector to a catalog that is not there',
    by: (h) =>
      h.connectorConfig('raw-gateway', { 'iceberg.catalog.uri': 'jdbc:sqlite:/proc/nowhere/catalog.db' }),
    expect: [
      ['changed', 'connector', 'raw-gateway', /iceberg\.catalog\.uri/],
      ['task-failed', 'connector', 'raw-gateway'],
    ],
  },
  {
    does: 'removes a user of the store',
    by: (h, n) => h.mc('DELETE', 'remove-user', { accessKey: n.bucketUsers[0]! }),
    expect: [['missing', 'bucket-user', /./]],
  },
  {
    does: 'takes all rules from the bucket',
    by: (h) => h.store().removeBucketLifecycle('lake'),
    expect: [['bucket-changed', 'bucket', 'lake', /lifecycle/]],
  },
  {
    does: 'makes another query of an INSERT INTO',
    by: (h) => otherInsert(h),
    expect: [['query-different', 'query', 'SERVICE_SAMPLE_FROM_NETWORK_CAPABILITY']],
  },
];

/** The statement that made an object, to be said once more. */
async function replacing(hands: Hands, name: string): Promise<string> {
  const [entity] = (await hands.ksql(`DESCRIBE ${name};`)) as unknown as {
    sourceDescription: { statement: string };
  }[];
  return entity!.sourceDescription.statement.replace(/^CREATE\s+(OR REPLACE\s+)?/i, 'CREATE OR REPLACE ');
}

async function replaceFilter(hands: Hands): Promise<void> {
  const statement = await replacing(hands, 'gateway_dlq');
  await hands.ksql(
    statement.replace(/WHERE\s+([\s\S]*?)\s*EMIT CHANGES/i, 'WHERE ($1) AND 1 = 1 EMIT CHANGES'),
  );
}

/** A column that nobody declared. */
async function addColumn(hands: Hands, stream: string): Promise<void> {
  const statement = await replacing(hands, stream);
  await hands.ksql(statement.replace(/\s*\)\s*WITH\s*\(/i, ', by_hand STRING) WITH ('));
}

async function otherInsert(hands: Hands): Promise<void> {
  const { id, queryString } = await hands.insertQuery('SERVICE_SAMPLE', 'NETWORK_CAPABILITY');
  await hands.ksql(`TERMINATE ${id};`);
  await hands.ksql(queryString.replace("'capacity'", "'by hand'"));
}

const PUBLIC = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: ['*'] },
      Action: ['s3:GetObject'],
      Resource: ['arn:aws:s3:::lake/*'],
    },
  ],
});
const PUBLIC_USER = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: ['arn:aws:s3:::*'] }],
});
const SHORT_LIFE = {
  Rule: [
    { ID: 'expire-raw', Status: 'Enabled', Filter: { Prefix: 'raw/' }, Expiration: { Days: 1 } },
    { ID: 'by-hand', Status: 'Enabled', Filter: { Prefix: 'x/' }, Expiration: { Days: 1 } },
  ],
};
