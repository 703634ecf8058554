import path from 'node:path';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { Client } from 'minio';
import { readPassword, readPlainUsers, runLayout, stackVariables } from '../../lab';
import { readStack } from '../../lab/realise';
import { collect } from '../../lab/realise/collect';
import { DRIFT_CALLS } from '../../operate/access/allowed-calls';
import { openAccess } from '../../operate/access/access';
import type { Access } from '../../operate/access/access';
import { reasonNotChecked } from '../../operate/access/not-checked';
import { detectDrift } from '../../operate/drift/drift';
import type { DriftReport } from '../../operate/drift/finding';
import { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import { MinioAdminClient } from '../../resources/minio/admin-client';
import { MissingSecretError, readSecretReference } from '../../resources/secret';
import type { SecretReader } from '../../resources/secret';
import { startDeclaredPlatform } from '../faults/declared-platform';
import type { DeclaredPlatform } from '../faults/declared-platform';
import { adminClient, scramClient } from '../support/kafka';

jest.setTimeout(300_000);

/**
 * Drift by the declared identity that may only look, with its own two secrets and no other: it sees what an administrator
 * sees, names what it cannot check, and the servers themselves let it change nothing, whatever client it uses.
 */
const READER = 'drift';
const STORE_READER = 'lake-drift';
const RAW = 'telemetry.gateway.v1';
let platform: DeclaredPlatform;

beforeAll(async () => {
  platform = await startDeclaredPlatform({ slot: 9 });
});
afterAll(() => platform?.stop());

/** Holds the reader's secrets alone. */
const ownSecrets: SecretReader = (reference) => {
  if (!/\/(kafka-drift|lake-drift)$/.test(reference))
    throw new MissingSecretError(`"${reference}" is not here`);
  return readSecretReference(reference);
};

function source() {
  const { settings, endpoints } = platform;
  return { root: settings.root, stack: 'dev', variables: stackVariables(endpoints, settings.runDir) };
}

function openReader(readSecret: SecretReader): Access {
  const { environment } = readStack(source());
  const plainUsers = { read: () => Promise.resolve(readPlainUsers(platform.settings.runDir)) };
  return openAccess({ environment, allow: DRIFT_CALLS, readSecret, plainUsers, as: 'reader' });
}

async function drift(): Promise<DriftReport> {
  const { environment, declaration } = readStack(source());
  const access = openReader(ownSecrets);
  try {
    const versioned = Object.keys(declaration.versions);
    const resources = await collect(source());
    return await detectDrift({ stack: 'dev', environment, resources, access, versioned });
  } finally {
    await access.close();
  }
}

describe('with its own secrets alone', () => {
  it('finds no drift, and names the passwords that it could not try and nothing else', async () => {
    const { findings, failures, notChecked } = await drift();
    expect({ findings, failures }).toEqual({ findings: [], failures: [] });
    for (const { reason } of notChecked) expect(reason).toMatch(/^its password was not tried: secret "/);
    const names = notChecked.map(({ kind, name }) => `${kind} ${name}`);
    expect(names).toEqual(
      expect.arrayContaining(['scram-user ksqldb', 'scram-user drift-b', 'bucket-user lake-query']),
    );
    // Its own logins were tried, and take place here.
    expect(names).not.toContain(`scram-user ${READER}`);
    expect(names).not.toContain(`bucket-user ${STORE_READER}`);
    expect(new Set(notChecked.map(({ kind }) => kind))).toEqual(
      new Set(['scram-user', 'plain-user', 'bucket-user']),
    );
  });
});

describe('whoever holds its secrets', () => {
  it('may not change anything in Kafka, nor read a record', async () => {
    const client = scramClient(platform.endpoints, READER, passwordOf(READER));
    const admin = client.admin();
    const producer = client.producer({ allowAutoTopicCreation: false });
    await Promise.all([admin.connect(), producer.connect()]);
    const entry = {
      principal: `User:${READER}`,
      host: '*',
      operation: AclOperationTypes.READ,
      permissionType: AclPermissionTypes.ALLOW,
      resourceType: AclResourceTypes.TOPIC,
      resourceName: RAW,
      resourcePatternType: ResourcePatternTypes.LITERAL,
    };
    const retention = [{ name: 'retention.ms', value: '1' }];
    try {
      await refused(admin.createTopics({ topics: [{ topic: 'gold.mine.v1' }] }));
      await refused(admin.deleteTopics({ topics: [RAW] }));
      await refused(admin.createPartitions({ topicPartitions: [{ topic: RAW, count: 9 }] }));
      await refused(
        admin.alterConfigs({
          validateOnly: false,
          resources: [{ type: 2, name: RAW, configEntries: retention }],
        }),
      );
      await refused(admin.deleteTopicRecords({ topic: RAW, partitions: [{ partition: 0, offset: '-1' }] }));
      await refused(admin.createAcls({ acl: [entry] }));
      await refused(admin.deleteAcls({ filters: [{ ...entry, operation: AclOperationTypes.ANY }] }));
      await refused(producer.send({ topic: RAW, messages: [{ value: 'x' }] }));
      // The client words a refused group as one that has no coordinator.
      await expect(consumeOne(client)).rejects.toThrow(/authoriz|coordinator/i);
    } finally {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    }
  });

  it('may not give anybody a password or a limit', async () => {
    const kafka = new KafkaAdmin(platform.endpoints.kafka, {
      username: READER,
      password: passwordOf(READER),
    });
    const salted = { iterations: 4096, salt: Buffer.alloc(16), saltedPassword: Buffer.alloc(64) };
    const entity = { entities: [{ entityType: 'user' as const, entityName: READER }] };
    const limit = { key: 'producer_byte_rate' as const, value: 1, remove: false as const };
    try {
      await refused(
        kafka.run('setting a password', ({ kafka: api, connection }) =>
          api.alterUserScramCredentialsV0.api.async(
            connection,
            [],
            [{ name: READER, mechanism: api.ScramMechanisms.SCRAM_SHA_512, ...salted }],
          ),
        ),
      );
      await refused(
        kafka.run('setting a limit', ({ kafka: api, connection }) =>
          api.alterClientQuotasV1.api.async(connection, [{ ...entity, ops: [limit] }], false),
        ),
      );
    } finally {
      await kafka.close();
    }
  });

  it('may not change anything in the object store, nor see an object', async () => {
    const { endpoint, region } = platform.endpoints.minio;
    const { hostname, port } = new URL(endpoint);
    const secretKey = passwordOf(STORE_READER, STORE_READER);
    const store = new Client({
      endPoint: hostname,
      port: Number(port),
      useSSL: false,
      accessKey: STORE_READER,
      secretKey,
    });
    await denied(store.putObject('lake', 'raw/x', 'x'));
    await denied(store.getObject('lake', 'raw/x'));
    await denied(store.removeObject('lake', 'raw/x'));
    await denied(store.listObjectsV2('lake', 'raw/', true).toArray());
    await denied(store.setBucketPolicy('lake', ''));
    await denied(store.setBucketVersioning('lake', { Status: 'Suspended' } as never));
    await denied(store.removeBucketLifecycle('lake'));
    await denied(store.makeBucket('lake-mine'));
    const users = new MinioAdminClient(endpoint, { region, accessKey: STORE_READER, secretKey });
    await denied(users.setUser(STORE_READER, 'of-my-own-choice'));
    await denied(users.setPolicy(STORE_READER, '{"Version":"2012-10-17","Statement":[]}'));
    await denied(users.attach(STORE_READER, ['consoleAdmin']));
  });
});

describe('with less than that', () => {
  const sees = (prefix: string, operation: AclOperationTypes) => ({
    principal: `User:${READER}`,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    resourceType: AclResourceTypes.TOPIC,
    resourceName: prefix,
    resourcePatternType: ResourcePatternTypes.PREFIXED,
    operation,
  });

  it('a topic that it may not see is named and not called missing; what somebody did is seen, and nothing that was tried above', async () => {
    const taken = [
      sees('gold.', AclOperationTypes.DESCRIBE),
      sees('silver.', AclOperationTypes.DESCRIBE_CONFIGS),
    ];
    await asAdmin(async (admin) => {
      await admin.deleteAcls({ filters: taken });
      await admin.createTopics({ topics: [{ topic: 'bronze.by_hand.v1', numPartitions: 1 }] });
    });
    const { findings, failures, notChecked } = await drift();
    await asAdmin(async (admin) => {
      await admin.createAcls({ acl: taken });
      await admin.deleteTopics({ topics: ['bronze.by_hand.v1'] });
    });
    expect(failures).toEqual([]);
    const found = findings.map((finding) => `${finding.class} ${finding.kind} ${finding.name}`).sort();
    expect(found).toEqual([
      expect.stringMatching(/^missing acl .*drift DESCRIBE TOPIC gold\./),
      expect.stringMatching(/^missing acl .*drift DESCRIBE_CONFIGS TOPIC silver\./),
      'undeclared topic bronze.by_hand.v1',
    ]);
    const hidden = notChecked.filter(({ kind }) => kind === 'topic').map(({ name }) => name);
    expect(hidden).toEqual(expect.arrayContaining(['gold.sla_1m.v1', 'silver.session.v1']));
    expect(hidden.filter((name) => !/^(gold|silver)\./.test(name))).toEqual([]);
  });

  it('a login that is refused is a failure, not a check less', async () => {
    const access = openReader(() => 'not the password');
    try {
      for (const look of [
        () => access.acls().all(),
        () => access.buckets().names(),
        () => access.minioAdmin().userNames(),
      ])
        expect(reasonNotChecked(await failureOf(look()))).toBeUndefined();
    } finally {
      await access.close();
    }
  });
});

function passwordOf(username: string, file = `kafka-${username}`): string {
  const passwordFile = path.join(runLayout(platform.settings.runDir).secrets, file);
  return readPassword({ username, passwordFile });
}

async function asAdmin(work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = adminClient(platform.endpoints).admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Tries to read one record, in the group that a reader may most likely join. */
async function consumeOne(client: ReturnType<typeof scramClient>): Promise<void> {
  const consumer = client.consumer({ groupId: READER });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic: RAW, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.run({ eachMessage: () => Promise.resolve(resolve()) }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
}

async function refused(work: Promise<unknown>): Promise<void> {
  expect(messagesIn(await failureOf(work)).join(' ')).toMatch(/authoriz/i);
}

/** Clients put a broker's refusal into errors of their own, in several ways. */
function messagesIn({ message, errors = [], partitions = [], cause }: Failure): string[] {
  const inner = [...errors, ...partitions.map(({ error }) => error), ...(cause ? [cause] : [])];
  return [message, ...inner.flatMap(messagesIn)];
}

async function denied(work: Promise<unknown>): Promise<void> {
  expect((await failureOf(work)).message).toMatch(/access denied/i);
}

interface Failure extends Error {
  readonly errors?: readonly Failure[];
  readonly partitions?: readonly { readonly error: Failure }[];
  readonly cause?: Failure;
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Failure;
}
