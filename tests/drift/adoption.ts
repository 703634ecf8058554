import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { runLayout } from '../../lab';
import type { LabSettings } from '../../lab';
import type { ImportList } from '../../operate/adopt/import-list';
import type { AdoptionReport } from '../../operate/adopt/render';
import type { DeclaredResource } from '../../resources/declared';
import type { Hands } from './hands';

/** Not among the raw topics: those are adopted together with a sink, or not at all. */
const TOPIC = 'bronze.legacy.v1';
const DERIVED = 'bronze.legacy_line.v1';
const PASSWORD = 'the one that it logs in with';
const SCHEMA = { type: 'record', name: 'Legacy', fields: [{ name: 'a', type: 'string', doc: 'what it is' }] };
/** What ksqlDB does with a topic that it makes. */
const MAKES = ['CREATE', 'READ', 'WRITE', 'DESCRIBE_CONFIGS'] as const;
const READS = ['READ', 'DESCRIBE_CONFIGS'] as const;
const KSQLDB_USERS = ['ksqldb', 'ksqldb-b'];

/** One of each kind that people make before anybody declares anything: an application with its topic, user, rights and schema, what reads it. */
export async function makeApplication(hands: Hands, { runDir }: LabSettings): Promise<void> {
  const configEntries = [{ name: 'retention.ms', value: '7200000' }];
  await hands.kafka((admin) =>
    admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 2, configEntries }] }),
  );
  await hands.scramUser('legacy', PASSWORD);
  writeFileSync(path.join(runLayout(runDir).secrets, 'kafka-legacy'), PASSWORD, { mode: 0o600 });
  await rights(hands, 'create');
  await hands.registry('POST', `/subjects/${TOPIC}-value/versions`, { schema: JSON.stringify(SCHEMA) });
  await hands.registry('PUT', `/config/${TOPIC}-value`, { compatibility: 'FULL' });
  await hands.connectorCopy('raw-gateway', 'legacy');
  await hands.ksql(
    `CREATE STREAM legacy (k STRING KEY, a STRING) WITH (KAFKA_TOPIC = '${TOPIC}', FORMAT = 'KAFKA');`,
  );
  await hands.ksql(
    `CREATE STREAM legacy_line WITH (KAFKA_TOPIC = '${DERIVED}', PARTITIONS = 2, REPLICAS = 1, RETENTION_MS = 7200000, FORMAT = 'KAFKA') AS SELECT k, a FROM legacy EMIT CHANGES;`,
  );
}

export async function takeApplicationAway(hands: Hands): Promise<void> {
  await hands.ksql(`TERMINATE ${await hands.queryId('LEGACY_LINE')};`);
  await hands.ksql('DROP STREAM legacy_line; DROP STREAM legacy;');
  await hands.connect('DELETE', '/connectors/legacy');
  await hands.registry('DELETE', `/subjects/${TOPIC}-value`);
  await hands.registry('DELETE', `/config/${TOPIC}-value`);
  await rights(hands, 'delete');
  await hands.deleteScramUser('legacy');
  await hands.kafka((admin) => admin.deleteTopics({ topics: [TOPIC, DERIVED] }));
}

async function rights(hands: Hands, does: 'create' | 'delete'): Promise<void> {
  await hands.acl(does, 'legacy', TOPIC, 'WRITE');
  await hands.acl(does, 'legacy', 'telemetry.gateway.v1', 'READ');
  for (const user of KSQLDB_USERS) {
    for (const operation of READS) await hands.acl(does, user, TOPIC, operation);
    for (const operation of MAKES) await hands.acl(does, user, DERIVED, operation);
  }
}

/** `./naap adopt` in a copy of the project: what it says, and the list for Pulumi. */
export async function adopt(
  folder: string,
  { runDir, home }: LabSettings,
): Promise<{ readonly code: number; readonly report: AdoptionReport; readonly imports: ImportList }> {
  const [json, imports] = [path.join(folder, 'adopted.json'), path.join(folder, 'imports.json')];
  const env = { ...process.env, NAAP_HOME: home, NAAP_RUN_DIR: runDir, NAAP_ROOT: folder };
  await promisify(execFile)(process.execPath, [path.join(folder, 'tools', 'build.js')]);
  const args = ['dist/naap.js', 'adopt', '--json', json, '--imports', imports];
  const code = await promisify(execFile)(process.execPath, args, { cwd: folder, env }).then(
    () => 0,
    (error: { code: number; stderr: string }) => {
      if (error.code !== 3) throw new Error(`adopt ended with ${error.code}: ${error.stderr}`);
      return error.code;
    },
  );
  const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
  return { code, report: read(json) as AdoptionReport, imports: read(imports) as ImportList };
}

/** `./naap adopt --declared`: what `pulumi import --file` reads of these kinds, though they are declared. Resolves with the file. */
export async function listDeclared(
  folder: string,
  { runDir, home }: LabSettings,
  { file, only }: { readonly file: string; readonly only: readonly string[] },
): Promise<string> {
  const env = { ...process.env, NAAP_HOME: home, NAAP_RUN_DIR: runDir, NAAP_ROOT: folder };
  const args = ['dist/naap.js', 'adopt', '--declared', '--only', ...only, '--imports', file];
  await promisify(execFile)(process.execPath, args, { cwd: folder, env });
  return file;
}

/** What is wrong with a list for `pulumi import --file`: each of its resources is one that the program declares, under its parent. */
export function importProblems(
  { nameTable, resources }: ImportList,
  declared: readonly DeclaredResource[],
): string[] {
  return resources.flatMap(({ type, name, id, parent, provider }) => {
    const problems: string[] = [];
    const found = declared.find((one) => one.type === type && one.name === name);
    if (!found) problems.push('the program declares none such');
    if (id === '') problems.push('has no id');
    const own = found?.origin?.parent;
    if (own && nameTable[parent ?? ''] !== `urn:pulumi:dev::naap::${own.type}::${own.name}`)
      problems.push(`its parent is ${nameTable[parent ?? '']}`);
    if (provider !== undefined && nameTable[provider] === undefined)
      problems.push(`its provider ${provider} is in no table`);
    if (name in nameTable) problems.push('is named like an entry of the table');
    return problems.map((problem) => `${type} ${name}: ${problem}`);
  });
}
