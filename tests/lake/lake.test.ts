import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'avsc';
import type { Schema } from 'avsc';
import type { Kafka } from 'kafkajs';
import { INSTALL_PARTS, LAKE_READER, install, openStack, runLayout, settle } from '../../lab';
import { GATEWAY_TOPIC } from '../../lab/traffic';
import {
  LakeSession,
  checkTable,
  deadLetterTopics,
  isClean,
  lakeAccess,
  listDeadLetters,
  planRedrive,
  readDeadLetters,
  redrive,
  upkeep,
} from '../../lake';
import type { LakeAccess, PartitionCheck, TableUpkeep } from '../../lake';
import { LAKE_UPKEEP_USER } from '../../stacks/lake-policy';
import { connectorGroup, secretFile } from '../../stacks/names';
import { readSecret } from '../../stacks/secrets';
import { startDeclaredPlatform } from '../faults/declared-platform';
import type { DeclaredPlatform } from '../faults/declared-platform';
import { adminClient } from '../support/kafka';
import { storeClient } from '../support/store';
import { describePostgresCatalog } from './postgres-catalog';

jest.setTimeout(120_000);

const TABLE = 'telemetry.gateway';
const SCRAPES = 'telemetry.orchestrator_scrape';
const SCRAPE_TOPIC = 'telemetry.orchestrator_scrape.v1';
const CONNECTOR = 'raw-gateway';
const DRAINED = { timeoutMs: 60_000, pollMs: 500 };

/** Asks again until nothing is wrong any more; fails with what still is. */
async function until(problem: () => Promise<string | undefined>): Promise<void> {
  const { problem: left } = await settle(problem, (text) => text, DRAINED);
  expect(left).toBeUndefined();
}

