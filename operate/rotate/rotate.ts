import { currentSlot, userName } from '../../stacks/identities';
import type { UserSlot } from '../../stacks/identities';
import type { Environment } from '../../stacks/environment';

/** What a rotation touches. It sets no password in Kafka: `pulumi up`, or the lab, makes true what is declared. */
export interface RotateWorld {
  readonly environment: Pick<Environment, 'identities'>;
  /** Identities with two users. */
  readonly principals: readonly string[];
  readonly readSecret: (user: string) => string;
  /** Throws where secrets are kept by somebody else. */
  readonly writeSecret: (user: string, value: string) => void;
  readonly newSecret: () => string;
  readonly logsIn: (user: string, password: string) => Promise<boolean>;
  /** Writes which user is in use into the configuration of the stack. */
  readonly setCurrent: (principal: string, slot: UserSlot) => void;
  readonly say: (line: string) => void;
  /** Asks again until it is so; false when the time is over. */
  readonly waitFor: (look: () => Promise<boolean>) => Promise<boolean>;
}

/** Nothing is broken: the same command goes on from there. */
export class NotAppliedError extends Error {}

/**
 * Gives an identity its other user, with a new password: the declaration says so once that user can log in. Both users have
 * the same rights and the old one goes on working, so nobody waits. A second run goes on where the first one ended.
 */
export async function rotate(world: RotateWorld, principal: string): Promise<void> {
  checkPrincipal(world, principal);
  const slot = otherSlot(currentSlot(world.environment, principal));
  const user = userName(principal, slot);
  await renew(world, user);
  world.setCurrent(principal, slot);
  world.say(
    `"${principal}" is declared as user "${user}": apply it once more, so that connectors and deployments log in as it`,
  );
  world.say(
    `when nothing logs in as "${userName(principal, otherSlot(slot))}" any more: ./naap rotate ${principal} --retire`,
  );
}

/** Makes the password of the user that is no longer in use worthless. */
export async function retire(world: RotateWorld, principal: string): Promise<void> {
  checkPrincipal(world, principal);
  const slot = currentSlot(world.environment, principal);
  const current = userName(principal, slot);
  if (!(await world.logsIn(current, world.readSecret(current))))
    throw new Error(`user "${current}" is in use and cannot log in with its secret: rotate first`);
  const retired = userName(principal, otherSlot(slot));
  await renew(world, retired);
  world.say(`the old password of user "${retired}" logs in no more`);
}

/** A new secret, and the wait until it is applied. A secret that does not log in yet is one that waits for it. */
async function renew(world: RotateWorld, user: string): Promise<void> {
  const before = world.readSecret(user);
  if (await world.logsIn(user, before)) world.writeSecret(user, world.newSecret());
  const secret = world.readSecret(user);
  world.say(
    `user "${user}" has a new secret; waits until it is applied (pulumi up, or ./naap up in the lab)`,
  );
  if (!(await world.waitFor(() => world.logsIn(user, secret))))
    throw new NotAppliedError(
      `user "${user}" cannot log in with its new secret yet: apply it, then run this again`,
    );
  if (before !== secret && (await world.logsIn(user, before)))
    throw new Error(`user "${user}" still logs in with its old password`);
}

function otherSlot(slot: UserSlot): UserSlot {
  return slot === 'a' ? 'b' : 'a';
}

function checkPrincipal({ principals }: RotateWorld, principal: string): void {
  if (principals.includes(principal)) return;
  throw new Error(`"${principal}" is no identity with two users; these are ${principals.join(', ')}`);
}
