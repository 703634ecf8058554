import path from 'node:path';
import { realise, runLayout } from '../../lab';
import { playTraffic } from '../../lab/traffic';
import type { Plan } from '../../operate/plan/entry';
import type { DriftReport, Finding } from '../../operate/drift/finding';
import { startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';
import { recentFixture } from '../e2e/play-fixture';
import { copyProject } from './project';
import type { Project } from './project';

jest.setTimeout(900_000);

/** A running rollup is changed while events come in: built beside, compared, cut over, undone, cut over again, retired. */
let platform: TestPlatform;
let project: Project;
let traffic: ReturnType<typeof playTraffic>;
const apply = () => realise(platform.endpoints, { settings: project.settings });

beforeAll(async () => {
  platform = await startTestPlatform({ slot: 10 });
  project = copyProject(platform.settings);
  await apply();
  const records = recentFixture(Date.now());
  const { secrets } = runLayout(platform.settings.runDir);
  const gateways = [{ username: 'gateway-1', passwordFile: path.join(secrets, 'plain-gateway-1') }];
  const half = Math.floor(records.length / 2);
  await playTraffic(platform.endpoints, { records: records.slice(0, half), gateways, pace: 'unlimited' })
    .done;
  traffic = playTraffic(platform.endpoints, { records: records.slice(half), gateways, pace: 5 });
});
afterAll(async () => {
  await traffic?.stop();
  project?.remove();
  await platform?.stop();
});

/** The fixture holds events that are dead-lettered: that is no drift of what is declared. */
async function drift(): Promise<readonly Finding[]> {
  const { output } = await project.naap('drift', '--json');
  return (JSON.parse(output) as DriftReport).findings.filter((finding) => finding.class !== 'dead-letters');
}
const versions = () => project.read('ksql/versions.yaml');
const EXIT_OK = 0;

it('an edit that ksqlDB cannot take in place is refused, with the way to the next version', async () => {
  project.edit('ksql/gold/sla.sql', (text) =>
    text.replace('${sla_quality} AS quality', '${sla_quality} * 0.5 AS quality'),
  );
  project.edit('ksql/gold/service.sql', (text) =>
    text.replace('AS restarts', 'AS restarts,\n  MIN(input_fps) AS input_fps_min'),
  );
  const { code, output } = await project.naap('plan', '--json');
  expect(code).toBe(3);
  const { entries } = JSON.parse(output) as Plan;
  const refused = entries.filter(({ action }) => action === 'refused');
  expect(refused.map(({ name }) => name)).toContain('SERVICE_1M_V1');
  expect(refused.find(({ name }) => name === 'SERVICE_1M_V1')!.remedy).toContain(
    './naap evolve start service',
  );
});

it('a file that had no version gets one, and so does what reads it; what it must not spell out is named first', async () => {
  const before = versions();
  project.edit('ksql/alerts/alert.sql', (text) =>
    text.replace('alerts.alert.v${version}', 'alerts.alert.v1'),
  );
  project.edit('ksql/alerts/alert_critical.sql', (text) => text.replace('FROM ${alert}', 'FROM alert'));
  const refused = await project.naap('evolve', 'start', 'alert');
  expect(refused.code).toBe(1);
  expect(refused.output).toContain(
    'alert.sql writes topic alerts.alert.v1 in every version: write alerts.alert.v${version}',
  );
  expect(refused.output).toContain('alert_critical.sql names alert: write ${alert}');
  expect(versions()).toBe(before);
  project.edit('ksql/alerts/alert.sql', (text) =>
    text.replace('alerts.alert.v1', 'alerts.alert.v${version}'),
  );
  project.edit('ksql/alerts/alert_critical.sql', (text) => text.replace('FROM alert', 'FROM ${alert}'));
  expect(await project.naap('evolve', 'start', 'alert')).toMatchObject({ code: 0 });
  for (const name of ['alert', 'alert_critical'])
    expect(versions()).toContain(`${name}: { running: 1, candidate: 2, plain: 1 }`);
  // What is inserted there comes along.
  expect(versions()).toContain('alert_from_service_condition_change: { running: 1, candidate: 2 }');
});

it('start declares the next version of the file and of all that read it, once', async () => {
  const first = await project.naap('evolve', 'start', 'service');
  expect(first).toMatchObject({ code: 0 });
  const declared = versions();
  for (const name of ['service', 'sla', 'sla_change', 'service_condition', 'cue'])
    expect(declared).toContain(`${name}: { running: 1, candidate: 2 }`);
  expect(project.read('ksql/gold/sla.v1.sql')).toContain('${sla_quality} AS quality');
  expect((await project.naap('evolve', 'start', 'service')).code).toBe(0);
  expect(versions()).toBe(declared);
});

it('the plan builds them side by side and says what they read again', async () => {
  const { output } = await project.naap('plan', '--json');
  const plan = JSON.parse(output) as Plan;
  const beside = plan.entries.filter(({ action }) => action === 'side by side').map(({ name }) => name);
  expect([...beside].sort()).toEqual([
    'ALERT_CRITICAL_V2',
    'ALERT_FROM_SERVICE_CONDITION_CHANGE_1M_V2',
    'ALERT_V2',
    'CUE_1M_V2',
    'SERVICE_1M_V2',
    'SERVICE_CONDITION_1M_V2',
    'SERVICE_CONDITION_CHANGE_1M_V2',
    'SLA_1M_V2',
    'SLA_CHANGE_1M_V2',
  ]);
  // Nothing that runs is changed, but for the sink that takes the new versions to the lake as well.
  expect(
    plan.entries
      .filter(({ action }) => ['refused', 'replace', 'delete', 'in place'].includes(action))
      .map(({ action, kind, name }) => `${action}: ${kind} ${name}`),
  ).toEqual(['in place: connector curated-gold']);
  const reread = plan.rereads.find(({ query }) => query === 'SERVICE_1M_V2')!;
  expect(reread.topics).toEqual([
    {
      topic: 'silver.service_sample.v1',
      records: expect.any(Number) as number,
      bytes: expect.any(Number) as number,
    },
  ]);
  expect(reread.topics[0]!.records).toBeGreaterThan(0);
  expect(reread.topics[0]!.bytes).toBeGreaterThan(0);
});

it('readers do not move before the candidates have caught up', async () => {
  expect(await project.naap('evolve', 'cutover', 'service')).toMatchObject({ code: 1 });
  expect(versions()).toContain('sla: { running: 1, candidate: 2 }');
});

it('the apply makes them, and they catch up and answer alike where nothing was changed', async () => {
  await apply();
  expect(await project.naap('evolve', 'status', '--wait', '120')).toMatchObject({ code: 0 });
  const { output } = await project.naap('evolve', 'compare', 'service');
  const rollup = /SERVICE_1M_V1 and SERVICE_1M_V2: (\d+) equal, (\d+) differing, (\d+) missing/.exec(output);
  expect(rollup).not.toBeNull();
  expect(Number(rollup![1])).toBeGreaterThan(0);
  expect([rollup![2], rollup![3]]).toEqual(['0', '0']);
  expect(output).toContain('only SERVICE_1M_V2 has INPUT_FPS_MIN');
  // Its formula was changed.
  expect(output).toMatch(/SLA_1M_V1 and SLA_1M_V2: \d+ equal, [1-9]\d* differing, 0 missing/);
  expect(output).toContain('QUALITY');
});

it('cut over, readers by name get the new version; drift finds nothing', async () => {
  const moved = await project.naap('evolve', 'cutover', 'service', '--grace', '1h');
  // Not the code alone: what it says when it refuses.
  expect(moved.code === EXIT_OK ? '' : moved.output).toBe('');
  expect(versions()).toMatch(/sla: \{ running: 2, retiring: \[ \{ version: 1, until: \d{4}-/);
  expect(await project.naap('evolve', 'cutover', 'alert', '--grace', '1h')).toMatchObject({ code: 0 });
  expect(versions()).toMatch(/alert: \{ running: 2, retiring: \[ .* \], plain: 1 \}/);
  await apply();
  expect(await drift()).toEqual([]);
  // Only the second version has this column: the name is answered by it.
  const answer = await project.naap('query', '--json', 'SELECT rollup_key, input_fps_min FROM service_1m');
  expect(answer).toMatchObject({ code: 0 });
  expect(answer.output.trim().split('\n').length).toBeGreaterThan(1);
});

it('what is cut over can be undone until it is retired', async () => {
  expect((await project.naap('evolve', 'undo', 'service')).code).toBe(0);
  expect(versions()).toContain('sla: { running: 1, candidate: 2 }');
  await apply();
  expect((await project.naap('evolve', 'cutover', 'service', '--grace', '1h')).code).toBe(0);
});

it('nothing is retired before its time; then the old versions go, and what they left is named', async () => {
  const declared = versions();
  await project.naap('evolve', 'retire', 'service');
  expect(versions()).toBe(declared);
  expect(await project.naap('evolve', 'retire', 'service', '--now')).toMatchObject({ code: 0 });
  expect(await project.naap('evolve', 'retire', 'alert', '--now')).toMatchObject({ code: 0 });
  expect(versions()).toContain('sla: { running: 2 }');
  expect(versions()).toContain('alert: { running: 2, plain: 1 }');
  expect(project.exists('ksql/gold/sla.v1.sql')).toBe(false);
  const plan = JSON.parse((await project.naap('plan', '--json')).output) as Plan;
  const deleted = plan.entries.filter(({ action }) => action === 'delete').map(({ name }) => name);
  // What inserts has no name on the server, but the id of its query.
  expect(deleted.map((name) => name.replace(/^INSERTQUERY_\d+$/, 'INSERTQUERY')).sort()).toEqual([
    'ALERT',
    'ALERT_CRITICAL',
    'CUE_1M_V1',
    'INSERTQUERY',
    'SERVICE_1M_V1',
    'SERVICE_CONDITION_1M_V1',
    'SERVICE_CONDITION_CHANGE_1M_V1',
    'SLA_1M_V1',
    'SLA_CHANGE_1M_V1',
  ]);
  await apply();
  const findings = await drift();
  expect([...new Set(findings.map((finding) => `${finding.class} ${finding.kind}`))].sort()).toEqual([
    'undeclared subject',
    'undeclared topic',
  ]);
  expect(findings.filter(({ kind }) => kind === 'topic').map(({ text }) => text)).toContain(
    'was left by version 1 of sla, which is no longer declared',
  );
});

it('what stops a chain is named before anything is declared', async () => {
  const declared = versions();
  project.edit('ksql/silver/session_change.sql', (text) => text.replace('v${session_version}', 'v1'));
  const { code, output } = await project.naap('evolve', 'start', 'session');
  expect(code).toBe(1);
  expect(output).toContain(
    'session_change.sql names topic silver.session.v1: write silver.session.v${session_version}',
  );
  const raw = await project.naap('evolve', 'start', 'gpu_metrics');
  expect(raw.code).toBe(1);
  expect(raw.output).toContain(
    'gpu_metrics_from_orchestrator_scrape.sql inserts into telemetry.gpu_metrics.v1',
  );
  expect(versions()).toBe(declared);
});
