import path from 'node:path';
import { INSTALL_PARTS, install, realise, runLayout, settle, writePrivateFile } from '../../lab';
import { isClean, upkeep } from '../../lake';
import { LAKE_UPKEEP_USER } from '../../stacks/lake-policy';
import { secretFile } from '../../stacks/names';
import { readSecret } from '../../stacks/secrets';
import { UPKEEP_RULES } from '../../stacks/upkeep-job';
import type { DeclaredPlatform } from '../faults/declared-platform';
import { copyProject } from '../plan/project';
import type { Project } from '../plan/project';
import { findPostgres, startPostgres } from '../support/postgres';
import type { PostgresServer } from '../support/postgres';
import { avroWriter, lakeSetting } from './lake-setting';
import type { LakeSetting } from './lake-setting';

const TABLE = 'telemetry.job_results';
const TOPIC = 'telemetry.job_results.v1';
const USERNAME = 'iceberg';
/** Characters that have a meaning in a URI, in a connection string and in a properties file. */
const PASSWORD = `a b'c\\d=e&f#g%h`;
/** Above those of the platform's parts. */
const PORT_OFFSET = 580;
const BATCHES = 3;
const BATCH = 4;

/** The catalog that prod declares, on a platform that had another: the sinks, the reader, the check and the upkeep find their tables there. */
export function describePostgresCatalog(platformOf: () => DeclaredPlatform): void {
  const programs = findPostgres();
  const reason = programs === undefined ? ' (skipped: no initdb and pg_ctl here)' : '';

  (programs === undefined ? describe.skip : describe)(`its catalog in PostgreSQL${reason}`, () => {
    let server: PostgresServer;
    let project: Project;
    let lake: LakeSetting;

    beforeAll(async () => {
      const { settings, endpoints } = platformOf();
      const port = Number(settings.env.NAAP_PORT_BASE) + PORT_OFFSET;
      server = startPostgres(programs!, { port, username: USERNAME, password: PASSWORD });
      writePrivateFile(path.join(runLayout(settings.runDir).secrets, secretFile.catalog), PASSWORD);
      project = copyProject(settings);
      const catalog = `{ uri: '${server.jdbcUri}', credentials: { username: ${USERNAME} } }`;
      project.edit('Pulumi.dev.yaml', (text) =>
        text.replace('{ uri: env:NAAP_LAKE_CATALOG_URI }', () => catalog),
      );
      await realise(endpoints, { settings: project.settings, skip: ['query'] });
      lake = await lakeSetting({ settings: project.settings, endpoints });
    }, 120_000);

    afterAll(() => {
      server?.stop();
      project?.remove();
    });

    test('rows are there once, also as of a time', async () => {
      await produce(0);
      expect(rowsOf(await lake.drained(TABLE))).toBe(BATCH);
      const between = new Date();
      for (let batch = 1; batch < BATCHES; batch++) {
        await produce(batch);
        expect(rowsOf(await lake.drained(TABLE))).toBe((batch + 1) * BATCH);
      }
      expect(await count()).toBe(BATCHES * BATCH);
      expect(await count(between)).toBe(BATCH);
    });

    test('upkeep puts its files together while the sink goes on', async () => {
      const sink = INSTALL_PARTS.find(({ name }) => name === 'iceberg-sink')!;
      const { settings } = platformOf();
      const { folder } = await install(settings, sink);
      const { secrets } = runLayout(settings.runDir);
      const password = readSecret(`file:${path.join(secrets, secretFile.lake(LAKE_UPKEEP_USER))}`);
      const [report] = await upkeep({
        access: { ...lake.access, tables: lake.access.tables.filter(({ name }) => name === TABLE) },
        login: { username: LAKE_UPKEEP_USER, password },
        jars: path.join(folder, 'lib'),
        root: settings.root,
        rules: { ...UPKEEP_RULES, minFiles: 2 },
        dryRun: false,
      });
      expect(report).toMatchObject({ after: { files: 1, rows: BATCHES * BATCH } });
      expect(report!.error).toBeUndefined();
      await produce(BATCHES);
      const checks = await lake.drained(TABLE);
      expect(isClean(checks)).toBe(true);
      expect(rowsOf(checks)).toBe((BATCHES + 1) * BATCH);
    });

    test('every sink runs, though all of them began on the empty database at once', async () => {
      const { connect } = platformOf().endpoints;
      const clusters = Object.values(connect).map(({ url }) => url);
      const { problem } = await settle(
        async () => (await Promise.all(clusters.map(notRunning))).flat(),
        (left) => (left.length === 0 ? undefined : JSON.stringify(left)),
        { timeoutMs: 30_000, pollMs: 500 },
      );
      expect(problem).toBeUndefined();
    });

    async function produce(batch: number): Promise<void> {
      const { id, schema } = (await lake.registry.versions(`${TOPIC}-value`)).at(-1)!;
      const writer = avroWriter(id, schema);
      const producer = lake.kafka.producer();
      await producer.connect();
      const values = Array.from({ length: BATCH }, (_, n) => writer({ EVENT_ID: `job-${batch}-${n}` }));
      await producer.send({ topic: TOPIC, messages: values.map((value) => ({ value, partition: 0 })) });
      await producer.disconnect();
    }

    async function count(asOf?: Date): Promise<number> {
      const session = await lake.open({ only: [TABLE], ...(asOf ? { asOf } : {}) });
      try {
        return Number((await session.query(`SELECT count(*)::INTEGER FROM ${TABLE}`)).rows[0]![0]);
      } finally {
        session.close();
      }
    }
  });
}

const rowsOf = (checks: readonly { readonly rows: number }[]): number =>
  checks.reduce((sum, { rows }) => sum + rows, 0);

/** Connectors and tasks of a cluster that do not run. */
async function notRunning(url: string): Promise<string[]> {
  const answer = await fetch(`${url}/connectors?expand=status`);
  const all = (await answer.json()) as Record<string, { status: ConnectorStatus }>;
  return Object.entries(all).flatMap(([name, { status }]) => {
    const states = [status.connector.state, ...status.tasks.map(({ state }) => state)];
    const trace = status.tasks.find(({ trace }) => trace)?.trace;
    return status.tasks.length > 0 && states.every((state) => state === 'RUNNING')
      ? []
      : [`${name}: ${states.join()} ${trace?.slice(0, 1_500) ?? ''}`];
  });
}

interface ConnectorStatus {
  readonly connector: { readonly state: string };
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[];
}
