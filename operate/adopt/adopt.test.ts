import type { Acl } from '../../resources/acl/acl';
import type { DeclaredResource } from '../../resources/declared';
import { isLiteralSecret, withReferences } from '../plan/connector-refusals';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deriveAcls } from '../../stacks/acls';
import { adoptedNeeds, adoptedSchema } from '../../stacks/adopted';
import { withLines } from './config-lines';
import { importList } from './import-list';
import { needsOfAcls } from './needs-of-acls';
import type { Proposal } from './proposal';

const acl = (
  resourceType: Acl['resourceType'],
  name: string,
  operation: Acl['operation'],
  more: Partial<Acl> = {},
): Acl => {
  const pattern = name.endsWith('*') ? 'PREFIXED' : 'LITERAL';
  const base = {
    principal: 'User:app',
    host: '*',
    permission: 'ALLOW' as const,
    pattern,
    resourceType,
  } as const;
  return { ...base, resourceName: name.replace(/\*$/, ''), operation, ...more };
};

describe('what somebody does, by the rights that he has', () => {
  test.each<[string, Acl[], object]>([
    [
      'reads and writes a topic',
      [acl('TOPIC', 'a', 'READ'), acl('TOPIC', 'a', 'WRITE')],
      { consumes: ['a'], produces: ['a'] },
    ],
    [
      'makes topics of a beginning',
      (['CREATE', 'READ', 'WRITE', 'DESCRIBE_CONFIGS'] as const).map((operation) =>
        acl('TOPIC', 'a.*', operation),
      ),
      { owns: ['a.*'] },
    ],
    [
      'has a state of its own',
      [acl('TOPIC', '_a*', 'ALL'), acl('GROUP', '_a*', 'ALL')],
      { controls: ['_a*'], controlsGroups: ['_a*'] },
    ],
    [
      'joins a group, which others reset',
      [acl('GROUP', 'g', 'READ'), acl('GROUP', 'g', 'DELETE')],
      { groups: ['g'], resetsGroups: ['g'] },
    ],
    [
      'writes in transactions',
      [acl('TRANSACTIONAL_ID', 't*', 'DESCRIBE'), acl('TRANSACTIONAL_ID', 't*', 'WRITE')],
      { transactionalIds: ['t*'] },
    ],
    [
      'looks at the cluster',
      [acl('CLUSTER', 'kafka-cluster', 'DESCRIBE_CONFIGS')],
      { cluster: ['DescribeConfigs'] },
    ],
    [
      'looks at topics',
      [acl('TOPIC', 'a', 'DESCRIBE'), acl('TOPIC', 'b', 'DESCRIBE_CONFIGS')],
      { describes: ['a'], describesConfigsOf: ['b'] },
    ],
  ])('%s', (_does, acls, needs) => {
    expect(needsOfAcls(acls)).toEqual({ needs, other: [] });
    // Declared, the same rights follow, no more and no fewer.
    const adopted = adoptedSchema.parse({ identities: [{ name: 'app', ...needs }] });
    const derived = deriveAcls(adoptedNeeds(adopted));
    expect(derived).toHaveLength(acls.length);
    expect(derived.every(({ principal }) => principal === 'app')).toBe(true);
  });

  test.each<[string, Acl]>([
    ['a denial', acl('TOPIC', 'a', 'READ', { permission: 'DENY' })],
    ['a right from one host', acl('TOPIC', 'a', 'READ', { host: '10.0.0.1' })],
    ['an alteration', acl('TOPIC', 'a', 'ALTER')],
    ['half of what transactions need', acl('TRANSACTIONAL_ID', 't', 'WRITE')],
    ['the whole cluster', acl('CLUSTER', 'kafka-cluster', 'ALL')],
  ])('no need asks for %s', (_what, entry) => {
    expect(needsOfAcls([entry])).toEqual({ needs: {}, other: [entry] });
  });
});

describe('a secret of a connector', () => {
  test.each([
    ['connection.password', 'hunter2', '${secret:x}'],
    [
      'sasl.jaas.config',
      'M required username="u" password="hunter2";',
      'M required username="u" password="${secret:x}";',
    ],
    ['sasl.jaas.config', 'M required password="${file:/a:b}";', 'M required password="${file:/a:b}";'],
  ])('in %s is written as a reference', (key, value, expected) => {
    const written = isLiteralSecret(key, value) ? withReferences(key, value, '${secret:x}') : value;
    expect(written).toBe(expected);
    expect(isLiteralSecret(key, written)).toBe(false);
  });
});

