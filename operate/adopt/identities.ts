import { aclKey } from '../../resources/acl/acl';
import type { Acl } from '../../resources/acl/acl';
import type { LiveScramUser } from '../../resources/scram-user/scram-user';
import type { AdoptedText } from '../../stacks/adopted';
import { secretFile } from '../../stacks/names';
import { UNDECLARED } from '../undeclared';
import { needsOfAcls } from './needs-of-acls';
import { sorted } from './proposal';
import type { AdoptInput, AdoptedObject, NotAdopted, Outcome, Proposals } from './proposal';

type Login = NonNullable<NonNullable<AdoptedText['identities']>[number]['login']>;

/** Users of Kafka with what they do: both are one line, from which their rights follow. */
export async function proposeIdentities(input: AdoptInput): Promise<Proposals> {
  const [users, acls] = await Promise.all([UNDECLARED['scram-user'](input), UNDECLARED.acl(input)]);
  const logins = await readLogins(input, users);
  const named = new Set([...users, ...acls.map(({ principal }) => principal.replace(/^User:/, ''))]);
  const declared = new Set(input.declared.acl.map(({ principal }) => principal.replace(/^User:/, '')));
  const outcomes = [...named].sort().flatMap((name): Outcome[] => {
    const own = acls.filter(({ principal }) => principal === `User:${name}`);
    if (declared.has(name)) return own.map((acl) => derived(acl, name));
    return propose(name, own, logins.get(name));
  });
  const strange = acls.filter(({ principal }) => !principal.startsWith('User:'));
  return sorted([...outcomes, ...strange.map((acl) => notANeed(acl))]);
}

function propose(name: string, acls: readonly Acl[], login: Login | NotAdopted | undefined): Outcome[] {
  if (login && 'reason' in login) return [login, ...acls.map((acl) => ofLeftUser(acl, name))];
  const { needs, other } = needsOfAcls(acls);
  const taken = acls.filter((acl) => !other.includes(acl));
  const left = other.map((acl) => notANeed(acl));
  if (!login && taken.length === 0) return left;
  const objects: AdoptedObject[] = [
    ...(login ? [{ kind: 'scram-user' as const, name }] : []),
    ...taken.map((acl) => ({ kind: 'acl' as const, name: aclKey(acl) })),
  ];
  const line = { name, ...(login ? { login } : {}), ...needs };
  return [{ objects, files: [], lines: { identities: [line] }, notes: [] }, ...left];
}

/** Of users whose password is known here: an apply without it would give them another one. */
async function readLogins(
  input: AdoptInput,
  users: readonly string[],
): Promise<Map<string, Login | NotAdopted>> {
  const asked = users.map((username) => ({
    username,
    mechanism: 'SCRAM-SHA-512' as const,
    iterations: 4096,
    password: reference(input, username),
  }));
  const live =
    users.length === 0 ? new Map<string, LiveScramUser>() : await input.access.scramUsers().read(asked);
  return new Map(users.map((name) => [name, loginOf(input, name, live.get(name))] as const));
}

function loginOf(input: AdoptInput, name: string, live: LiveScramUser | undefined): Login | NotAdopted {
  const left = (reason: string, remedy: string): NotAdopted => ({ kind: 'scram-user', name, reason, remedy });
  const found = Object.entries(live?.iterations ?? {});
  const [mechanism, iterations] = found[0] ?? [];
  if (found.length !== 1 || mechanism === undefined || iterations === undefined)
    return left(
      `it has ${found.length} mechanisms, and a declared user has one`,
      'take away the one that nobody uses, then adopt it',
    );
  const file = reference(input, name);
  if (mechanism !== 'SCRAM-SHA-512')
    return left(
      `it logs in with ${mechanism}, which cannot be tried here`,
      'give it SCRAM-SHA-512 with the same password, then adopt it',
    );
  if (live!.passwordLogsIn === undefined)
    return left(
      'its password is not at hand, and the next apply would give it another one',
      `put the password into ${file}, then adopt it`,
    );
  if (!live!.passwordLogsIn)
    return left(`the password in ${file} does not log in`, 'put the right one there, then adopt it');
  return { mechanism, iterations };
}

function reference({ environment }: AdoptInput, user: string): string {
  return `file:${environment.secretsDirectory}/${secretFile.kafka(user)}`;
}

function derived(acl: Acl, name: string): NotAdopted {
  return {
    kind: 'acl',
    name: aclKey(acl),
    reason: `rights of "${name}" follow from what it does, and nothing that is declared needs this one`,
    remedy: `declare ${whatNeeds(acl)}, or take the entry away`,
  };
}

/** What in the declaration would ask for an entry of a declared identity. */
function whatNeeds({ resourceType, operation, resourceName }: Acl): string {
  if (resourceType === 'TOPIC' && operation === 'READ')
    return `what reads "${resourceName}" (a file of ksql/ or connectors/)`;
  if (resourceType === 'TOPIC' && operation === 'WRITE')
    return `what writes "${resourceName}" (a file of ksql/ or connectors/)`;
  if (resourceType === 'GROUP') return `the connector or query whose group is "${resourceName}"`;
  return 'what needs it';
}

function notANeed(acl: Acl): NotAdopted {
  return {
    kind: 'acl',
    name: aclKey(acl),
    reason: 'no declaration says this: rights are allowed, from any host, for what an identity does',
    remedy:
      'replace it by rights that follow from reading, writing or making topics and groups, then adopt those',
  };
}

function ofLeftUser(acl: Acl, name: string): NotAdopted {
  return {
    kind: 'acl',
    name: aclKey(acl),
    reason: `its user "${name}" is not adopted`,
    remedy: 'adopt the user first',
  };
}
