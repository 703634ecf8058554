import type { DeclaredResource } from '../../resources/declared';
import { environmentSchema } from '../../stacks/environment-schema';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { declaredObjects } from '../declared';
import { liveAsDeclared } from './live';
import { makePlan } from './plan';

const ROOT = path.resolve(__dirname, '../..');
const OPTIONS = { protect: true, retainOnDelete: true, deleteBeforeReplace: true };
const resource = (type: string, name: string, inputs: DeclaredResource['inputs']): DeclaredResource => ({
  type,
  name,
  inputs,
  secrets: [],
  options: OPTIONS,
});
const topic = (name: string, changed: object = {}): DeclaredResource =>
  resource('kafka:index/topic:Topic', name, {
    name,
    partitions: 4,
    replicationFactor: 3,
    config: { 'retention.ms': '86400000', 'min.insync.replicas': '2', 'cleanup.policy': 'delete' },
    ...changed,
  });
const schema = (...fields: object[]): string => JSON.stringify({ type: 'record', name: 'R', fields });
const subject = (text: string): DeclaredResource =>
  resource('naap:registry:Subject', 'bronze.a.v1-value', {
    registryUrl: 'http://nowhere.invalid',
    subject: 'bronze.a.v1-value',
    schemaType: 'AVRO',
    schema: text,
    compatibility: 'BACKWARD',
  });

/** The staging environment: rules for real ones hold, and no server is asked. */
function environment() {
  const { config } = parse(readFileSync(path.join(ROOT, 'Pulumi.staging.yaml'), 'utf8')) as {
    config: Record<string, unknown>;
  };
  const own = Object.entries(config).map(([key, value]) => [key.replace(/^naap:/, ''), value]);
  return { ...environmentSchema.parse(Object.fromEntries(own)), name: 'staging' };
}

async function rows(before: DeclaredResource[], after: DeclaredResource[]) {
  const plan = await makePlan({
    stack: 'staging',
    environment: environment(),
    resources: after,
    declared: declaredObjects(after),
    live: liveAsDeclared(declaredObjects(before)),
    versions: {},
    against: 'what was',
  });
  return plan.entries.filter(({ action }) => action !== 'unchanged');
}
const name = 'bronze.a.v1';

describe('a plan', () => {
  it('has nothing to do where nothing was changed', async () => {
    expect(await rows([topic(name), subject(schema())], [topic(name), subject(schema())])).toEqual([]);
  });
  it('creates, and changes in place with what becomes what', async () => {
    const after = [topic(name, { partitions: 8 }), topic('bronze.b.v1')];
    expect(await rows([topic(name)], after)).toMatchObject([
      { name, action: 'in place', reason: 'partitions 4 becomes 8' },
      { name: 'bronze.b.v1', action: 'create' },
    ]);
  });
  it('refuses fewer partitions', async () => {
    const [row] = await rows([topic(name)], [topic(name, { partitions: 2 })]);
    expect(row).toMatchObject({
      action: 'refused',
      reason: expect.stringContaining('cannot take partitions away') as unknown,
    });
    expect(row!.remedy).toContain('declare 4 partitions');
  });
  it('refuses another replication factor', async () => {
    const [row] = await rows([topic(name)], [topic(name, { replicationFactor: 4 })]);
    expect(row).toMatchObject({
      action: 'refused',
      reason: expect.stringContaining('replication factor is 3') as unknown,
    });
    expect(row!.remedy).toContain('kafka-reassign-partitions');
  });
  it('refuses a schema that old records cannot be read with', async () => {
    const [row] = await rows([subject(schema())], [subject(schema({ name: 'a', type: 'int' }))]);
    expect(row).toMatchObject({
      kind: 'subject',
      action: 'refused',
      reason: expect.stringContaining('not BACKWARD') as unknown,
    });
  });
  it('takes a schema with one more optional field', async () => {
    const optional = { name: 'a', type: ['null', 'int'], default: null };
    expect(await rows([subject(schema())], [subject(schema(optional))])).toMatchObject([
      { kind: 'subject', action: 'in place' },
    ]);
  });
  it('refuses what the policy refuses', async () => {
    const [row] = await rows([], [topic('Not A Name')]);
    expect(row).toMatchObject({ action: 'refused', reason: expect.stringContaining('(policy: ') as unknown });
  });
  it('refuses by the policy also what is there already, and what no plan of a kind holds', async () => {
    const open = { ...topic(name), options: { ...OPTIONS, protect: false } };
    const secret = resource('kubernetes:core/v1:ConfigMap', 'scraper', {
      data: { 'a.yaml': 'password: abc\n' },
      metadata: { name: 'scraper', namespace: 'naap' },
      apiVersion: 'v1',
      kind: 'ConfigMap',
    });
    const all = await rows([open, secret], [open, secret]);
    expect(all.map(({ action, reason }) => `${action}: ${reason}`)).toEqual([
      expect.stringMatching(/refused: .*is not protected.*\(policy: protected-data\)/),
      expect.stringMatching(/refused: .*"a\.yaml" holds "password".*\(policy: kubernetes-secrets\)/),
    ]);
    expect(JSON.stringify(all)).not.toContain('abc');
  });
});
