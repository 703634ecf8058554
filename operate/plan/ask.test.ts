import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectClient } from '../../resources/connector/connect-client';
import { HttpClient } from '../../resources/http/http-client';
import type { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import { KsqldbClient } from '../../resources/query/ksqldb-client';
import { RegistryClient } from '../../resources/subject/registry-client';
import type { LiveSubject, Subject } from '../../resources/subject/subject';
import type { Topic } from '../../resources/topic/topic';
import { ALWAYS_FAILS } from '../access/dry-run';
import { askBroker, askConnect, askRegistry } from './ask';
import { askKsqldb } from './ask-ksqldb';

/** What servers have against a change becomes a refusal in their words: our clients, on a server that only says no. */
let server: Server;
let url: string;
type Answer = readonly [status: number, body: unknown];
let answer: (path: string, body: string) => Answer;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [status, body] = answer(request.url ?? '', Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('the broker', () => {
  const topic: Topic = { name: 'gold.a.v1', partitions: 4, replicationFactor: 3, config: {}, protect: true };
  const says = (message: string): KafkaAdmin =>
    ({ run: () => Promise.reject(new Error(message)) }) as unknown as KafkaAdmin;
  const created = { action: 'create', desired: topic } as const;
  const changed = {
    action: 'update',
    desired: topic,
    properties: [{ path: 'partitions', before: 2, after: 4 }],
  } as const;
  const configured = {
    action: 'update',
    desired: topic,
    properties: [{ path: 'config.retention.ms', before: '1', after: 'never' }],
  } as const;

  it.each([
    ['a topic that it cannot make', created, 'replication factor: 3 larger than available brokers: 1'],
    ['partitions that it cannot add', changed, 'INVALID_PARTITIONS'],
    ['a setting that it does not take', configured, 'INVALID_CONFIG: retention.ms'],
  ] as const)('refuses %s', async (_what, change, message) => {
    expect(await askBroker(says(message), change)).toEqual([
      { reason: `the broker refuses it: ${message}`, remedy: 'declare what the cluster can do' },
    ]);
  });

  it('that may not be asked, or does not answer, refuses nothing: that is a failure', async () => {
    for (const message of ['CLUSTER_AUTHORIZATION_FAILED', 'connect ECONNREFUSED', 'NETWORK_EXCEPTION'])
      await expect(askBroker(says(message), created)).rejects.toThrow(message);
  });
});

describe('the registry', () => {
  const subject = {
    subject: 'gold.a.v1-value',
    schema: '"string"',
    compatibility: 'BACKWARD',
  } as unknown as Subject;
  const client = (): RegistryClient => new RegistryClient(new HttpClient({ url }));

  it('refuses a schema that is not compatible, in its words or without any', async () => {
    answer = () => [200, { is_compatible: false, messages: ['READER_FIELD_MISSING_DEFAULT_VALUE: b'] }];
    const [refusal] = await askRegistry(client(), subject, undefined);
    expect(refusal!.reason).toBe(
      'the schema is not BACKWARD with the newest version: READER_FIELD_MISSING_DEFAULT_VALUE: b',
    );
    expect(refusal!.remedy).toContain('give a new field a default');
    answer = () => [200, { is_compatible: false }];
    expect(await askRegistry(client(), subject, undefined)).toMatchObject([
      { reason: expect.stringContaining('the registry gives no reason') as string },
    ]);
  });

  it('is not asked to register again what stands below a version that nobody declared', async () => {
    answer = () => [200, { is_compatible: true }];
    const live = { version: 5, hasDeclared: true } as LiveSubject;
    expect(await askRegistry(client(), subject, live)).toEqual([
      {
        reason: expect.stringContaining('version 5 that nobody declared stands above it') as string,
        remedy: 'declare what version 5 says, or delete that version',
      },
    ]);
    expect(await askRegistry(client(), subject, { ...live, hasDeclared: false })).toEqual([]);
  });
});

describe('Connect', () => {
  const PLUGIN = 'org.apache.iceberg.connect.IcebergSinkConnector';
  const ask = (config: Record<string, string>) =>
    askConnect(new ConnectClient(url), { name: 'raw', config: { 'connector.class': PLUGIN, ...config } });
  const answers = (errors: Record<string, string[]>): void => {
    answer = (path) =>
      path.endsWith('/validate')
        ? [
            200,
            { configs: Object.entries(errors).map(([name, list]) => ({ value: { name, errors: list } })) },
          ]
        : [200, [{ class: PLUGIN }]];
  };

  it('refuses a class that no worker has, with those that there are', async () => {
    answers({});
    expect(await ask({ 'connector.class': 'S3Sink' })).toEqual([
      {
        reason: `the workers have no plugin "S3Sink"; they have ${PLUGIN}`,
        remedy: 'install it on every worker, or correct "class"',
      },
    ]);
    expect(await ask({ 'connector.class': 'IcebergSinkConnector' })).toEqual([]);
  });

  it('refuses what the plugin refuses, and shows no secret', async () => {
    answers({ 'tasks.max': ['must be at least 1'], 's3.secret-access-key': ['hunter2 is too short'] });
    const reasons = (await ask({})).map(({ reason }) => reason);
    expect(reasons).toEqual([
      'the plugin refuses its configuration: tasks.max: must be at least 1',
      'the plugin refuses its configuration: s3.secret-access-key: (hidden, as it may hold a secret)',
    ]);
  });
});

describe('ksqlDB', () => {
  const statement = (name: string) => ({
    name,
    text: `CREATE STREAM ${name} AS SELECT a FROM s EMIT CHANGES;`,
    properties: {},
  });
  const client = (): KsqldbClient => new KsqldbClient(new HttpClient({ url }));
  const [, missing] = /DROP STREAM (?:IF EXISTS )?`?(\w+)`?/i.exec(ALWAYS_FAILS)!;
  const EXPECTED: Answer = [400, { message: `Stream ${missing} does not exist.` }];
  const dryRun =
    (objection: (text: string) => string | undefined) =>
    (_path: string, body: string): Answer => {
      const { ksql } = JSON.parse(body) as { ksql: string };
      const message = objection(ksql);
      return message === undefined ? EXPECTED : [400, { message }];
    };

  it('refuses statements one by one, and each is asked with those that were taken', async () => {
    const asked: string[] = [];
    answer = dryRun((text) => {
      asked.push(text);
      return text.includes('bad') ? 'column A is missing' : undefined;
    });
    const refused = await askKsqldb(client(), [statement('one'), statement('bad'), statement('two')]);
    expect([...refused]).toEqual([['bad', 'column A is missing']]);
    const last = asked.at(-1)!;
    expect(last).toContain('one');
    expect(last).toContain('two');
    expect(last).not.toContain('bad');
    expect(
      asked.filter((text) => !text.startsWith('EXPLAIN')).every((text) => text.endsWith(ALWAYS_FAILS)),
    ).toBe(true);
  });

  it('is asked twice where EXPLAIN says more', async () => {
    answer = dryRun((text) => (text.startsWith('EXPLAIN') ? 'line 3: no such column' : 'it is wrong'));
    expect(await askKsqldb(client(), [statement('bad')])).toEqual(
      new Map([['bad', 'it is wrong (EXPLAIN: line 3: no such column)']]),
    );
  });

  it('that runs what was made to fail is no dry run any more', async () => {
    answer = () => [200, []];
    await expect(askKsqldb(client(), [statement('one')])).rejects.toThrow(
      'the server ran a request that was made to fail',
    );
  });
});
