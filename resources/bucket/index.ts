import { updateIf } from '../change';
import type { Change, PropertyChange } from '../change';
import { compareExactly } from '../compare-properties';
import type { Json } from '../declared';
import { ApplyError } from '../kind';
import type { ResourceKind } from '../kind';
import { sentence } from '../sentence';
import { BUCKET_TYPES, parseBuckets } from './bucket';
import type { Bucket, LifecycleRule, LiveBucket } from './bucket';
import type { BucketClient } from './bucket-client';

export function bucketKind(client: BucketClient): ResourceKind<Bucket, LiveBucket> {
  return {
    name: 'bucket',
    types: Object.values(BUCKET_TYPES),
    parse: parseBuckets,
    key: ({ name }) => name,
    read: (desired) => read(client, desired),
    compare: compareBucket,
    apply: async (changes) => {
      for (const change of changes) await apply(client, change);
    },
    describe: (change) => sentence('bucket', change.desired.name, change),
  };
}

/** Versioning and lifecycle are compared where they are declared. */
export function compareBucket(desired: Bucket, live: LiveBucket | undefined): Change<Bucket>[] {
  if (!live) return [{ action: 'create', desired }];
  const properties: PropertyChange[] = [];
  if (desired.versioning && desired.versioning !== live.versioning) {
    properties.push({ path: 'versioning', before: live.versioning, after: desired.versioning });
  }
  if (live.policy !== undefined) properties.push({ path: 'policy', before: live.policy });
  if (desired.lifecycle)
    properties.push(...compareExactly(byId(desired.lifecycle), byId(live.lifecycle), 'lifecycle.'));
  return updateIf(desired, properties);
}

function byId(rules: readonly LifecycleRule[]): Record<string, Json> {
  return Object.fromEntries(rules.map(({ id, ...rest }) => [id, rest]));
}

async function read(
  client: BucketClient,
  desired: readonly Bucket[],
): Promise<ReadonlyMap<string, LiveBucket>> {
  const found = await Promise.all(desired.map(async ({ name }) => [name, await client.read(name)] as const));
  return new Map(found.flatMap(([name, live]) => (live ? [[name, live] as const] : [])));
}

async function apply(client: BucketClient, { action, desired }: Change<Bucket>): Promise<void> {
  try {
    if (action === 'create') await client.create(desired);
    if (desired.versioning) await client.setVersioning(desired.name, desired.versioning);
    if (desired.lifecycle) await client.setLifecycle(desired.name, desired.lifecycle);
    if (action === 'update') await client.removePolicy(desired.name);
  } catch (error) {
    throw new ApplyError('bucket', desired.name, (error as Error).message, { cause: error });
  }
}

export type { Bucket, LiveBucket } from './bucket';
