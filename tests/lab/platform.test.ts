import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { SecureVersion } from 'node:tls';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import type { Admin, Kafka } from 'kafkajs';
import {
  countRecords,
  kafkaCredentials,
  platformStatus,
  readPassword,
  runLayout,
  setPlainUsers,
} from '../../lab';
import { adminClient, ingestClient, scramClient } from '../support/kafka';
import { killPart, startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';

jest.setTimeout(180_000);

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ slot: 0, without: ['minio', 'ksqldb'] });
});
afterAll(() => platform?.stop());

async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = adminClient(platform.endpoints).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Creates a topic and waits until it can be written. */
const createTopic = (topic: string): Promise<void> =>
  withAdmin(async (admin) => {
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: false });
    while (!(await hasLeaders(admin, topic))) await sleep(50);
  });

async function hasLeaders(admin: Admin, topic: string): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
  } catch {
    return false;
  }
}

/** Grants, and waits until the broker goes by it: the controller's answer comes before. */
const grantWrite = (user: string, topic: string): Promise<void> =>
  withAdmin(async (admin) => {
    const granted = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${user}`,
      host: '*',
      operation: AclOperationTypes.WRITE,
      permissionType: AclPermissionTypes.ALLOW,
    };
    await admin.createAcls({ acl: [granted] });
    while ((await admin.describeAcls(granted)).resources.length === 0) await sleep(50);
  });

async function produce(client: Kafka, topic: string, values: readonly string[]): Promise<void> {
  const producer = client.producer({ allowAutoTopicCreation: true });
  try {
    await producer.connect();
    await producer.send({ topic, messages: values.map((value) => ({ value })) });
  } finally {
    await producer.disconnect();
  }
}

describe('the broker', () => {
  it('refuses who has no right, and writes nothing', async () => {
    await createTopic('guarded');
    const connect = kafkaCredentials(platform.settings.runDir, 'connectCritical');
    const client = scramClient(platform.endpoints, connect.username, readPassword(connect));
    await expect(produce(client, 'guarded', ['x'])).rejects.toThrow(/authoriz/i);
    expect((await countRecords(platform.endpoints, ['guarded'])).get('guarded')).toMatchObject({
      records: 0,
      values: 0,
    });
  });

  it('refuses a wrong password', async () => {
    const admin = scramClient(platform.endpoints, 'admin', 'wrong').admin();
    await expect(admin.connect()).rejects.toThrow(/authentication/i);
    await admin.disconnect();
  });

  it('makes no topic just because somebody writes to it', async () => {
    await expect(produce(adminClient(platform.endpoints), 'never-declared', ['x'])).rejects.toThrow();
    expect(await withAdmin((admin) => admin.listTopics())).not.toContain('never-declared');
  });
});

describe('the listener for gateways', () => {
  it('takes a declared gateway over TLS, with the right to write and no other', async () => {
    await createTopic('gateway-events');
    expect(await setPlainUsers(platform.settings, { 'gateway-1': 'a "quoted" pass\\word' })).toBe(true);
    await grantWrite('gateway-1', 'gateway-events');
    const gateway = ingestClient(platform.endpoints, 'gateway-1', 'a "quoted" pass\\word');
    await produce(gateway, 'gateway-events', ['one', 'two']);
    const counts = await countRecords(platform.endpoints, ['gateway-events']);
    expect(counts.get('gateway-events')).toMatchObject({ records: 2, values: 2 });
    await expect(produce(gateway, 'guarded', ['x'])).rejects.toThrow(/authoriz/i);
  });

  it('knows a new user and a new password at once, and restarts no broker for it', async () => {
    const before = await platformStatus(platform.settings);
    const users = { 'gateway-1': 'another=password', 'gateway-2': 'secret' };
    expect(await setPlainUsers(platform.settings, users)).toBe(true);
    await logIn('gateway-1', 'another=password');
    await logIn('gateway-2', 'secret');
    await expect(logIn('gateway-1', 'a "quoted" pass\\word')).rejects.toThrow(/authentication/i);
    expect(await setPlainUsers(platform.settings, users)).toBe(false);
    const after = await platformStatus(platform.settings);
    expect(after.map((part) => part.pid)).toEqual(before.map((part) => part.pid));
  });

  it('refuses a gateway that is no longer declared', async () => {
    await setPlainUsers(platform.settings, { 'gateway-2': 'secret' });
    await expect(logIn('gateway-1', 'another=password')).rejects.toThrow(/authentication/i);
    await logIn('gateway-2', 'secret');
  });

  async function logIn(user: string, password: string): Promise<void> {
    const admin = ingestClient(platform.endpoints, user, password).admin();
    try {
      await admin.connect();
    } finally {
      await admin.disconnect();
    }
  }

  it.each<[SecureVersion, string | null]>([
    ['TLSv1.1', null],
    ['TLSv1.2', 'TLSv1.2'],
    ['TLSv1.3', 'TLSv1.3'],
  ])('speaks %s: %s', async (version, spoken) => {
    expect(await spokenProtocol(version)).toBe(spoken);
  });

  function spokenProtocol(version: SecureVersion): Promise<string | null> {
    const [host, port] = platform.endpoints.kafka.ingest.bootstrap[0]!.split(':');
    return new Promise((resolve) => {
      // Level 0 lets OpenSSL offer the old version at all.
      const options = {
        host,
        port: Number(port),
        minVersion: version,
        maxVersion: version,
        ciphers: 'DEFAULT@SECLEVEL=0',
      };
      const socket = connectTls({ ...options, rejectUnauthorized: false }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.once('error', () => resolve(null));
    });
  }
});

describe('countRecords', () => {
  it('counts what a reader sees: no aborted records, no markers, tombstones apart', async () => {
    await createTopic('counted');
    const producer = adminClient(platform.endpoints).producer({
      transactionalId: 'count',
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    for (const [values, end] of [
      [['a', null, 'b'], 'commit'],
      [['lost'], 'abort'],
      [['c'], 'commit'],
      [['lost'], 'abort'],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({
        topic: 'counted',
        messages: values.map((value, index) => ({ key: String(index), value, partition: 0 })),
      });
      await transaction[end]();
    }
    await producer.disconnect();
    expect((await countRecords(platform.endpoints, ['counted'])).get('counted')).toMatchObject({
      records: 4,
      values: 3,
    });
  });

  it('counts nothing in an empty topic', async () => {
    await createTopic('empty');
    expect((await countRecords(platform.endpoints, ['empty'])).get('empty')).toMatchObject({
      records: 0,
      values: 0,
    });
  });
});

function registerSchema(subject: string, fields: readonly object[]): Promise<Response> {
  return fetch(`${platform.endpoints.registry.url}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify({ type: 'record', name: 'Checked', fields }) }),
  });
}

