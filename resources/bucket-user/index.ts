import { HIDDEN, updateIf } from '../change';
import type { Change, PropertyChange } from '../change';
import { ApplyError } from '../kind';
import type { ResourceKind } from '../kind';
import type { MinioAdminClient } from '../minio/admin-client';
import { heldSecret } from '../secret';
import type { SecretReader } from '../secret';
import { sentence } from '../sentence';
import { BUCKET_USER_TYPES, parseBucketUsers } from './bucket-user';
import type { BucketUser, LiveBucketUser } from './bucket-user';
import { canonicalPolicy } from './canonical-policy';

export function bucketUserKind(
  client: MinioAdminClient,
  readSecret: SecretReader,
): ResourceKind<BucketUser, LiveBucketUser> {
  return {
    name: 'bucket-user',
    types: Object.values(BUCKET_USER_TYPES),
    parse: parseBucketUsers,
    key: ({ name }) => name,
    read: (desired) => read(client, readSecret, desired),
    compare: compareBucketUser,
    apply: async (changes) => {
      for (const { desired } of changes) await apply(client, readSecret, desired);
    },
    describe: (change) => sentence('bucket-user', change.desired.name, change),
  };
}

export function compareBucketUser(
  desired: BucketUser,
  live: LiveBucketUser | undefined,
): Change<BucketUser>[] {
  if (!live) return [{ action: 'create', desired }];
  const properties: PropertyChange[] = [];
  if (!live.enabled) properties.push({ path: 'enabled', before: false, after: true });
  if (live.secretLogsIn === false) properties.push({ path: 'secret', before: HIDDEN, after: HIDDEN });
  const declared = Object.keys(desired.policies).sort();
  const attached = [...live.attached].sort();
  if (declared.join() !== attached.join())
    properties.push({ path: 'attached', before: attached, after: declared });
  return updateIf(desired, [
    ...properties,
    ...declared.flatMap((name) => comparePolicy(name, desired, live)),
  ]);
}

function comparePolicy(name: string, desired: BucketUser, live: LiveBucketUser): PropertyChange[] {
  const document = live.policies[name];
  const before = document === undefined ? undefined : canonicalPolicy(document);
  const after = canonicalPolicy(desired.policies[name]!);
  return before === after ? [] : [{ path: `policies.${name}`, before, after }];
}

async function read(
  client: MinioAdminClient,
  readSecret: SecretReader,
  desired: readonly BucketUser[],
): Promise<ReadonlyMap<string, LiveBucketUser>> {
  const found = await Promise.all(desired.map((user) => readUser(client, readSecret, user)));
  return new Map(desired.flatMap(({ name }, index) => (found[index] ? [[name, found[index]] as const] : [])));
}

async function readUser(
  client: MinioAdminClient,
  readSecret: SecretReader,
  user: BucketUser,
): Promise<LiveBucketUser | undefined> {
  const info = await client.user(user.name);
  if (!info) return undefined;
  const names = Object.keys(user.policies);
  const documents = await Promise.all(names.map((name) => client.policy(name)));
  const policies = Object.fromEntries(
    names.flatMap((name, index) => (documents[index] ? [[name, documents[index]]] : [])),
  );
  // A disabled user is refused whatever its secret is.
  const secret = info.enabled ? heldSecret(readSecret, user.secret) : undefined;
  const secretLogsIn = secret === undefined ? undefined : await client.canLogIn(user.name, secret);
  return { enabled: info.enabled, attached: info.policies, policies, secretLogsIn };
}

async function apply(client: MinioAdminClient, readSecret: SecretReader, user: BucketUser): Promise<void> {
  try {
    for (const [name, document] of Object.entries(user.policies)) await client.setPolicy(name, document);
    await client.setUser(user.name, readSecret(user.secret));
    await client.attach(user.name, Object.keys(user.policies));
  } catch (error) {
    throw new ApplyError('bucket-user', user.name, (error as Error).message, { cause: error });
  }
}

export type { BucketUser, LiveBucketUser } from './bucket-user';
