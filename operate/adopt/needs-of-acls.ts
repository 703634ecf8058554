import type { Acl } from '../../resources/acl/acl';
import type { AdoptedText } from '../../stacks/adopted';

type Needs = Omit<NonNullable<AdoptedText['identities']>[number], 'name' | 'login'>;
type Key = keyof Needs;

/** What somebody does who has these rights on one thing: each need with all of its operations, the widest first. */
const NEEDS: Readonly<Record<Acl['resourceType'], readonly (readonly [Key, readonly Acl['operation'][]])[]>> =
  {
    TOPIC: [
      ['controls', ['ALL']],
      ['owns', ['CREATE', 'READ', 'WRITE', 'DESCRIBE_CONFIGS']],
      ['consumes', ['READ']],
      ['produces', ['WRITE']],
      ['describesConfigsOf', ['DESCRIBE_CONFIGS']],
      ['describes', ['DESCRIBE']],
    ],
    GROUP: [
      ['controlsGroups', ['ALL']],
      ['groups', ['READ']],
      ['resetsGroups', ['DELETE']],
    ],
    TRANSACTIONAL_ID: [['transactionalIds', ['DESCRIBE', 'WRITE']]],
    CLUSTER: [],
  };
const CLUSTER = { CREATE: 'Create', DESCRIBE: 'Describe', DESCRIBE_CONFIGS: 'DescribeConfigs' } as const;

/** What the entries of one identity say that it does, and the entries that no need asks for. */
export function needsOfAcls(acls: readonly Acl[]): { readonly needs: Needs; readonly other: readonly Acl[] } {
  const needs: Record<string, string[]> = {};
  const left = new Set(acls);
  const usual = acls.filter(({ permission, host }) => permission === 'ALLOW' && host === '*');
  for (const same of byResource(usual)) {
    const { resourceType, resourceName, pattern } = same[0]!;
    for (const [need, operations] of NEEDS[resourceType]) {
      const asked = operations.map((operation) =>
        same.find((acl) => left.has(acl) && acl.operation === operation),
      );
      if (asked.includes(undefined)) continue;
      asked.forEach((acl) => left.delete(acl!));
      (needs[need] ??= []).push(pattern === 'PREFIXED' ? `${resourceName}*` : resourceName);
    }
  }
  for (const acl of usual.filter(({ resourceType }) => resourceType === 'CLUSTER')) {
    const operation = CLUSTER[acl.operation as keyof typeof CLUSTER] as string | undefined;
    if (!operation) continue;
    left.delete(acl);
    (needs.cluster ??= []).push(operation);
  }
  return { needs: needs, other: [...left] };
}

function byResource(acls: readonly Acl[]): Acl[][] {
  const groups = new Map<string, Acl[]>();
  for (const acl of acls) {
    const key = `${acl.resourceType} ${acl.pattern} ${acl.resourceName}`;
    groups.set(key, [...(groups.get(key) ?? []), acl]);
  }
  return [...groups.values()];
}
