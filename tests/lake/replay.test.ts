import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStack, pullQuery, settle } from '../../lab';
import { GATEWAY_TOPIC, generateTraffic, trafficOptions } from '../../lab/traffic';
import type { TrafficRecord } from '../../lab/traffic';
import { isClean, planReplay, replay } from '../../lake';
import type { LakeSession, ReplayPlan, ReplayResult } from '../../lake';
import { sinkLag } from '../../lake/lag';
import { heldRanges, readTopics } from '../../resources/kafka/read-topics';
import type { TopicRecord } from '../../resources/kafka/read-topics';
import type { SqlObject } from '../../resources/query/sql-files';
import { effectiveDeclaration } from '../../stacks/effective-declaration';
import { playAll } from '../e2e/play-fixture';
import { startDeclaredPlatform } from '../faults/declared-platform';
import type { DeclaredPlatform } from '../faults/declared-platform';
import { naapCommand, ROOT } from '../support/cli';
import { compareTable } from './compare-rows';
import { compareLatest, compareWithTopic } from './curated-rows';
import type { CuratedComparison } from './curated-rows';
import { SCRAPE_TOPIC, evolveDrill } from './evolve-drill';
import { killDrill } from './kill-drill';
import { lakeSetting } from './lake-setting';
import type { LakeSetting } from './lake-setting';
import { startSecondEngine } from './second-engine';
import type { SecondEngine } from './second-engine';

jest.setTimeout(240_000);

const GATEWAY = 'telemetry.gateway';
/**
 * It judges each change of a minute, also rows that are there for a moment (a session whose orchestrator is not known yet), and which of
 * them it sees follows the commits of what it reads: two live runs differ here as well.
 */
const JUDGES_CHANGES = /^SERVICE_CONDITION_/;
/** Records a second: slow enough for what is joined to be there before what it is joined to, as in the order of their times. */
const PACE = 1_500;
const replayOf = (topic: string): string => `${topic}.replay`;
/** A record without its offset: a replay's transactions leave marks between records. */
const content = ({ partition, timestamp, key, value }: TopicRecord): unknown => ({
  partition,
  timestamp,
  key: key?.toString('hex') ?? null,
  value: value?.toString('hex') ?? null,
});
const inPartitionOrder = (records: readonly TopicRecord[]): readonly unknown[] =>
  [...records].sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset)).map(content);