/** What the lake says of itself beside what is in the topics: it must notice what is missing, twice, late or refused. */
describe('the lake', () => {
  let platform: DeclaredPlatform;
  let kafka: Kafka;
  let access: LakeAccess;
  let extensions: string;
  /** Between the first records and the second. */
  let between: Date;

  beforeAll(async () => {
    platform = await startDeclaredPlatform({ slot: 7, without: ['ksqldb'], skip: ['query'] });
    kafka = adminClient(platform.endpoints);
    const { environment, declaration } = openStack(platform.settings, 'dev');
    access = lakeAccess(environment, declaration);
    extensions = (await install(platform.settings, LAKE_READER)).folder;
  }, 240_000);
  afterAll(() => platform?.stop(), 60_000);

  const open = (options: { only?: readonly string[]; asOf?: Date } = {}): Promise<LakeSession> =>
    LakeSession.open({ access, extensions, ...options });
  const check = (name: string): Promise<PartitionCheck[]> =>
    checkTable(
      open,
      kafka,
      access.tables.find((table) => table.name === name)!,
    );
  const sum = (checks: readonly PartitionCheck[], of: keyof PartitionCheck): number =>
    checks.reduce((all, it) => all + Number(it[of]), 0);

  async function ask(sql: string, asOf?: Date): Promise<readonly (readonly unknown[])[]> {
    const session = await open({ asOf });
    try {
      return (await session.query(sql)).rows;
    } finally {
      session.close();
    }
  }

  async function produce(topic: string, values: readonly (string | Buffer | null)[]): Promise<void> {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic,
      messages: values.map((value, index) => ({ key: `k${index}`, value, partition: 0 })),
    });
    await producer.disconnect();
  }

  /** A poll as the scraper writes it, in the registry's wire format. */
  async function scrapeEvent(): Promise<Buffer> {
    const answer = await fetch(
      `${platform.endpoints.registry.url}/subjects/${SCRAPE_TOPIC}-value/versions/latest`,
    );
    const { id, schema } = (await answer.json()) as { id: number; schema: string };
    const header = Buffer.alloc(5);
    header.writeInt32BE(id, 1);
    const event = {
      event_id: 'e1',
      source_event_time: 1,
      scrape_time: 1,
      orchestrator_id: 'o1',
      target_id: 't1',
      region: 'unknown',
      event_type: 'runner_health',
      endpoint: 'http://127.0.0.1:1/health',
      outcome: 'heartbeat',
      duration_ms: 1,
    };
    const type = Type.forSchema(JSON.parse(schema) as Schema);
    return Buffer.concat([header, type.toBuffer(type.clone(event, { wrapUnions: true }))]);
  }

  /** Waits until the sinks have taken everything. */
  async function drained(table: string): Promise<PartitionCheck[]> {
    let checks: PartitionCheck[] = [];
    await until(async () => {
      checks = await check(table);
      return sum(checks, 'pending') === 0 && isClean(checks) ? undefined : JSON.stringify(checks);
    });
    return checks;
  }

  /** Moves what the sink believes to have done, as a mistaken operator would. */
  async function moveSink(offset: (done: number) => number): Promise<void> {
    const { url } = platform.endpoints.connect.critical!;
    const call = async (method: string, path: string): Promise<void> => {
      const answer = await fetch(`${url}/connectors/${CONNECTOR}/${path}`, { method });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    };
    await call('PUT', 'stop');
    const admin = kafka.admin();
    await admin.connect();
    const groupId = connectorGroup({ name: CONNECTOR });
    await until(async () => {
      const { groups } = await admin.describeGroups([groupId]);
      return groups[0]!.members.length === 0 ? undefined : 'the sink still runs';
    });
    const [state] = await admin.fetchOffsets({ groupId, topics: [GATEWAY_TOPIC] });
    const done = Number(state!.partitions.find(({ partition }) => partition === 0)!.offset);
    await admin.setOffsets({
      groupId,
      topic: GATEWAY_TOPIC,
      partitions: [{ partition: 0, offset: String(offset(done)) }],
    });
    await admin.disconnect();
    await call('PUT', 'resume');
  }

  test('a table that no record has reached is named, and is no mistake', async () => {
    const session = await open();
    const absent = session.absent.map(({ table }) => table);
    session.close();
    expect(absent).toEqual(access.tables.map(({ name }) => name));
    // The raw ones and those of ksqlDB's objects, which the declaration of connectors does not list.
    expect(absent).toEqual(
      expect.arrayContaining([TABLE, SCRAPES, 'curated.session_v1', 'curated.service_rollup_1m_v1']),
    );
    expect(await check(TABLE)).toEqual([]);
  });

  test('every record is there once, byte for byte', async () => {
    const values = Array.from({ length: 50 }, (_, index) => `{"n": ${index}, "text": "'é'"}`);
    await produce(GATEWAY_TOPIC, values);
    const checks = await drained(TABLE);
    expect(checks).toMatchObject([{ partition: 0, rows: 50, missing: 0, twice: 0, first: '0', last: '49' }]);
    expect(await ask(`SELECT value FROM ${TABLE} ORDER BY kafka."offset"`)).toEqual(values.map((it) => [it]));
    between = new Date();
    await sleep(1_000);
  });

  test('what a sink cannot read is accounted for by its dead letter, and a record without a value as empty', async () => {
    await produce(SCRAPE_TOPIC, ['no avro', null, await scrapeEvent()]);
    const checks = await drained(SCRAPES);
    expect(checks).toMatchObject([{ rows: 1, deadLettered: 1, empty: 1, missing: 0, twice: 0 }]);
  });

  test('as of a time before the last commit, the later rows are not there', async () => {
    await produce(GATEWAY_TOPIC, ['later']);
    await drained(TABLE);
    expect(await ask(`SELECT count(*) FROM ${TABLE}`)).toEqual([['51']]);
    expect(await ask(`SELECT count(*) FROM ${TABLE}`, between)).toEqual([['50']]);
  });

  test('records that the sink has skipped are missing, with their offsets', async () => {
    await moveSink((done) => done + 2);
    await produce(GATEWAY_TOPIC, ['skipped 1', 'skipped 2', 'taken']);
    await until(async () =>
      (await ask(`SELECT 1 FROM ${TABLE} WHERE value = 'taken'`)).length === 1 ? undefined : 'not yet',
    );
    expect(await check(TABLE)).toMatchObject([{ missing: 2, missingAt: ['51', '52'], twice: 0 }]);
  });

  test('records that the sink has taken again are there twice, with their offsets', async () => {
    await moveSink((done) => done - 1);
    await produce(GATEWAY_TOPIC, ['after']);
    await until(async () =>
      (await ask(`SELECT 1 FROM ${TABLE} WHERE value = 'after'`)).length === 1 ? undefined : 'not yet',
    );
    expect(await check(TABLE)).toMatchObject([{ missing: 2, twice: 1, twiceAt: ['53'] }]);
  });

  test('upkeep leaves one file of many, keeps every row, lets the sink go on, and removes what belongs to no snapshot', async () => {
    const before = await ask(`SELECT value, kafka FROM ${TABLE} ORDER BY ALL`);
    const orphan = 'raw/telemetry/gateway/left-behind.parquet';
    await storeClient(platform.endpoints).putObject(access.bucket, orphan, 'not of any snapshot');
    await sleep(1_100);
    const [report] = await keep();
    expect(report!.error).toBeUndefined();
    expect(report!.after).toMatchObject({ files: 1, rows: before.length });
    // The stopped sink may have left some of its own.
    expect(report!.orphans).toBeGreaterThan(0);
    expect(report!.before!.files).toBeGreaterThan(2);
    expect(report!.expiredSnapshots).toBeGreaterThan(0);
    expect(await ask(`SELECT value, kafka FROM ${TABLE} ORDER BY ALL`)).toEqual(before);
    await expect(storeClient(platform.endpoints).statObject(access.bucket, orphan)).rejects.toThrow(
      /Not Found/,
    );

    // A sink that starts anew finds its place in the snapshots that are left.
    await moveSink((done) => done);
    await produce(GATEWAY_TOPIC, ['after the upkeep']);
    await until(async () =>
      (await ask(`SELECT 1 FROM ${TABLE} WHERE value = 'after the upkeep'`)).length === 1
        ? undefined
        : 'not yet',
    );
    expect(await check(TABLE)).toMatchObject([{ missing: 2, twice: 1, rows: before.length + 1 }]);
  });

  /** Upkeep of the gateway's table, with nothing kept for its age. */
  async function keep(): Promise<TableUpkeep[]> {
    const sink = INSTALL_PARTS.find(({ name }) => name === 'iceberg-sink')!;
    const { folder } = await install(platform.settings, sink);
    const { secrets } = runLayout(platform.settings.runDir);
    return upkeep({
      access: { ...access, tables: access.tables.filter(({ name }) => name === TABLE) },
      login: {
        username: LAKE_UPKEEP_USER,
        password: readSecret(`file:${path.join(secrets, secretFile.lake(LAKE_UPKEEP_USER))}`),
      },
      jars: path.join(folder, 'lib'),
      root: platform.settings.root,
      rules: { targetBytes: 1_000_000, minFiles: 2, keepSnapshotsMs: 0, keepSnapshots: 1, orphansMs: 1_000 },
      dryRun: false,
      onTable: () => undefined,
    });
  }

  describe('its dead letters', () => {
    const topics = (): ReturnType<typeof deadLetterTopics> => deadLetterTopics(platform.declaration);

    test('are counted by reason and shown with origin and bytes', async () => {
      const [group] = await listDeadLetters(kafka, topics(), {});
      expect(group).toMatchObject({
        topic: 'dlq.raw-orchestrator-scrape.v1',
        by: 'raw-orchestrator-scrape',
        count: 1,
        redriven: 0,
      });
      const [letter] = await readDeadLetters(kafka, topics(), { reason: group!.reason, topic: SCRAPE_TOPIC });
      expect(letter).toMatchObject({
        origin: { topic: SCRAPE_TOPIC, partition: 0, offset: 0n },
        redriven: false,
      });
      expect(letter!.value!.toString()).toBe('no avro');
      expect(await readDeadLetters(kafka, topics(), { until: letter!.time })).toEqual([]);
      expect(await readDeadLetters(kafka, topics(), { reason: 'other' })).toEqual([]);
    });

    test('go back where they came from, each once, and come again when they are still wrong', async () => {
      const { send, refused } = planRedrive(
        await readDeadLetters(kafka, topics(), { topic: SCRAPE_TOPIC }),
        {},
      );
      expect([send.length, refused.length]).toEqual([1, 0]);
      await redrive(kafka, send);
      await until(async () => {
        const [group] = await listDeadLetters(kafka, topics(), { topic: SCRAPE_TOPIC });
        return group?.count === 2 ? undefined : `${group?.count} dead letters`;
      });
      const left = await readDeadLetters(kafka, topics(), { topic: SCRAPE_TOPIC });
      expect(left.map(({ offset }) => offset)).not.toContain(send[0]!.offset);
      expect(left).toHaveLength(1);
      expect(await readDeadLetters(kafka, topics(), { topic: SCRAPE_TOPIC, redriven: true })).toHaveLength(2);
    });
  });

  describePostgresCatalog(() => platform);
});