describe('lines of the configuration', () => {
  const text = readFileSync(path.resolve(__dirname, '../../Pulumi.dev.yaml'), 'utf8');
  const line = {
    name: 'telemetry.old.v1',
    partitions: 1,
    replicationFactor: 1,
    config: { 'retention.ms': '1' },
  };
  const proposal = (lines: Proposal['lines'], gateways?: string[]): Proposal => ({
    objects: [],
    files: [],
    lines,
    gateways,
    notes: [],
  });
  const config = (all: string) => (parse(all) as { config: Record<string, unknown> }).config;

  it('are added, and every other line stays', () => {
    const after = withLines(text, [proposal({ topics: [line] }), proposal({}, ['gateway-9'])]);
    expect(text.split('\n').filter((one) => !after.split('\n').includes(one))).toEqual([]);
    expect(config(after)['naap:adopted']).toEqual({ topics: [line] });
    expect(config(after)['naap:gateways']).toContainEqual({ name: 'gateway-9' });
  });

  it('join those of another adoption', () => {
    const first = withLines(text, [
      proposal({ topics: [line], subjects: { 'a-value': { compatibility: 'NONE' } } }),
    ]);
    const again = withLines(first, [
      proposal({ topics: [{ ...line, name: 'b' }], subjects: { 'b-value': { compatibility: 'FULL' } } }),
    ]);
    expect(config(again)['naap:adopted']).toEqual({
      topics: [line, { ...line, name: 'b' }],
      subjects: { 'a-value': { compatibility: 'NONE' }, 'b-value': { compatibility: 'FULL' } },
    });
  });

  it('are none for what lies in files', () => {
    expect(withLines(text, [proposal({})])).toBe(text);
  });
});

describe('the list for import', () => {
  const options = { protect: false, retainOnDelete: false, deleteBeforeReplace: false };
  const origin = { parent: { type: 'naap:stack:Lake', name: 'lake' }, provider: 'minio' };
  const resource = (type: string, name: string, inputs: DeclaredResource['inputs']): DeclaredResource => ({
    type,
    name,
    inputs,
    secrets: [],
    options,
    origin,
  });
  const user = { enabled: true, attached: ['p'], policies: { p: '{}' } };
  const live = {
    objects: {
      topic: new Map([['a', {}]]),
      'bucket-user': new Map([['u', user]]),
      quota: new Map([['user u', {}]]),
      bucket: new Map([
        ['full', { versioning: 'Enabled', lifecycle: [{ id: 'r' }] }],
        ['bare', { lifecycle: [] }],
      ]),
    },
  };
  const make = (...all: DeclaredResource[]) => importList(all, live, { project: 'naap', stack: 'dev' });

  it('says where each stands, by names that no resource has', () => {
    const { list } = make(resource('kafka:index/topic:Topic', 'lake', { name: 'a' }));
    const [parent, provider] = ['parent:lake', 'provider:minio'];
    expect(list).toEqual({
      nameTable: {
        [parent]: 'urn:pulumi:dev::naap::naap:stack:Lake::lake',
        [provider]: 'urn:pulumi:dev::naap::pulumi:providers:minio::minio',
      },
      resources: [{ type: 'kafka:index/topic:Topic', name: 'lake', id: 'a', parent, provider }],
    });
  });

  it('leaves out what is not there yet, and says what no provider imports', () => {
    const quota = resource('kafka:index/quota:Quota', 'q', { entityType: 'user', entityName: 'u' });
    const made = make(resource('kafka:index/topic:Topic', 'b', { name: 'b' }), quota);
    expect(made.list.resources).toEqual([]);
    expect(made.notImported).toMatchObject([
      { name: 'q', reason: expect.stringContaining('no import') as string },
    ]);
  });

  it('knows that a bucket may be there without its rules: a destroyed stack leaves it so', () => {
    const types = ['S3Bucket', 'S3BucketVersioning', 'IlmPolicy'].map(
      (type) => `minio:index/${type.replace(/^./, (first) => first.toLowerCase())}:${type}`,
    );
    const of = (bucket: string): string[] =>
      make(...types.map((type) => resource(type, bucket, { bucket }))).list.resources.map(({ type }) => type);
    expect(of('full')).toEqual(types);
    expect(of('bare')).toEqual([types[0]]);
    expect(of('none')).toEqual([]);
  });

  it.each([
    ['minio:index/iamPolicy:IamPolicy', { name: 'p' }, 'p'],
    [
      'minio:index/iamUserPolicyAttachment:IamUserPolicyAttachment',
      { userName: 'u', policyName: 'p' },
      'u/p',
    ],
  ])('knows the id of a %s', (type, inputs, id) => {
    expect(make(resource(type, 'x', inputs)).list.resources).toMatchObject([{ id }]);
  });
});