/** What the lake gives back, and what it keeps when something dies. */
describe('replay from the lake', () => {
  let platform: DeclaredPlatform;
  let lake: LakeSetting;
  let gateway: readonly TopicRecord[];
  const startedAt = Date.now() - 60_000;
  /** From here on no record tells of the inventory. */
  let eventsFrom: number;
  let inventory: string;

  beforeAll(async () => {
    platform = await startDeclaredPlatform({ slot: 7 });
    lake = await lakeSetting(platform);
    // The inventory first, and the events when it is known: what a join finds there does not depend on who was faster then.
    const records = recentTraffic();
    const isInventory = ({ value }: { readonly value: Buffer }): boolean =>
      value.toString().includes('"type":"network_capabilities"');
    await playAll(platform.endpoints, platform.gateways, records.filter(isInventory), PACE);
    inventory = await settledInventory(platform.endpoints.ksqldb.url);
    eventsFrom = Date.now();
    const events = records.filter((record) => !isInventory(record));
    await playAll(platform.endpoints, platform.gateways, events, PACE);
    await lake.drained(GATEWAY);
    gateway = await lake.records(GATEWAY_TOPIC);
  }, 400_000);
  afterAll(() => platform?.stop(), 60_000);

  async function withPlan<T>(
    families: readonly string[],
    to: string,
    work: (plan: ReplayPlan, run: (rate?: number) => Promise<ReplayResult>) => Promise<T>,
    { from = startedAt, to: until = Date.now() }: { readonly from?: number; readonly to?: number } = {},
  ): Promise<T> {
    const session = await lake.open();
    const admin = lake.kafka.admin();
    await admin.connect();
    try {
      const plan = await planReplay(
        { session, admin, registry: lake.registry },
        {
          tables: lake.access.tables,
          families,
          range: { from, to: until },
          to,
          allowed: [],
          defaults: { partitions: 4, replicationFactor: 1, maxMessageBytes: 1_048_576 },
        },
      );
      return await work(plan, (rate) => replay({ kafka: lake.kafka, admin, session, plan, rate }));
    } finally {
      session.close();
      await admin.disconnect();
    }
  }

  test('gives back every record in its partition and order, with its time, its key and its bytes', async () => {
    const result = await withPlan(['gateway'], '{topic}.replay', (_plan, run) => run());
    expect(result).toMatchObject({ sent: gateway.length, outOfOrder: 0, isInterrupted: false });
    const replayed = await lake.records(replayOf(GATEWAY_TOPIC), gateway.length);
    const withoutKeys = replayed.filter(({ key }) => key === null);
    const keyless = new Set(withoutKeys.map(({ value }) => value!.toString('hex')));
    // The key is that of the envelope: what has none there cannot get it back.
    const expected = gateway.map((record) =>
      keyless.has(record.value!.toString('hex')) ? { ...record, key: null } : record,
    );
    expect(inPartitionOrder(replayed)).toEqual(inPartitionOrder(expected));
    expect(withoutKeys).toHaveLength(result.withoutKey);
    expect(withoutKeys.length).toBeLessThan(gateway.length / 100);
  });

  test('a family alone has the records of that family', async () => {
    await withPlan(['ai_stream_status'], 'samples.replay', (_plan, run) => run());
    const samples = gateway.filter(({ value }) => value!.toString().includes('"type":"ai_stream_status"'));
    expect(inPartitionOrder(await lake.records('samples.replay', samples.length))).toEqual(
      inPartitionOrder(samples),
    );
  });

  test.each(['gzip', 'snappy', 'lz4', 'zstd'])('is read whatever compressed it: %s', async (codec) => {
    const topic = `${codec}.replay`;
    const admin = lake.kafka.admin();
    await admin.connect();
    // The broker compresses what comes in, whatever the producer did.
    const configEntries = [{ name: 'compression.type', value: codec }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] });
    await admin.disconnect();
    const producer = lake.kafka.producer();
    await producer.connect();
    const values = gateway.slice(0, 300).map(({ value }) => value);
    await producer.send({ topic, messages: values.map((value) => ({ value })) });
    await producer.disconnect();
    expect((await lake.records(topic)).map(({ value }) => value)).toEqual(values);
  });

  test('kill -9 in its midst: the same command goes on, and each record is there once', async () => {
    const to = 'killed.replay';
    const first = command([...between(), '--to', to, '--rate', '3000', '--json']);
    await first.progress();
    first.process.kill('SIGKILL');
    await first.ended;
    const before = (await lake.records(to)).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(gateway.length);
    const second = command([...between(), '--to', to, '--json']);
    expect(await second.ended).toBe(0);
    const result = second.lines().find(({ type }) => type === 'result')!;
    expect(result).toMatchObject({ sent: gateway.length, isComplete: true });
    expect(result.sentNow).toBeLessThan(gateway.length);
    const replayed = await lake.records(to, gateway.length);
    expect(inPartitionOrder(replayed.map(withoutKey))).toEqual(inPartitionOrder(gateway.map(withoutKey)));
  });

  const withoutKey = (record: TopicRecord): TopicRecord => ({ ...record, key: null });
  let asked: readonly string[] | undefined;
  /** The same command twice: the end must be the same, too. */
  const between = (): readonly string[] =>
    (asked ??= [
      ...['replay', '--from', 'lake', '--family', 'gateway'],
      ...['--between', new Date(startedAt).toISOString(), new Date().toISOString()],
    ]);

  function command(args: readonly string[]) {
    const { runDir } = platform.settings;
    const child = spawn(process.execPath, naapCommand(args), {
      cwd: ROOT,
      env: { ...process.env, NAAP_RUN_DIR: runDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const lines = (): { readonly type: string; readonly sentNow?: number }[] =>
      out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { type: string; sentNow?: number });
    const progress = async (): Promise<void> => {
      while (!lines().some(({ type }) => type === 'progress') && child.exitCode === null) await sleep(50);
    };
    return { process: child, ended, lines, progress };
  }

  describe('a rollup that is rebuilt from the lake alone', () => {
    let second: SecondEngine;
    let objects: readonly SqlObject[];
    afterAll(() => second?.stop());

    test('has the same rows as the live one, in every table of gold', async () => {
      const { environment, declaration } = openStack(platform.settings, 'dev');
      objects = effectiveDeclaration({ environment, declaration }).queries;
      const raw = new Set(
        lake.access.tables.filter(({ layer }) => layer === 'raw').flatMap(({ topics }) => topics),
      );
      await emptyTopics([...raw].map(rebuildOf));
      second = await startSecondEngine(platform, objects, (topic) =>
        raw.has(topic) ? rebuildOf(topic) : `rebuild.${topic}`,
      );
      const replayTo = rebuildOf('{topic}');
      await withPlan(['gateway'], replayTo, (_plan, run) => run(PACE), { to: eventsFrom });
      expect(await settledInventory(second.url)).toEqual(inventory);
      await withPlan(['gateway'], replayTo, (_plan, run) => run(PACE), { from: eventsFrom });
      const { problem, value } = await settle(compareGold, (it) => it.differences[0], {
        timeoutMs: 90_000,
        pollMs: 1_000,
      });
      expect(problem).toBeUndefined();
      expect(value.tables).toBeGreaterThan(3);
      expect(value.rows).toBeGreaterThan(100);
    });

    const rebuildOf = (topic: string): string => `${topic}.rebuild.replay`;

    /** The SQL reads all of them: to some nothing has come here. */
    async function emptyTopics(topics: readonly string[]): Promise<void> {
      const admin = lake.kafka.admin();
      await admin.connect();
      await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 4 })) });
      await admin.disconnect();
    }

    /** Every table of gold that a reader may ask, row by row. */
    async function compareGold() {
      const tables = objects
        .filter(
          ({ layer, header, statements }) =>
            layer === 'gold' && header.entries.serving === 'yes' && isTable(statements[0]!.text),
        )
        .filter(({ name }) => !JUDGES_CHANGES.test(name));
      const differences: string[] = [];
      let rows = 0;
      for (const { name } of tables) {
        const compared = await compareTable(platform.endpoints.ksqldb.url, second.url, name);
        rows += compared.same;
        differences.push(...compared.differences);
      }
      if (rows === 0) differences.push('no rows yet');
      return { tables: tables.length, rows, differences };
    }
  });

  describe('a curated table', () => {
    test.each([
      ['stream', 'curated.service_sample'],
      ['table', 'curated.session_v1'],
      ['table that takes rows back', 'curated.service_1m_v1'],
      ['windowed table', 'curated.service_rollup_1m_v1'],
    ])('of a %s has every record as a row, with its key, its window and its values', async (_sort, name) => {
      await untilEqual(name, async (session) => {
        const table = lake.table(name);
        return compareWithTopic(session, lake.registry, table, await lake.records(table.topics[0]!));
      });
      expect(isClean(await lake.check(name))).toBe(true);
    });

    test.each(['session_v1', 'service_1m_v1', 'sla_1m_v1'])(
      'has as the newest rows of %s what ksqlDB answers',
      (name) =>
        untilEqual(`curated.${name}`, (session) =>
          compareLatest(session, platform.endpoints.ksqldb.url, lake.table(`curated.${name}`)),
        ),
    );

    test('answers under the name without its version', async () => {
      const session = await lake.open({ only: ['curated.service_rollup_1m_v1'] });
      const count = async (object: string): Promise<unknown> =>
        (await session.query(`SELECT count(*) FROM latest.${object}`)).rows;
      expect(await count('service_rollup_1m')).toEqual(await count('service_rollup_1m_v1'));
      session.close();
    });

    test('is behind by nothing when all is there, though its topic ends in the marks of transactions', async () => {
      const tables = ['curated.session_v1', 'curated.service_rollup_1m_v1'].map((name) => lake.table(name));
      const { problem } = await settle(
        () => sinkLag(lake.kafka, tables),
        (lags) => (sum(lags.values()) === 0 ? undefined : JSON.stringify([...lags])),
        { timeoutMs: 60_000, pollMs: 1_000 },
      );
      expect(problem).toBeUndefined();
      // By offsets alone it would be behind for ever.
      expect(await openOffsets(tables.map(({ topics }) => topics[0]!))).toBeGreaterThan(0);
    });

    /** Offsets after the last record of each partition. */
    async function openOffsets(topics: readonly string[]): Promise<number> {
      const held = await heldRanges(lake.kafka, topics);
      const last = new Map<string, bigint>();
      await readTopics(lake.kafka, held, ({ topic, partition, offset }) => {
        last.set(`${topic}/${partition}`, offset + 1n);
      });
      return sum(
        [...held].flatMap(([topic, partitions]) =>
          [...partitions].map(([partition, { from, to }]) =>
            Number(to - (last.get(`${topic}/${partition}`) ?? from)),
          ),
        ),
      );
    }

    test('begins with a row that was deleted, where that is the first it hears', async () => {
      const start = Date.UTC(2026, 0, 1, 12, 34);
      const window = Buffer.alloc(8);
      window.writeBigInt64BE(BigInt(start));
      await deleteRow('gold.gpu_health.v1', Buffer.from('GPU-gone'));
      await deleteRow('gold.gpu_rollup_1m.v1', Buffer.concat([Buffer.from('gpu|gone'), window]));
      const [health, rollup] = ['curated.gpu_health_v1', 'curated.gpu_rollup_1m_v1'] as const;
      const bounds = 'epoch_ms(_window_start), epoch_ms(_window_end)';
      for (const name of [health, rollup])
        await untilEqual(name, async (session) => {
          const { rows } = await session.query(`SELECT 1 FROM ${name}`);
          return { rows: rows.length, differences: [] };
        });
      const session = await opened([health, rollup]);
      const rows = async (sql: string): Promise<unknown> => (await session.query(sql)).rows;
      expect(await rows(`SELECT _key, _deleted FROM ${health}`)).toEqual([['GPU-gone', true]]);
      expect(await rows(`SELECT _key, ${bounds}, _deleted FROM ${rollup}`)).toEqual([
        ['gpu|gone', String(start), String(start + 60_000), true],
      ]);
      expect(await rows('SELECT * FROM latest.gpu_health')).toEqual([]);
      expect(await rows('SELECT * FROM latest.gpu_rollup_1m')).toEqual([]);
      session.close();
    });

    /** Until the sink has taken what ksqlDB has made, and nothing differs. */
    async function untilEqual(
      name: string,
      compare: (session: LakeSession) => Promise<CuratedComparison>,
    ): Promise<void> {
      const { problem } = await settle(
        async () => {
          const session = await opened([name]);
          try {
            return await compare(session);
          } finally {
            session.close();
          }
        },
        ({ rows, differences }) => (rows === 0 ? 'no rows' : differences[0]),
        { timeoutMs: 120_000, pollMs: 1_000 },
      );
      expect(problem).toBeUndefined();
    }

    /** The lake once it has these tables. */
    async function opened(only: readonly string[]): Promise<LakeSession> {
      for (let attempt = 0; ; attempt++) {
        const session = await lake.open({ only });
        if (session.absent.length === 0) return session;
        session.close();
        if (attempt === 30) throw new Error(session.absent.map(({ reason }) => reason).join());
        await sleep(1_000);
      }
    }

    async function deleteRow(topic: string, key: Buffer): Promise<void> {
      const producer = lake.kafka.producer();
      await producer.connect();
      await producer.send({ topic, messages: [{ key, value: null }] });
      await producer.disconnect();
    }
  });

  describe('a sink', () => {
    test('takes a new version of a schema under load: nothing is lost, the new column is there, and it replays with the same bytes', async () => {
      const result = await evolveDrill(lake, { versions: 1, records: 200, batch: 1 });
      expect(result).toMatchObject({ sent: 400, isClean: true, filled: { added_later_1: 200 } });
      expect(sum(result.checks.map(({ rows, deadLettered }) => rows + deadLettered))).toBe(400);
      // Its rollup has keys of two columns.
      const polls = lake.table('curated.scrape_availability_1m_v1');
      await lake.drained(polls.name);
      const curated = await lake.open({ only: [polls.name] });
      const records = await lake.records(polls.topics[0]!);
      const { rows: windows, differences } = await compareWithTopic(curated, lake.registry, polls, records);
      curated.close();
      expect(differences).toEqual([]);
      expect(windows).toBeGreaterThan(0);

      const { ambiguous } = await withPlan([SCRAPE_TOPIC], 'scrapes.replay', (_plan, run) => run());
      expect(ambiguous).toBe(200);
      const original = await lake.records(SCRAPE_TOPIC);
      expect(inPartitionOrder(await lake.records('scrapes.replay', original.length))).toEqual(
        inPartitionOrder(original),
      );
    });

    test('and the store die at any moment: the lake is whole afterwards', async () => {
      const result = await killDrill({
        platform,
        setting: lake,
        table: GATEWAY,
        topic: GATEWAY_TOPIC,
        victims: ['connect', 'minio'],
        random: Math.random,
      });
      expect(result).toMatchObject({ isClean: true });
      const rows = result.checks.reduce((sum, it) => sum + it.rows, 0);
      expect(rows).toBe(gateway.length + result.sent);
    });
  });
});

const sum = (numbers: Iterable<number | null>): number =>
  [...numbers].reduce<number>((all, it) => all + (it ?? 0), 0);

const isTable = (text: string): boolean =>
  /^CREATE\s+(OR\s+REPLACE\s+)?TABLE\b[\s\S]*\bAS\s+SELECT\b/i.test(text);

/** What the inventory holds, when it has rows and no more come; not when each was last told of. */
async function settledInventory(url: string): Promise<string> {
  let before = '';
  for (;;) {
    const { rows } = await pullQuery(url, 'SELECT * FROM inventory_v1;');
    const now = JSON.stringify(rows.map(([key]) => String(key)).sort());
    if (rows.length > 0 && now === before) return now;
    before = now;
    await sleep(1_500);
  }
}

/**
 * Half an hour of a network. Days in seconds would close windows as fast as partitions are read, which is another order in each run;
 * here no window closes.
 */
function recentTraffic(): TrafficRecord[] {
  const options = { seed: 7, startMs: Date.now() - 40 * 60_000, durationMs: 30 * 60_000, eventsPerSecond: 4 };
  return [...generateTraffic(trafficOptions(options))];
}
