import type { AclClient } from '../acl/acl-client';
import type { UsersFile } from './users-file';

export interface RemoveInput {
  readonly users: Pick<UsersFile, 'read' | 'remove'>;
  readonly acls: Pick<AclClient, 'all' | 'delete'>;
  /** Names that the stack declares. */
  readonly declared: ReadonlySet<string>;
}

/**
 * Takes away the gateways' users that are no longer declared: first their rights, which ends what open connections can do, then the
 * login. Pulumi knows from its state whom it made; in the lab the listener's file holds nobody else. Returns what it did.
 */
export async function removePlainUsers({ users, acls, declared }: RemoveInput): Promise<string[]> {
  const gone = Object.keys(await users.read()).filter((name) => !declared.has(name));
  if (gone.length === 0) return [];
  const principals = new Set(gone.map((name) => `User:${name}`));
  const rights = (await acls.all()).filter(({ principal }) => principals.has(principal));
  if (rights.length > 0) await acls.delete(rights);
  for (const name of gone) await users.remove(name);
  return gone.map(
    (name) =>
      `delete plain-user "${name}" and its ${rightsOf(name, rights)} rights: it is no longer declared`,
  );
}

function rightsOf(name: string, rights: readonly { readonly principal: string }[]): number {
  return rights.filter(({ principal }) => principal === `User:${name}`).length;
}
