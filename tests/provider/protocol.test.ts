import { PropertyDiff } from '@pulumi/pulumi/proto/provider_pb';
import { DiffResponse } from '@pulumi/pulumi/proto/provider_pb';
import { collect, plainUsersFile, realise } from '../../lab';
import { createFaultyProxy } from './faulty-proxy';
import { adminClient, ingestClient } from '../support/kafka';
import { startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';
import { ProviderProcess, secret, unfinished } from './provider-process';
import type { Properties } from './provider-process';

jest.setTimeout(180_000);

const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
const { UPDATE, UPDATE_REPLACE } = PropertyDiff.Kind;
const SUBJECT = 'naap:registry:Subject';
const CONNECTOR = 'naap:connect:Connector';
const QUERY = 'naap:ksqldb:Query';
const PLAIN_USER = 'naap:kafka:PlainUser';

/** The provider's process, spoken to as Pulumi speaks to it, on the real registry, Connect, engine and broker. */
let platform: TestPlatform;
let provider: ProviderProcess;
let declaredConnector: Properties;

beforeAll(async () => {
  platform = await startTestPlatform({ slot: 8 });
  const { settings, endpoints } = platform;
  const resources = await collect(endpoints, { settings });
  declaredConnector = resources.find(({ type }) => type === CONNECTOR)!.inputs;
  await realise(endpoints, { settings, skip: ['connector', 'query', 'plain-user'] });
  provider = await ProviderProcess.start();
});
afterAll(async () => {
  await provider?.stop();
  await platform?.stop();
});

/** Inputs as `check` gives them on: with every default. */
async function checked(type: string, inputs: Properties): Promise<Properties> {
  const { inputs: all, failures } = await provider.check(type, inputs);
  expect(failures).toEqual([]);
  return all;
}

async function getJson(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

async function send(method: string, url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

describe('the provider', () => {
  it('describes its types with their secrets, and takes secrets', async () => {
    const schema = (await provider.schema()) as {
      resources: Record<string, { inputProperties: Properties }>;
    };
    expect(Object.keys(schema.resources).sort()).toEqual([CONNECTOR, PLAIN_USER, QUERY, SUBJECT].sort());
    expect(schema.resources[SUBJECT]!.inputProperties.password).toEqual({ type: 'string', secret: true });
    expect((await provider.configure({})).getAcceptsecrets()).toBe(true);
  });

  it('says which type it does not know', async () => {
    await expect(provider.check('naap:x:Unknown', {})).rejects.toThrow(
      /"naap:x:Unknown" is unknown.*naap:registry:Subject/,
    );
  });

  it('names no property and no secret in a failure', async () => {
    const password = 'very-secret-password';
    const inputs = { registryUrl: 'http://127.0.0.1:1', subject: '', schema: '{', username: 'u' };
    const { failures } = await provider.check(SUBJECT, {
      ...inputs,
      password: secret(password),
      more: password,
    });
    expect(failures.length).toBeGreaterThanOrEqual(2);
    expect(failures.map(({ property }) => property)).toEqual(failures.map(() => ''));
    expect(JSON.stringify(failures)).not.toContain(password);
    const statements = [{ text: `CREATE STREAM ${password} (a INT WITH;`, properties: {} }];
    const query = { ksqldbUrl: 'http://127.0.0.1:1', object: 'A', statements, username: 'u' };
    const answer = await provider.check(QUERY, { ...query, password: secret(password) });
    expect(answer.failures).toHaveLength(1);
    expect(JSON.stringify(answer.failures)).not.toContain(password);
  });
});

describe('a subject', () => {
  const record = (name: string, ...fields: object[]): string =>
    JSON.stringify({ type: 'record', name, namespace: 'test', fields });
  const a = { name: 'a', type: 'string' };
  const optional = { name: 'b', type: ['null', 'string'], default: null };
  const inputsOf = (subject: string, schema: string): Properties => ({
    registryUrl: platform.endpoints.registry.url,
    subject,
    schema,
  });
  let inputs: Properties;

  it('is made with its rule, and can be read at once', async () => {
    inputs = await checked(SUBJECT, {
      ...inputsOf('made-value', record('Made', a)),
      username: 'someone',
      password: secret('not asked for'),
    });
    expect(inputs).toMatchObject({ schemaType: 'AVRO', compatibility: 'BACKWARD', references: [] });
    const { id, outputs } = await provider.create(SUBJECT, inputs);
    expect(id).toBe('made-value');
    expect(outputs).toMatchObject({ version: 1, schemaId: expect.any(Number) as number });
    expect(outputs.password).toEqual(secret('not asked for'));
    const { url } = platform.endpoints.registry;
    expect(await getJson(`${url}/subjects/made-value/versions/latest`)).toMatchObject({ version: 1 });
    expect(await getJson(`${url}/config/made-value`)).toEqual({ compatibilityLevel: 'BACKWARD' });
  });

  it('does not differ when its schema is only written otherwise', async () => {
    const schema = JSON.stringify(
      { namespace: 'test', name: 'Made', fields: [{ type: { type: 'string' }, name: 'a' }], type: 'record' },
      null,
      2,
    );
    const answer = await provider.diff(SUBJECT, 'made-value', inputs, { ...inputs, schema });
    expect(answer.changes).toBe(DIFF_NONE);
  });

  it('changes in place into a compatible schema, and says which property', async () => {
    const news = { ...inputs, schema: record('Made', a, optional) };
    const answer = await provider.diff(SUBJECT, 'made-value', inputs, news);
    expect(answer).toMatchObject({
      changes: DIFF_SOME,
      diffs: ['schema'],
      replaces: [],
      detailed: { schema: UPDATE },
    });
    expect(await provider.update(SUBJECT, 'made-value', inputs, news)).toMatchObject({ version: 2 });
    inputs = news;
  });

  it('keeps what the registry says when a schema is incompatible', async () => {
    const news = { ...inputs, schema: record('Made', { name: 'c', type: 'int' }) };
    const failure = await provider.update(SUBJECT, 'made-value', inputs, news).catch((error: Error) => error);
    expect((failure as Error).message).toMatch(/subject "made-value".*registry answers HTTP 409/);
  });

  it('is another one under another name', async () => {
    const answer = await provider.diff(SUBJECT, 'made-value', inputs, { ...inputs, subject: 'other-value' });
    expect(answer).toMatchObject({ replaces: ['subject'], detailed: { subject: UPDATE_REPLACE } });
    while (provider.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(provider.log.join('')).toContain('is replaced: a subject has no other name');
  });

  it('shows a rule that was changed by hand, and takes it back', async () => {
    await send('PUT', `${platform.endpoints.registry.url}/config/made-value`, { compatibility: 'NONE' });
    const read = await provider.read(SUBJECT, 'made-value', inputs);
    expect(read.inputs).toEqual({ ...inputs, compatibility: 'NONE' });
    const answer = await provider.diff(SUBJECT, 'made-value', read.inputs, inputs);
    expect(answer.diffs).toEqual(['compatibility']);
    await provider.update(SUBJECT, 'made-value', read.inputs, inputs);
    expect((await provider.read(SUBJECT, 'made-value', inputs)).inputs).toEqual(inputs);
  });

  it('names types of other subjects', async () => {
    const schema = record('Holder', { name: 'made', type: 'test.Made' });
    const references = [{ name: 'test.Made', subject: 'made-value', version: 2 }];
    const holder = await checked(SUBJECT, { ...inputsOf('holder-value', schema), references });
    await provider.create(SUBJECT, holder);
    expect((await provider.read(SUBJECT, 'holder-value', holder)).inputs).toEqual(holder);
    const other = [{ ...references[0]!, version: 1 }];
    const answer = await provider.diff(SUBJECT, 'holder-value', holder, { ...holder, references: other });
    expect(answer.diffs).toEqual(['references']);
  });

  it('is found by its name alone when the provider was told where', async () => {
    await provider.configure({ registryUrl: platform.endpoints.registry.url });
    const { id, inputs: found } = await provider.read(SUBJECT, 'made-value');
    expect(id).toBe('made-value');
    expect(found).toMatchObject({ subject: 'made-value', compatibility: 'BACKWARD' });
    const same = await provider.diff(SUBJECT, 'made-value', found, {
      ...inputs,
      username: undefined,
      password: undefined,
    });
    expect(same.changes).toBe(DIFF_NONE);
    expect((await provider.read(SUBJECT, 'nobody-made-it')).id).toBe('');
  });

  it('goes when it is told to, also twice', async () => {
    const temporary = await checked(SUBJECT, inputsOf('temporary-value', record('Temporary', a)));
    await provider.create(SUBJECT, temporary);
    await provider.delete(SUBJECT, 'temporary-value', temporary);
    await provider.delete(SUBJECT, 'temporary-value', temporary);
    expect((await provider.read(SUBJECT, 'temporary-value', temporary)).id).toBe('');
  });

  it('is made although the registry is not ready at first', async () => {
    const proxy = await createFaultyProxy(platform.endpoints.registry.url, { failures: 3, status: 503 });
    try {
      const late = await checked(SUBJECT, {
        ...inputsOf('late-value', record('Late', a)),
        registryUrl: proxy.url,
      });
      expect((await provider.create(SUBJECT, late)).id).toBe('late-value');
      expect(proxy.failed()).toBe(3);
    } finally {
      await proxy.close();
    }
  });

  it('fails with what the server says, without the password that it repeats', async () => {
    const proxy = await createFaultyProxy(platform.endpoints.registry.url, {
      failures: Number.POSITIVE_INFINITY,
      status: 401,
      message: 'no user has the password hidden-word',
    });
    try {
      const login = { registryUrl: proxy.url, username: 'u', password: secret('hidden-word') };
      const refused = await checked(SUBJECT, { ...inputsOf('x-value', record('X', a)), ...login });
      const failure = await provider.create(SUBJECT, refused).catch((error: Error) => error);
      expect((failure as Error).message).toContain('HTTP 401: no user has the password (secret)');
    } finally {
      await proxy.close();
    }
  });
});

describe('a connector', () => {
  let inputs: Properties;
  const rest = (path: string): string => `${platform.endpoints.connect.critical!.url}/connectors${path}`;
  const status = async (
    name: string,
  ): Promise<{ connector: { state: string }; tasks: { state: string }[] }> =>
    (await getJson(rest(`/${name}/status`))) as never;

  it('is there when it and its tasks run', async () => {
    inputs = await checked(CONNECTOR, declaredConnector);
    expect(inputs.state).toBe('RUNNING');
    const { id, outputs } = await provider.create(CONNECTOR, inputs);
    expect(id).toBe('raw-gateway');
    expect(outputs.tasks).toEqual([{ id: 0, state: 'RUNNING' }]);
    expect((await status(id)).tasks.map(({ state }) => state)).toEqual(['RUNNING']);
    // Made half by a run that was killed: taken over, as it is what is declared.
    expect((await provider.create(CONNECTOR, inputs)).id).toBe('raw-gateway');
  });

  it('of somebody else is not taken over', async () => {
    const other = { ...inputs, config: { ...(inputs.config as object), 'tasks.max': '7' } };
    await expect(provider.create(CONNECTOR, other)).rejects.toThrow(
      /exists already and differs in config\.tasks\.max; take it over with "pulumi import/,
    );
  });

  it.each(['PAUSED', 'STOPPED', 'RUNNING'])('becomes %s in place', async (state) => {
    const news = { ...inputs, state };
    const answer = await provider.diff(CONNECTOR, 'raw-gateway', inputs, news);
    expect(answer).toMatchObject({ diffs: ['state'], replaces: [] });
    await provider.update(CONNECTOR, 'raw-gateway', inputs, news);
    expect((await status('raw-gateway')).connector.state).toBe(state);
    inputs = news;
  });

  it('shows what was changed by hand, setting by setting, and takes it back', async () => {
    const config = {
      ...(inputs.config as Record<string, string>),
      name: 'raw-gateway',
      added: '1',
      'tasks.max': '2',
    };
    await send('PUT', rest('/raw-gateway/config'), config);
    const read = await provider.read(CONNECTOR, 'raw-gateway', inputs);
    const answer = await provider.diff(CONNECTOR, 'raw-gateway', read.inputs, inputs);
    expect(answer.detailed).toEqual({
      'config["tasks.max"]': UPDATE,
      'config["added"]': PropertyDiff.Kind.DELETE,
    });
    await provider.update(CONNECTOR, 'raw-gateway', read.inputs, inputs);
    expect((await provider.read(CONNECTOR, 'raw-gateway', inputs)).inputs).toEqual(inputs);
  });

  it('goes on at the offsets asked for, once for each request', async () => {
    const topic = 'telemetry.gateway.v1';
    const producer = adminClient(platform.endpoints).producer();
    await producer.connect();
    await producer.send({
      topic,
      messages: [1, 2, 3, 4, 5].map((n) => ({ value: `{"n":${n}}`, partition: 0 })),
    });
    await producer.disconnect();
    const partition = { kafka_topic: topic, kafka_partition: 0 };
    const offsetOf = async (): Promise<number | undefined> => {
      const { offsets } = (await getJson(rest('/raw-gateway/offsets'))) as {
        offsets: { partition: Properties; offset: { kafka_offset: number } }[];
      };
      return offsets.find((it) => it.partition.kafka_partition === 0)?.offset.kafka_offset;
    };
    while ((await offsetOf()) !== 5) await new Promise((resolve) => setTimeout(resolve, 300));
    const stopped = { ...inputs, state: 'STOPPED' };
    await provider.update(CONNECTOR, 'raw-gateway', inputs, stopped);
    const to = [{ partition, offset: { kafka_offset: 2 } }];
    const asked = await checked(CONNECTOR, { ...stopped, offsets: { request: 'first', to } });
    expect((await provider.diff(CONNECTOR, 'raw-gateway', stopped, asked)).diffs).toEqual(['offsets']);
    await provider.update(CONNECTOR, 'raw-gateway', stopped, asked);
    expect(await offsetOf()).toBe(2);
    expect((await provider.diff(CONNECTOR, 'raw-gateway', asked, asked)).changes).toBe(DIFF_NONE);
    const again = { ...asked, offsets: { request: 'second', to: 'earliest' } };
    await provider.update(CONNECTOR, 'raw-gateway', asked, again);
    expect(await offsetOf()).toBeUndefined();
    await provider.update(CONNECTOR, 'raw-gateway', again, inputs);
    expect((await status('raw-gateway')).connector.state).toBe('RUNNING');
  });

  it('that cannot work fails with the trace of the worker, and Pulumi learns that it is there', async () => {
    const config = {
      ...(inputs.config as Record<string, string>),
      'iceberg.catalog.uri': 'jdbc:sqlite:/nowhere/at/all.db',
    };
    await provider.delete(CONNECTOR, 'raw-gateway', inputs);
    const failure: unknown = await provider.create(CONNECTOR, { ...inputs, config }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect((failure as Error).message).toMatch(
      /connector "raw-gateway": task 0 failed: .*(SQLite|jdbc|catalog|nowhere)/i,
    );
    expect(unfinished(failure)).toMatchObject({ id: 'raw-gateway', inputs: { state: 'FAILED' } });
    const left = unfinished(failure)!.inputs;
    // What Pulumi does next time: an update of what is there.
    expect((await provider.diff(CONNECTOR, 'raw-gateway', left, inputs)).diffs).toEqual(['config', 'state']);
    await provider.update(CONNECTOR, 'raw-gateway', left, inputs);
    expect((await status('raw-gateway')).tasks.map(({ state }) => state)).toEqual(['RUNNING']);
  });

  it('takes a rebalance (409) for no error', async () => {
    const proxy = await createFaultyProxy(platform.endpoints.connect.critical!.url, {
      failures: 3,
      status: 409,
    });
    try {
      const moved = { ...inputs, connectUrl: proxy.url };
      const read = await provider.read(CONNECTOR, 'raw-gateway', moved);
      expect(read.inputs.state).toBe('RUNNING');
      expect(proxy.failed()).toBe(3);
    } finally {
      await proxy.close();
    }
  });

  it('in another cluster is another one: the old goes first', async () => {
    const answer = await provider.diff(CONNECTOR, 'raw-gateway', inputs, {
      ...inputs,
      connectUrl: 'http://other:8083',
    });
    expect(answer).toMatchObject({ replaces: ['connectUrl'], deleteBeforeReplace: true });
  });

  it('is found by its name alone, and goes', async () => {
    await provider.configure({ connectUrls: platform.endpoints.connect.critical!.url });
    const found = await provider.read(CONNECTOR, 'raw-gateway');
    expect((await provider.diff(CONNECTOR, 'raw-gateway', found.inputs, inputs)).changes).toBe(DIFF_NONE);
    await provider.delete(CONNECTOR, 'raw-gateway', inputs);
    expect((await provider.read(CONNECTOR, 'raw-gateway', inputs)).id).toBe('');
  });
});

describe('a query', () => {
  const inputsOf = (object: string, ...texts: string[]): Properties => ({
    ksqldbUrl: platform.endpoints.ksqldb.url,
    object,
    file: `ksql/${object.toLowerCase()}.sql`,
    statements: texts.map((text) => ({ text, properties: { 'auto.offset.reset': 'earliest' } })),
  });
  const ksql = async (statement: string): Promise<{ queries?: { id: string; state: string }[] }[]> =>
    (await send('POST', `${platform.endpoints.ksqldb.url}/ksql`, {
      ksql: statement,
      streamsProperties: {},
    })) as never;
  const queryIds = async (): Promise<string[]> =>
    (await ksql('SHOW QUERIES;'))[0]!.queries!.map(({ id }) => id);
  const SOURCE =
    "CREATE STREAM s (k STRING KEY, v INT) WITH (KAFKA_TOPIC='silver.s', FORMAT='JSON', PARTITIONS=1);";
  const FILTER =
    "CREATE STREAM f WITH (KAFKA_TOPIC='silver.f', PARTITIONS=1) AS SELECT k, v FROM s WHERE v > 1 EMIT CHANGES;";
  const TOTAL =
    "CREATE TABLE t WITH (KAFKA_TOPIC='gold.t', PARTITIONS=1) AS SELECT k, SUM(v) AS total FROM f GROUP BY k EMIT CHANGES;";
  let source: Properties;
  let filter: Properties;
  let total: Properties;

  beforeAll(() => grantKsqldb(['silver.s', 'silver.f', 'gold.t']));

  async function grantKsqldb(topics: readonly string[]): Promise<void> {
    const admin = adminClient(platform.endpoints).admin();
    await admin.connect();
    const acl = topics.map((resourceName) => ({
      resourceName,
      resourceType: 2,
      resourcePatternType: 3,
      principal: 'User:ksqldb',
      host: '*',
      operation: 2,
      permissionType: 3,
    }));
    await admin.createAcls({ acl });
    await admin.disconnect();
  }

  it('runs when it is made', async () => {
    source = await checked(QUERY, inputsOf('S', SOURCE));
    filter = await checked(QUERY, inputsOf('F', FILTER));
    total = await checked(QUERY, inputsOf('T', TOTAL));
    expect(filter).toMatchObject({ state: 'RUNNING', deleteTopic: false, reads: [] });
    for (const inputs of [source, filter, total]) await provider.create(QUERY, inputs);
    expect((await ksql('SHOW QUERIES;'))[0]!.queries!.map(({ state }) => state)).toEqual([
      'RUNNING',
      'RUNNING',
    ]);
    expect((await provider.read(QUERY, 'T', total)).inputs).toEqual(total);
  });

  it('does not differ when it is only written otherwise', async () => {
    const text =
      "create stream F with (partitions=1, kafka_topic='silver.f') as\n  select S.K, S.V from S -- all\n where (V > 1) emit changes;";
    const statements = [{ text, properties: { 'auto.offset.reset': 'earliest' } }];
    expect((await provider.diff(QUERY, 'F', filter, { ...filter, statements })).changes).toBe(DIFF_NONE);
  });

  it('that only filters changes in place', async () => {
    const news = { ...filter, ...inputsOf('F', FILTER.replace('v > 1', 'v > 5')) };
    const answer = await provider.diff(QUERY, 'F', filter, news);
    expect(answer).toMatchObject({ diffs: ['statements'], replaces: [], detailed: { statements: UPDATE } });
    await provider.update(QUERY, 'F', filter, news);
    expect((await provider.read(QUERY, 'F', news)).inputs).toEqual(news);
    filter = news;
  });

  it('that aggregates is refused, with what to do instead', async () => {
    const news = { ...total, ...inputsOf('T', TOTAL.replace('SUM(v)', 'MAX(v)')) };
    await expect(provider.diff(QUERY, 'T', total, news)).rejects.toThrow(
      /refused query "T": .*cannot be changed in place; declare its next version in ksql\/versions\.yaml/,
    );
  });

  it('shows that it was paused or ended by hand, and makes it run', async () => {
    const [filterId] = (await queryIds()).filter((id) => id.includes('_F_'));
    await ksql(`PAUSE ${filterId};`);
    const paused = await provider.read(QUERY, 'F', filter);
    expect(paused.inputs).toEqual({ ...filter, state: 'PAUSED' });
    expect((await provider.diff(QUERY, 'F', paused.inputs, filter)).diffs).toEqual(['state']);
    await provider.update(QUERY, 'F', paused.inputs, filter);
    expect((await provider.read(QUERY, 'F', filter)).inputs).toEqual(filter);

    const [totalId] = (await queryIds()).filter((id) => id.includes('_T_'));
    await ksql(`TERMINATE ${totalId};`);
    const ended = await provider.read(QUERY, 'T', total);
    expect(ended.inputs.state).toBe('MISSING');
    expect((await provider.diff(QUERY, 'T', ended.inputs, total)).detailed).toEqual({ state: UPDATE });
    await provider.update(QUERY, 'T', ended.inputs, total);
    expect((await provider.read(QUERY, 'T', total)).inputs).toEqual(total);
  });

  it('fails with what the server says, and with its file', async () => {
    const wrong = await checked(
      QUERY,
      inputsOf('W', 'CREATE STREAM w AS SELECT missing FROM s EMIT CHANGES;'),
    );
    await expect(provider.create(QUERY, wrong)).rejects.toThrow(/query "W": ksql\/w\.sql: .*MISSING/i);
    expect((await provider.read(QUERY, 'W', wrong)).id).toBe('');
  });

  it('refuses text that is not ksqlDB before anything is asked', async () => {
    const { failures } = await provider.check(QUERY, inputsOf('W', 'CREATE STRM w;'));
    expect(failures).toHaveLength(1);
    expect(failures[0]!.reason).toContain('ksql/w.sql');
  });

  it('is found by its name alone', async () => {
    await provider.configure({ ksqldbUrl: platform.endpoints.ksqldb.url });
    const { id, inputs } = await provider.read(QUERY, 'T');
    expect(id).toBe('T');
    expect((await provider.diff(QUERY, 'T', inputs, { ...total, file: inputs.file })).changes).toBe(
      DIFF_NONE,
    );
    expect((await provider.read(QUERY, 'NO_SUCH')).id).toBe('');
  });

  it('stays while something that stays reads it', async () => {
    await expect(provider.delete(QUERY, 'F', filter)).rejects.toThrow(
      /F stays: query CTAS_T_\d+ \(writes T\) needs it/,
    );
    expect((await provider.read(QUERY, 'F', filter)).inputs).toEqual(filter);
  });

  it('goes after what reads it, and leaves its topic unless told', async () => {
    await provider.delete(QUERY, 'T', total);
    await provider.delete(QUERY, 'F', { ...filter, deleteTopic: true });
    await provider.delete(QUERY, 'F', filter);
    expect(await queryIds()).toEqual([]);
    const admin = adminClient(platform.endpoints).admin();
    await admin.connect();
    const topics = await admin.listTopics();
    await admin.disconnect();
    expect(topics).toContain('gold.t');
    expect(topics).not.toContain('silver.f');
  });
});

describe('a user of the gateways’ listener', () => {
  let inputs: Properties;
  const login = async (password: string): Promise<void> => {
    const admin = ingestClient(platform.endpoints, 'gateway-9', password).admin();
    try {
      await admin.connect();
    } finally {
      await admin.disconnect();
    }
  };

  it('gets in as soon as it is made, with its password kept secret', async () => {
    const usersFile = plainUsersFile(platform.settings.runDir);
    inputs = await checked(PLAIN_USER, { usersFile, username: 'gateway-9', password: secret('pass=one') });
    expect(inputs.password).toEqual(secret('pass=one'));
    const { outputs } = await provider.create(PLAIN_USER, inputs);
    expect(outputs.password).toEqual(secret('pass=one'));
    await login('pass=one');
  });

  it('changes its password without a restart', async () => {
    const news = { ...inputs, password: secret('two') };
    expect((await provider.diff(PLAIN_USER, 'gateway-9', inputs, news)).diffs).toEqual(['password']);
    await provider.update(PLAIN_USER, 'gateway-9', inputs, news);
    await login('two');
    await expect(login('pass=one')).rejects.toThrow(/authentication/i);
    const stale = await provider.read(PLAIN_USER, 'gateway-9', inputs);
    expect(stale.inputs.password).not.toEqual(inputs.password);
    expect(JSON.stringify(stale)).not.toContain('two');
    inputs = news;
  });

  it('does not get in any more when it is gone', async () => {
    await provider.delete(PLAIN_USER, 'gateway-9', inputs);
    await expect(login('two')).rejects.toThrow(/authentication/i);
    expect((await provider.read(PLAIN_USER, 'gateway-9', inputs)).id).toBe('');
  });
});
