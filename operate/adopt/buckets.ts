import type { LifecycleRule } from '../../resources/bucket/bucket';
import type { AdoptedText } from '../../stacks/adopted';
import { secretFile } from '../../stacks/names';
import { UNDECLARED } from '../undeclared';
import { heldSecret } from '../../resources/secret';
import { sorted } from './proposal';
import type { AdoptInput, NotAdopted, Outcome, Proposals } from './proposal';

/** Buckets with their versions and rules. */
export async function proposeBuckets(input: AdoptInput): Promise<Proposals> {
  const names = await UNDECLARED.bucket(input);
  return sorted((await Promise.all(names.map((name) => bucket(input, name)))).flat());
}

async function bucket(input: AdoptInput, name: string): Promise<Outcome[]> {
  const live = await input.access.buckets().read(name);
  if (!live) return [];
  if (live.policy !== undefined)
    return [
      {
        kind: 'bucket',
        name,
        reason: 'a policy of its own opens it, and every declared bucket is private',
        remedy: 'take the policy away and give its readers users, then adopt it',
      },
    ];
  const versioning = live.versioning as 'Enabled' | 'Suspended' | undefined;
  const lifecycle = live.lifecycle.map(ruleText);
  const line = {
    name,
    ...(versioning ? { versioning } : {}),
    ...(lifecycle.length > 0 ? { lifecycle } : {}),
  };
  return [{ objects: [{ kind: 'bucket', name }], files: [], lines: { buckets: [line] }, notes: [] }];
}

type RuleText = NonNullable<NonNullable<AdoptedText['buckets']>[number]['lifecycle']>[number];

function ruleText({ id, prefix, expireDays, noncurrentExpireDays }: LifecycleRule): RuleText {
  return {
    id,
    ...(prefix === '' ? {} : { filter: prefix }),
    ...(expireDays === undefined ? {} : { expiration: `${expireDays}d` }),
    ...(noncurrentExpireDays === undefined ? {} : { noncurrentVersionExpirationDays: noncurrentExpireDays }),
  };
}

/** Users of the object store with the policies that are attached to them. */
export async function proposeBucketUsers(input: AdoptInput): Promise<Proposals> {
  const names = await UNDECLARED['bucket-user'](input);
  return sorted((await Promise.all(names.map((name) => bucketUser(input, name)))).flat());
}

async function bucketUser(input: AdoptInput, name: string): Promise<Outcome[]> {
  const client = input.access.minioAdmin();
  const live = await client.user(name);
  if (!live) return [];
  const left = (reason: string, remedy: string): NotAdopted[] => [
    { kind: 'bucket-user', name, reason, remedy },
  ];
  if (!live.enabled)
    return left('it is disabled, and a declared user is enabled', 'enable it or take it away');
  const file = `file:${input.environment.secretsDirectory}/${secretFile.lake(name)}`;
  const secret = heldSecret(input.readSecret, file);
  if (secret === undefined)
    return left(
      'its secret is not at hand, and the next apply would give it another one',
      `put the secret into ${file}, then adopt it`,
    );
  if (!(await client.canLogIn(name, secret)))
    return left(`the secret in ${file} does not log in`, 'put the right one there, then adopt it');
  const documents = await Promise.all(
    live.policies.map(
      async (policy) => [policy, JSON.parse((await client.policy(policy)) ?? '{}') as object] as const,
    ),
  );
  const line = { name, policies: Object.fromEntries(documents) as Record<string, Record<string, unknown>> };
  return [{ objects: [{ kind: 'bucket-user', name }], files: [], lines: { bucketUsers: [line] }, notes: [] }];
}
