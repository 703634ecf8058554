import { realise } from '../../lab';
import type { Plan, PlanEntry } from '../../operate/plan/entry';
import { Hands } from '../drift/hands';
import { startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';
import { copyProject } from './project';
import type { Project } from './project';

jest.setTimeout(600_000);

/** The plan against live systems: what each of them says, and that nothing was changed by asking. */
let platform: TestPlatform;
let project: Project;
let hands: Hands;

beforeAll(async () => {
  platform = await startTestPlatform({ slot: 9 });
  project = copyProject(platform.settings);
  await realise(platform.endpoints, { settings: project.settings });
  hands = new Hands(platform);
});
afterAll(async () => {
  project?.remove();
  await platform?.stop();
});

async function plan(): Promise<Plan> {
  const { code, output } = await project.naap('plan', '--json');
  expect([0, 3]).toContain(code);
  return JSON.parse(output) as Plan;
}
const changes = async (): Promise<readonly PlanEntry[]> =>
  (await plan()).entries.filter(({ action }) => action !== 'unchanged');
const row = (entries: readonly PlanEntry[], name: string): PlanEntry | undefined =>
  entries.find((entry) => entry.name === name);

it('has nothing to change on a fresh platform, and counts what ksqlDB keeps there', async () => {
  const made = await plan();
  expect(made.entries.filter(({ action }) => action !== 'unchanged')).toEqual([]);
  expect(made.notChecked).toEqual([]);
  const topics = await hands.kafka((admin) => admin.listTopics());
  const internal = topics.filter((name) => /_query_.*-(changelog|repartition|topic)$/.test(name));
  expect(made.cost.internalTopics).toBe(internal.length);
  const queries = (await hands.ksql('SHOW QUERIES;')).flatMap(({ queries = [] }) => queries);
  expect(made.cost.persistentQueries).toBe(queries.length);
  expect((await project.naap('plan')).code).toBe(0);
});

it('passes on what the systems refuse', async () => {
  project.edit('Pulumi.dev.yaml', (text) =>
    text.replace('maxMessageBytes: 1048576', 'maxMessageBytes: 3000000000'),
  );
  project.edit('connectors/raw-gateway.yaml', (text) =>
    text.replace('IcebergSinkConnector', 'NoSuchConnector'),
  );
  project.edit('schemas/telemetry.orchestrator_scrape.v1-value.avsc', (text) => {
    const schema = JSON.parse(text) as { fields: unknown[] };
    schema.fields.push({ name: 'required_by_somebody', type: 'string', doc: 'x' });
    return JSON.stringify(schema);
  });
  const entries = await changes();
  expect(row(entries, 'telemetry.gateway.v1')).toMatchObject({
    action: 'refused',
    asked: expect.arrayContaining(['broker']) as unknown,
  });
  expect(row(entries, 'raw-gateway')).toMatchObject({
    action: 'refused',
    reason: expect.stringContaining('have no plugin') as unknown,
  });
  expect(row(entries, 'telemetry.orchestrator_scrape.v1-value')).toMatchObject({
    action: 'refused',
    asked: expect.arrayContaining(['registry']) as unknown,
    reason: expect.stringContaining('not BACKWARD') as unknown,
  });
  project.edit('Pulumi.dev.yaml', (text) =>
    text.replace('maxMessageBytes: 3000000000', 'maxMessageBytes: 1048576'),
  );
  project.edit('connectors/raw-gateway.yaml', (text) =>
    text.replace('NoSuchConnector', 'IcebergSinkConnector'),
  );
  project.edit('schemas/telemetry.orchestrator_scrape.v1-value.avsc', (text) => {
    const schema = JSON.parse(text) as { fields: unknown[] };
    return JSON.stringify({ ...schema, fields: schema.fields.slice(0, -1) });
  });
});

it('says what can be changed in place, and what the server has against a new query', async () => {
  project.edit('ksql/bronze/gateway_ignored.sql', (text) =>
    text.replace(/EMIT CHANGES/, 'AND 1 = 1\nEMIT CHANGES'),
  );
  project.edit('ksql/gold/scrape_availability.sql', (text) =>
    text.replace('COUNT(*) AS polls', 'COUNT(*) AS polls, MIN(duration_ms) AS duration_min_ms'),
  );
  const entries = await changes();
  expect(row(entries, 'GATEWAY_IGNORED')).toMatchObject({
    action: 'in place',
    asked: ['front end', 'ksqlDB'],
  });
  expect(row(entries, 'SCRAPE_AVAILABILITY_1M_V1')).toMatchObject({
    action: 'refused',
    remedy: './naap evolve start scrape_availability builds its next version beside it',
  });
});

it('changed nothing by asking', async () => {
  for (const file of ['ksql/bronze/gateway_ignored.sql', 'ksql/gold/scrape_availability.sql'])
    project.edit(file, (text) =>
      text.replace('AND 1 = 1\nEMIT', 'EMIT').replace(', MIN(duration_ms) AS duration_min_ms', ''),
    );
  expect(await changes()).toEqual([]);
  expect((await project.naap('drift')).code).toBe(0);
});

it('compares with a commit where nobody is asked', async () => {
  project.commit('before');
  project.edit('ksql/bronze/gateway_ignored.sql', (text) =>
    text.replace(/EMIT CHANGES/, 'AND 1 = 1\nEMIT CHANGES'),
  );
  const { code, output } = await project.naap('plan', '--offline', '--json');
  expect(code).toBe(3);
  const entries = (JSON.parse(output) as Plan).entries.filter(({ action }) => action !== 'unchanged');
  expect(entries).toMatchObject([
    { kind: 'query', name: 'GATEWAY_IGNORED', action: 'in place', asked: ['front end'] },
  ]);
  expect((await project.naap('plan', '--offline', '--base', 'nowhere')).code).toBe(2);
  expect((await project.naap('plan', '--stack', 'nowhere')).code).toBe(2);
});
