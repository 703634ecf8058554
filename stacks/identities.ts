import type { Environment } from './environment-schema';

/** The two users of one identity. Kafka keeps one password a user and mechanism, so a rotation needs two users. */
export type UserSlot = 'a' | 'b';

/** Both users of an identity, `a` first. User a has the identity's own name. */
export function usersOf(principal: string): readonly [string, string] {
  return [userName(principal, 'a'), userName(principal, 'b')];
}

export function userName(principal: string, slot: UserSlot): string {
  return slot === 'a' ? principal : `${principal}-b`;
}

/** Which of the two whoever acts for the identity logs in as: a line under `naap:identities`, `a` where there is none. */
export function currentSlot({ identities }: Pick<Environment, 'identities'>, principal: string): UserSlot {
  return identities[principal] ?? 'a';
}

export function currentUser(environment: Pick<Environment, 'identities'>, principal: string): string {
  return userName(principal, currentSlot(environment, principal));
}