describe('the registry', () => {
  const post = (fields: readonly object[]): Promise<Response> => registerSchema('checked-value', fields);

  it('refuses a schema that could not read what is there', async () => {
    expect((await post([{ name: 'a', type: 'string' }])).status).toBe(200);
    expect((await post([{ name: 'b', type: 'string' }])).status).toBe(409);
    expect(
      (
        await post([
          { name: 'a', type: 'string' },
          { name: 'b', type: ['null', 'string'], default: null },
        ])
      ).status,
    ).toBe(200);
  });
});

it('Connect offers the Iceberg sink and finds the Avro converter', async () => {
  const url = platform.endpoints.connect.critical!.url;
  const plugins = (await (await fetch(`${url}/connector-plugins?connectorsOnly=false`)).json()) as {
    class: string;
  }[];
  expect(plugins.map((plugin) => plugin.class)).toEqual(
    expect.arrayContaining([
      'org.apache.iceberg.connect.IcebergSinkConnector',
      'io.apicurio.registry.utils.converter.AvroConverter',
    ]),
  );
});

it('every secret is for its owner only', () => {
  const { runDir } = platform.settings;
  const folders = [runLayout(runDir).secrets, runLayout(runDir).config];
  for (const folder of folders) {
    expect(statSync(folder).mode & 0o077).toBe(0);
    const open = readdirSync(folder).filter((file) => (statSync(path.join(folder, file)).mode & 0o077) !== 0);
    expect(open.filter((file) => file !== 'log4j2.properties')).toEqual([]);
  }
});

it('starts what was killed again, and has everything that was acknowledged', async () => {
  await createTopic('durable');
  await produce(adminClient(platform.endpoints), 'durable', ['1', '2', '3']);
  await registerSchema('kept-value', [{ name: 'a', type: 'string' }]);
  for (const part of ['kafka', 'registry', 'connect', 'connect-curated'] as const)
    await killPart(platform.settings, part);
  await platform.start();
  const status = await platformStatus(platform.settings);
  expect(status.map(({ name, health }) => `${name} ${health}`)).toEqual([
    'kafka healthy',
    'registry healthy',
    'connect healthy',
    'connect-curated healthy',
  ]);
  expect((await countRecords(platform.endpoints, ['durable'])).get('durable')).toMatchObject({
    records: 3,
    values: 3,
  });
  const subjects = await (await fetch(`${platform.endpoints.registry.url}/subjects`)).json();
  expect(subjects).toContain('kept-value');
});
