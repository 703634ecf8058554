/**
 * Kills the engine again and again while it works, on a real broker. What its tables and streams hold in the end must be what one
 * undisturbed pass over the events gives: nothing lost, nothing twice.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaBroker } from '../../engine/server/broker/kafka-broker';
import { readRange } from '../../engine/server/broker/broker';
import { killPart, startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';
import { ksql, rows } from './support/http-client';

jest.setTimeout(240_000);

const root = join(__dirname, '../..');
const EVENTS = 30_000;
/** With few keys all state is in memory; many of them, in a memory of 1 MiB, lie on disk. */
const VARIANTS = [
  { name: 'memory', keys: 40, properties: [] },
  { name: 'disk', keys: 8_000, properties: ['ksql.local.state.memory.bytes=1048576'] },
] as const;
type Variant = (typeof VARIANTS)[number];
const PARTITIONS = 3;
const KILLS = 6;
const SEED = Number(process.env['NAAP_TEST_SEED'] ?? Date.now() % 100_000);
const WINDOW_MS = 10_000;

/** Park and Miller's generator: the same seed gives the same moments. */
function randomFrom(seed: number): () => number {
  let state = seed || 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

interface Event {
  readonly key: string;
  readonly group: string;
  readonly amount: number;
  readonly timestamp: number;
}
// Recent: topics drop records that are older than their retention.
const START = Date.now() - EVENTS * 3;
function eventsOf(keys: number): readonly Event[] {
  return Array.from({ length: EVENTS }, (_, i) => ({
    key: `k${(i * 31) % keys}`,
    group: `g${(i * 17) % Math.ceil(keys / 6)}`,
    amount: (i * 13) % 100,
    timestamp: START + i * 3,
  }));
}

const statements = (name: string) => `
CREATE STREAM events (k STRING KEY, grp STRING, amount INT) WITH (KAFKA_TOPIC='events_${name}', VALUE_FORMAT='JSON', PARTITIONS=${PARTITIONS});
CREATE STREAM large WITH (KAFKA_TOPIC='large_${name}', VALUE_FORMAT='JSON') AS SELECT k, grp, amount FROM events WHERE amount >= 50 EMIT CHANGES;
CREATE TABLE windows WITH (KAFKA_TOPIC='windows_${name}') AS SELECT k, COUNT(*) AS n, SUM(amount) AS total FROM large WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 1 DAY) GROUP BY k EMIT CHANGES;
CREATE TABLE keys WITH (KAFKA_TOPIC='keys_${name}') AS SELECT k, COUNT(*) AS n, SUM(amount) AS total FROM events GROUP BY k EMIT CHANGES;
CREATE TABLE groups WITH (KAFKA_TOPIC='groups_${name}') AS SELECT grp, COUNT(*) AS n, SUM(amount) AS total FROM events GROUP BY grp EMIT CHANGES;
`;

describe.each(VARIANTS)('the engine with state in $name, killed at random moments', (variant: Variant) => {
  const events = eventsOf(variant.keys);
  let platform: TestPlatform;
  let broker: KafkaBroker;
  let directory: string;
  let engine: ChildProcess | undefined;
  const base = () => `http://127.0.0.1:${platform.settings.ports.ksqldb}`;

  beforeAll(async () => {
    spawnSync(process.execPath, [join(root, 'tools/build.js')], { stdio: 'inherit' });
    platform = await startTestPlatform({ slot: 2, without: ['connect', 'ksqldb', 'minio', 'registry'] });
    const { bootstrap, admin } = platform.endpoints.kafka;
    const password = readFileSync(admin.passwordFile, 'utf8').trim();
    const [host, port] = bootstrap[0]!.split(':');
    broker = await KafkaBroker.connect([{ host: host!, port: Number(port) }], {
      clientId: 'crash-test',
      sasl: { mechanism: 'SCRAM-SHA-512', username: admin.username, password },
      connectTimeoutMs: 5000,
      requestTimeoutMs: 30_000,
    });
    directory = mkdtempSync(join(tmpdir(), 'naap-crash-'));
    writeFileSync(
      join(directory, 'engine.properties'),
      engineProperties(bootstrap.join(','), admin.username, password),
    );
  });
  afterAll(async () => {
    engine?.kill('SIGKILL');
    await broker?.close();
    await platform?.stop();
    if (directory) rmSync(directory, { recursive: true });
  });

  function engineProperties(bootstrap: string, username: string, password: string): string {
    return [
      `bootstrap.servers=${bootstrap}`,
      'security.protocol=SASL_PLAINTEXT',
      'sasl.mechanism=SCRAM-SHA-512',
      `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${password}";`,
      `listeners=${base()}`,
      `ksql.service.id=crash_${variant.name}_`,
      'ksql.streams.auto.offset.reset=earliest',
      `ksql.streams.state.dir=${join(directory, 'state')}`,
      ...variant.properties,
    ].join('\n');
  }

  async function startEngine(): Promise<void> {
    const child = spawn(
      process.execPath,
      [join(root, 'dist/ksqldb-engine.js'), '--config', join(directory, 'engine.properties')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    engine = child;
    const [first] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
    if (!String(first).includes('ready')) throw new Error(`the engine did not start: ${String(first)}`);
  }

  async function killEngine(): Promise<void> {
    const ended = once(engine!, 'exit');
    engine!.kill('SIGKILL');
    await ended;
  }

  /** Writes the events in small pieces, so that the engine is always in the middle of something. */
  async function feed(): Promise<void> {
    for (let i = 0; i < EVENTS; i += 500) {
      await broker.append(
        events.slice(i, i + 500).map(({ key, group, amount, timestamp }) => ({
          topic: `events_${variant.name}`,
          timestamp,
          key: Buffer.from(key),
          value: Buffer.from(JSON.stringify({ grp: group, amount })),
        })),
      );
      await sleep(60);
    }
  }

  /** Until every query's committed offsets are at the end of what it reads. */
  async function caughtUp(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const lags = await Promise.all(['LARGE', 'WINDOWS', 'KEYS', 'GROUPS'].map(lagOf));
      if (lags.every((lag) => lag === 0)) return;
      if (Date.now() > deadline) throw new Error(`not caught up: ${lags.join(', ')} (seed ${SEED})`);
      await sleep(100);
    }
  }

  async function lagOf(source: string): Promise<number> {
    type Offsets = { offsets: { logEndOffset: number; consumerOffset: number }[] };
    const [answer] = (await ksql(base(), `DESCRIBE ${source} EXTENDED;`)) as [
      { sourceDescription: { queryOffsetSummaries: { topicSummaries: Offsets[] }[] } },
    ];
    const offsets = answer.sourceDescription.queryOffsetSummaries.flatMap(({ topicSummaries }) =>
      topicSummaries.flatMap((t) => t.offsets),
    );
    if (offsets.length === 0) return Infinity;
    return offsets.reduce((sum, { logEndOffset, consumerOffset }) => sum + logEndOffset - consumerOffset, 0);
  }

  async function countRecords(topic: string): Promise<number> {
    const places = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition }));
    const ends = await broker.offsets(places, 'LATEST');
    let count = 0;
    for (const place of places) {
      await readRange(broker, place, { from: 0, to: ends.get(`${topic}/${place.partition}`)! }, (records) => {
        count += records.length;
      });
    }
    return count;
  }

  test(`ends with the tables of an undisturbed run (seed ${SEED})`, async () => {
    const random = randomFrom(SEED);
    await startEngine();
    await ksql(base(), statements(variant.name));
    const feeding = feed();
    for (let i = 0; i < KILLS; i++) {
      await sleep(200 + random() * 600);
      await killEngine();
      await startEngine();
    }
    await feeding;
    await caughtUp();

    const large = events.filter(({ amount }) => amount >= 50);
    expect(await countRecords(`large_${variant.name}`)).toBe(large.length);
    const sortText = (table: unknown[][]) => table.map((row) => JSON.stringify(row)).sort();
    expect(sortText(await rows(base(), 'SELECT grp, n, total FROM groups;'))).toEqual(
      sortText(totals(events, ({ group }) => [group])),
    );
    expect(sortText(await rows(base(), 'SELECT k, n, total FROM keys;'))).toEqual(
      sortText(totals(events, ({ key }) => [key])),
    );
    const windowOf = (timestamp: number) => Math.floor(timestamp / WINDOW_MS) * WINDOW_MS;
    expect(sortText(await rows(base(), 'SELECT k, WINDOWSTART, n, total FROM windows;'))).toEqual(
      sortText(totals(large, ({ key, timestamp }) => [key, windowOf(timestamp)])),
    );
    expect(existsSync(join(directory, 'state'))).toBe(variant.name === 'disk');
    expect(await rows(base(), "SELECT k FROM keys WHERE k >= 'k39' LIMIT 3;")).toHaveLength(
      Math.min(3, new Set(events.map(({ key }) => key).filter((key) => key >= 'k39')).size),
    );
  });

  test('survives a broker that goes away and comes back', async () => {
    await killPart(platform.settings, 'kafka');
    await sleep(500);
    await platform.start();
    await broker.append([
      {
        topic: `events_${variant.name}`,
        timestamp: START,
        key: Buffer.from('after'),
        value: Buffer.from('{"grp":"after","amount":1}'),
      },
    ]);
    const deadline = Date.now() + 60_000;
    for (;;) {
      const found = await rows(base(), "SELECT n FROM groups WHERE grp = 'after';");
      if (found.length > 0) return expect(found).toEqual([[1]]);
      if (Date.now() > deadline) throw new Error('the event after the broker came back was not processed');
      await sleep(200);
    }
  });
});

function totals(items: readonly Event[], groupOf: (event: Event) => unknown[]): unknown[][] {
  const sums = new Map<string, [unknown[], number, number]>();
  for (const event of items) {
    const group = groupOf(event);
    const sum = sums.get(JSON.stringify(group)) ?? [group, 0, 0];
    sum[1]++;
    sum[2] += event.amount;
    sums.set(JSON.stringify(group), sum);
  }
  return [...sums.values()].map(([group, n, total]) => [...group, n, total]);
}
