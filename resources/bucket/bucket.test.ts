import type { DeclaredResource } from '../declared';
import { BUCKET_TYPES, parseBuckets } from './bucket';
import type { Bucket, LiveBucket } from './bucket';
import { compareBucket } from './index';

const rule = { id: 'expire-raw', prefix: 'raw/', expireDays: 30 };
const desired: Bucket = { name: 'lake', versioning: 'Enabled', lifecycle: [rule] };
const live: LiveBucket = { versioning: 'Enabled', lifecycle: [rule] };

describe('a bucket', () => {
  test.each<[string, Bucket, LiveBucket | undefined, unknown[]]>([
    ['is created when it is not there', desired, undefined, [{ action: 'create' }]],
    ['is left alone when it is as declared', desired, live, []],
    [
      'is not looked at in what is not declared',
      { name: 'lake' },
      { versioning: 'Suspended', lifecycle: [rule] },
      [],
    ],
    [
      'gets its versions back',
      desired,
      { ...live, versioning: 'Suspended' },
      [{ action: 'update', properties: [{ path: 'versioning', before: 'Suspended', after: 'Enabled' }] }],
    ],
    [
      'gets a changed rule and loses one that nobody declared',
      desired,
      {
        ...live,
        lifecycle: [
          { ...rule, expireDays: 1 },
          { id: 'other', prefix: '' },
        ],
      },
      [{ action: 'update', properties: [{ path: 'lifecycle.expire-raw' }, { path: 'lifecycle.other' }] }],
    ],
    [
      'is made private again',
      desired,
      { ...live, policy: '{}' },
      [{ action: 'update', properties: [{ path: 'policy', before: '{}' }] }],
    ],
  ])('%s', (_name, declared, found, expected) => {
    expect(compareBucket(declared, found)).toMatchObject(expected);
    expect(compareBucket(declared, found)).toHaveLength(expected.length);
  });

  it('is put together from what three resources say', () => {
    const rules = [{ id: 'expire-raw', filter: 'raw/', expiration: '30d' }];
    const resources = [
      resource(BUCKET_TYPES.lifecycle, { bucket: 'lake', rules }),
      resource(BUCKET_TYPES.versioning, { bucket: 'lake', versioningConfiguration: { status: 'Enabled' } }),
      resource(BUCKET_TYPES.bucket, { bucket: 'lake', acl: 'private' }),
    ];
    expect(parseBuckets(resources)).toEqual([desired]);
  });

  it('must be declared for a setting of it', () => {
    const orphan = resource(BUCKET_TYPES.lifecycle, { bucket: 'lake', rules: [] });
    expect(() => parseBuckets([orphan])).toThrow('bucket "lake" is not declared');
  });

  it('is refused when it is public', () => {
    expect(() =>
      parseBuckets([resource(BUCKET_TYPES.bucket, { bucket: 'lake', acl: 'public-read' })]),
    ).toThrow(/acl/);
  });
});

function resource(type: string, inputs: DeclaredResource['inputs']): DeclaredResource {
  return {
    type,
    name: 'lake',
    inputs,
    secrets: [],
    options: { protect: false, retainOnDelete: false, deleteBeforeReplace: false },
  };
}
