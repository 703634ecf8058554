import { readFileSync, writeFileSync } from 'node:fs';
import {
  changeCount,
  ensureStackSecrets,
  plainUsersFile,
  readPassword,
  readPlainUsers,
  realise,
  runLayout,
  stackVariables,
} from '../../lab';
import { adopt, listDeclared, makeApplication } from '../drift/adoption';
import { Hands } from '../drift/hands';
import { adminClient, scramClient } from '../support/kafka';
import { startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';
import { PulumiCli, missingCli } from './pulumi-cli';

jest.setTimeout(600_000);

const reason = missingCli();
const suite = reason ? describe.skip : describe;
const QUIET = ['--suppress-progress', '--suppress-outputs'];

/** The real `pulumi`, with the real providers of Kafka and MinIO and our own, on a platform that only runs. */
suite(`pulumi on a platform that only runs${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let platform: TestPlatform;
  let pulumi: PulumiCli;

  beforeAll(async () => {
    platform = await startTestPlatform({ slot: 1 });
    await ensureStackSecrets(platform.endpoints, { settings: platform.settings });
    pulumi = await PulumiCli.start(stackVariables(platform.endpoints, platform.settings.runDir));
  });
  afterAll(async () => {
    pulumi?.close();
    await platform?.stop();
  });

  const preview = (...args: string[]) =>
    pulumi.run('preview', '--refresh', '--expect-no-changes', ...QUIET, ...args);

  it('makes the whole stack, and what the lab would make differs in nothing', async () => {
    await pulumi.succeed('up', '--yes', ...QUIET);
    const report = await realise(platform.endpoints, { settings: platform.settings });
    expect(report.kinds.flatMap(({ changes }) => changes)).toEqual([]);
    const { code, text } = await preview();
    expect(text).toMatch(/Resources:\n\s+\d+ unchanged\n/);
    expect(code).toBe(0);
  });

  it('keeps every secret out of its state and its output', async () => {
    const state = await pulumi.succeed('stack', 'export');
    const secrets = [
      ...Object.values(readPlainUsers(platform.settings.runDir)),
      ...['kafka-scraper', 'kafka-connect-critical-b', 'lake-query', 'minio-admin'].map((file) =>
        readFileSync(`${runLayout(platform.settings.runDir).secrets}/${file}`, 'utf8').trim(),
      ),
    ];
    expect(secrets.length).toBeGreaterThanOrEqual(7);
    for (const secret of secrets) expect(state).not.toContain(secret);
  });

  it('sees what was changed by hand, property by property, and takes it back', async () => {
    await changeByHand();
    const { code, text } = await preview('--diff');
    expect(code).toBe(7);
    expect(text).toMatch(/~ compatibility: "NONE" => "BACKWARD"/);
    expect(text).toMatch(/~ state\s*: "PAUSED" => "RUNNING"/);
    expect(text).toMatch(/~ password\s*: \[secret\] => \[secret\]/);
    expect(text).toMatch(/~ state\s*: "MISSING" => "RUNNING"/);
    expect(text).toMatch(/retention\.ms/);
    expect(text).not.toContain('made-by-hand');
    // `options: refresh: always`: a plain up sees it, too.
    await pulumi.succeed('up', '--yes', ...QUIET);
    expect((await preview()).code).toBe(0);
    const report = await realise(platform.endpoints, { settings: platform.settings });
    expect(changeCount(report)).toBe(0);
  });

  async function changeByHand(): Promise<void> {
    const { connect, ksqldb, registry } = platform.endpoints;
    await put(`${connect.critical!.url}/connectors/raw-gateway/pause`);
    await put(`${registry.url}/config/telemetry.orchestrator_scrape.v1-value`, { compatibility: 'NONE' });
    const ksql = (statement: string) =>
      post(`${ksqldb.url}/ksql`, { ksql: statement, streamsProperties: {} }) as Promise<
        { queries: { id: string; sinks: string[] }[] }[]
      >;
    const [{ queries }] = (await ksql('SHOW QUERIES;')) as [{ queries: { id: string; sinks: string[] }[] }];
    await ksql(`TERMINATE ${queries.find(({ sinks }) => sinks.includes('SLA_1M_V1'))!.id};`);
    const file = plainUsersFile(platform.settings.runDir);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^gateway-1=.*$/m, 'gateway-1=made-by-hand'));
    const admin = adminClient(platform.endpoints).admin();
    await admin.connect();
    const configEntries = [
      { name: 'retention.ms', value: '1000000' },
      { name: 'message.timestamp.type', value: 'LogAppendTime' },
      { name: 'max.message.bytes', value: '1048576' },
      { name: 'segment.ms', value: '86400000' },
    ];
    const topic = { type: 2, name: 'telemetry.gateway.v1', configEntries };
    await admin.alterConfigs({ validateOnly: false, resources: [topic] });
    await admin.disconnect();
  }

  it('goes on where a bucket user was removed by hand: a refresh cannot, an up without one can', async () => {
    await new Hands(platform).mc('DELETE', 'remove-user', { accessKey: 'lake-replay' });
    expect((await preview()).code).toBe(1);
    await pulumi.succeed('up', '--refresh=false', '--yes', ...QUIET);
    await pulumi.succeed('up', '--yes', ...QUIET);
    expect((await preview()).code).toBe(0);
    const report = await realise(platform.endpoints, { settings: platform.settings });
    expect(report.kinds.flatMap(({ changes }) => changes)).toEqual([]);
  });

  it('goes on after an up that was killed: what it had made and not noted is taken over or imported', async () => {
    const lost = await pulumi.forget(
      ({ urn }) =>
        /Topic::dlq\.raw-gateway\.v1$/.test(urn) ||
        /Subject::silver\.network_capability\.v1-value$/.test(urn) ||
        /Connector::raw-gateway$/.test(urn) ||
        /IamPolicy::lake-query$/.test(urn),
    );
    expect(lost).toHaveLength(4);
    const { code, text } = await pulumi.run('up', '--yes', ...QUIET);
    expect(code).toBe(1);
    expect(text).toMatch(/already exists/);
    const only = ['topic', 'bucket-user'];
    const file = await listDeclared(pulumi.project, platform.settings, { file: 'killed.json', only });
    await pulumi.succeed('import', '--file', file, '--generate-code=false', '--yes', ...QUIET);
    await pulumi.succeed('up', '--yes', ...QUIET);
    expect((await preview()).code).toBe(0);
  });

  it('takes over what was adopted: there is nothing to change in it', async () => {
    await makeApplication(new Hands(platform), platform.settings);
    const { code, report } = await adopt(pulumi.project, platform.settings);
    expect([code, report.left]).toEqual([0, []]);
    const imported = await pulumi.run(
      ...['import', '--file', 'imports.json', '--generate-code=false', '--yes', ...QUIET],
    );
    expect(imported.text).toMatch(new RegExp(`= ${report.imports.resources.length} imported`));
    expect(imported.code).toBe(0);
    // What no provider imports is set again; settings of the topic that are the broker's defaults may become its own.
    const before = await pulumi.run('preview', '--refresh', '--diff', ...QUIET);
    expect(before.text).toMatch(/Resources:\n\s+\+ 1 to create\n/);
    expect(before.text).not.toMatch(/to (delete|replace)/);
    const updated = [...before.text.matchAll(/~ (\S+): \(update\)/g)].map(([, type]) => type);
    expect(updated.filter((type) => type !== 'kafka:index/topic:Topic')).toEqual([]);
    expect(before.text).toMatch(/\+ kafka:index\/userScramCredential:UserScramCredential/);
    await pulumi.succeed('up', '--yes', ...QUIET);
    expect((await preview()).code).toBe(0);
  });

  it('refuses to destroy what holds data, by its name, and nothing is lost', async () => {
    const before = await pulumi.urns();
    const { code, text } = await pulumi.run('destroy', '--yes', ...QUIET);
    expect(code).toBe(1);
    // What was imported is protected as well until an up has said otherwise: then it is named, and not what it needs.
    const refused = [
      ...text.matchAll(/resource "urn:pulumi:[^"]*\$([^":$]+:[^":$]+:[^":$]+)::([^"]+)" cannot be deleted/g),
    ];
    expect(refused).not.toEqual([]);
    const kept = ['kafka:index/topic:Topic', 'naap:registry:Subject', 'minio:index/s3Bucket:S3Bucket'];
    for (const [, type] of refused) expect(kept).toContain(type);
    expect(refused.map(([, , name]) => name)).toContain('telemetry.gateway.v1');
    expect(await pulumi.urns()).toEqual(before);
    const report = await realise(platform.endpoints, { settings: platform.settings });
    expect(report.kinds.flatMap(({ changes }) => changes)).toEqual([]);
  });

  it('would delete a topic whose partitions somebody raised, and is stopped', async () => {
    const admin = adminClient(platform.endpoints).admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: 'dlq.raw-gateway.v1', count: 2 }] });
    const { code, text } = await pulumi.run('up', '--yes', ...QUIET);
    expect(code).toBe(1);
    expect(text).toContain('marked for protection');
    const topics = await admin.fetchTopicMetadata({ topics: ['dlq.raw-gateway.v1'] });
    expect(topics.topics[0]!.partitions).toHaveLength(2);
    await admin.disconnect();
  });

  it('takes everything away that holds no data when told twice', async () => {
    await pulumi.succeed('state', 'unprotect', '--all', '--yes');
    await pulumi.succeed('destroy', '--yes', ...QUIET);
    expect(readPlainUsers(platform.settings.runDir)).toEqual({});
    const admin = adminClient(platform.endpoints).admin();
    await admin.connect();
    expect(await admin.listTopics()).toContain('telemetry.gateway.v1');
    await admin.disconnect();
    const file = `${runLayout(platform.settings.runDir).secrets}/kafka-scraper`;
    const password = readPassword({ username: 'scraper', passwordFile: file });
    const scraper = scramClient(platform.endpoints, 'scraper', password).admin();
    await expect(scraper.connect()).rejects.toThrow(/authentication/i);
    await scraper.disconnect();
  });

  it('comes back after that: what was kept is imported, and is not made again', async () => {
    // Its partitions were raised above, and no apply may take them away.
    await new Hands(platform).kafka((admin) => admin.deleteTopics({ topics: ['dlq.raw-gateway.v1'] }));
    const { code, text } = await pulumi.run('up', '--yes', ...QUIET);
    expect(code).toBe(1);
    expect(text).toMatch(/already exists/);
    // Connect is away: its users went with the stack.
    const only = ['topic', 'subject', 'bucket'];
    const file = await listDeclared(pulumi.project, platform.settings, { file: 'kept.json', only });
    await pulumi.succeed('import', '--file', file, '--generate-code=false', '--yes', ...QUIET);
    const { text: planned } = await pulumi.run('preview', '--refresh', ...QUIET);
    expect(planned).toMatch(/\+ naap:ksqldb:Query/);
    expect(planned).not.toMatch(/\+ (kafka:index\/topic|naap:registry|minio:index\/s3Bucket):/);
  });
});

async function put(url: string, body: unknown = {}): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`PUT ${url}: ${answer.status}`);
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
