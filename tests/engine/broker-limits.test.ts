/**
 * The engine on a real broker that is reached through TLS: every compression that producers use, and records that the broker refuses.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from '../../engine/server/bootstrap';
import type { RunningEngine } from '../../engine/server/bootstrap';
import { setPlainUsers } from '../../lab';
import { startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';
import { ksql, rows } from './support/http-client';

jest.setTimeout(180_000);

const PASSWORD = 'only-in-this-test';
const LIMIT_BYTES = 4096;

let platform: TestPlatform;
let engine: RunningEngine;
let directory: string;
const base = () => `http://127.0.0.1:${platform.settings.ports.ksqldb}`;

/** Stock's names: PLAIN over TLS, the authority as a PEM file. */
function properties(overrides: Readonly<Record<string, string>> = {}): string {
  const { bootstrap, caFile } = platform.endpoints.kafka.ingest;
  const login = `org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="${PASSWORD}";`;
  return Object.entries({
    'bootstrap.servers': bootstrap.join(','),
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': login,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': caFile,
    listeners: base(),
    'ksql.service.id': 'limits_',
    'ksql.streams.auto.offset.reset': 'earliest',
    'ksql.streams.state.dir': directory,
    ...overrides,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'naap-limits-'));
  platform = await startTestPlatform({ slot: 4, without: ['connect', 'ksqldb', 'minio', 'registry'] });
  await setPlainUsers(platform.settings, { admin: PASSWORD });
  engine = await startEngine({
    text: properties(),
    memory: false,
    log: () => undefined,
    brokerWaitMs: 30_000,
  });
});
afterAll(async () => {
  await engine?.stop();
  await platform?.stop();
  rmSync(directory, { recursive: true });
});

async function eventually<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (isDone(answer) || Date.now() > deadline) return answer;
    await sleep(100);
  }
}

async function write(topic: string, values: readonly object[]): Promise<void> {
  await engine.broker.append(
    values.map((value, i) => ({
      topic,
      timestamp: Date.now(),
      key: Buffer.from(`k${i % 10}`),
      value: Buffer.from(JSON.stringify(value)),
    })),
  );
}

const topicOf = (name: string, configs: Readonly<Record<string, string>>) => ({
  name,
  partitions: 1,
  replicas: 1,
  configs,
});

test('without the authority that signed the certificate no connection is made', async () => {
  const text = properties({ 'ssl.truststore.location': '', listeners: 'http://127.0.0.1:0' });
  await expect(startEngine({ text, memory: false, log: () => undefined, brokerWaitMs: 500 })).rejects.toThrow(
    /certificate/,
  );
});

test.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads batches that are compressed with %s', async (codec) => {
  const topic = `compressed_${codec}`;
  // The broker compresses what comes in, whatever the producer did.
  await engine.broker.createTopics([topicOf(topic, { 'compression.type': codec })]);
  const note = 'the same words again and again '.repeat(20);
  await write(
    topic,
    Array.from({ length: 1000 }, (_, i) => ({ amount: i, note })),
  );
  await ksql(
    base(),
    `CREATE STREAM in_${codec} (k STRING KEY, amount INT, note STRING) WITH (KAFKA_TOPIC='${topic}', VALUE_FORMAT='JSON');
     CREATE TABLE sum_${codec} AS SELECT k, COUNT(*) AS n, SUM(amount) AS total, MAX(LEN(note)) AS size FROM in_${codec} GROUP BY k;`,
  );
  const sql = `SELECT n, total, size FROM sum_${codec} WHERE k = 'k3';`;
  const found = await eventually(
    () => rows(base(), sql),
    ([row]) => row?.[0] === 100,
  );
  expect(found).toEqual([[100, 49_800, note.length]]);
});

test('a record that the broker will never take stops its query, and no other', async () => {
  await engine.broker.createTopics([
    topicOf('orders', {}),
    topicOf('narrow', { 'max.message.bytes': String(LIMIT_BYTES) }),
  ]);
  await ksql(
    base(),
    `CREATE STREAM orders (k STRING KEY, amount INT) WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='JSON');
     CREATE STREAM narrow WITH (KAFKA_TOPIC='narrow') AS SELECT k, RPAD('x', amount, 'x') AS text FROM orders;
     CREATE TABLE counts AS SELECT k, COUNT(*) AS n FROM orders GROUP BY k;`,
  );
  // Together more than the topic takes in one batch, each of them less.
  await write(
    'orders',
    Array.from({ length: 200 }, () => ({ amount: 500 })),
  );
  const written = async () =>
    [...(await engine.broker.offsets([{ topic: 'narrow', partition: 0 }], 'LATEST')).values()][0]!;
  expect(await eventually(written, (offset) => offset >= 200)).toBeGreaterThanOrEqual(200);
  expect(await stateOf('NARROW')).toBe('RUNNING');

  await write('orders', [{ amount: 3 * LIMIT_BYTES }]);
  expect(
    await eventually(
      () => stateOf('NARROW'),
      (state) => state === 'ERROR',
    ),
  ).toBe('ERROR');
  const [{ queryDescription }] = (await ksql(base(), `EXPLAIN ${await idOf('NARROW')};`)) as [
    { queryDescription: { queryErrors: { errorMessage: string; type: string }[] } },
  ];
  expect(queryDescription.queryErrors).toEqual([
    expect.objectContaining({
      type: 'USER',
      errorMessage: expect.stringContaining('MESSAGE_TOO_LARGE') as string,
    }),
  ]);

  await write('orders', [{ amount: 1 }]);
  const count = () => rows(base(), "SELECT n FROM counts WHERE k = 'k0';");
  expect(await eventually(count, ([row]) => row?.[0] === 22)).toEqual([[22]]);
  expect(await stateOf('COUNTS')).toBe('RUNNING');
});

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly sinks: readonly string[];
}

async function queryOf(sink: string): Promise<Listed> {
  const [{ queries }] = (await ksql(base(), 'SHOW QUERIES;')) as [{ queries: Listed[] }];
  return queries.find(({ sinks }) => sinks.includes(sink))!;
}
const stateOf = async (sink: string): Promise<string> => (await queryOf(sink)).state;
const idOf = async (sink: string): Promise<string> => (await queryOf(sink)).id;
