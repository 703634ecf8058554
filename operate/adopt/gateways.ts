import { heldSecret } from '../../resources/secret';
import { secretFile } from '../../stacks/names';
import { UNDECLARED } from '../undeclared';
import { NONE, sorted } from './proposal';
import type { AdoptInput, NotAdopted, Outcome, Proposals } from './proposal';

const GATEWAY = /^[a-z0-9][a-z0-9-]{0,40}$/;

/** Users of the gateways' listener: each is a gateway, with a gateway's rights and limit. */
export async function proposeGateways(input: AdoptInput): Promise<Proposals> {
  const names = await UNDECLARED['plain-user'](input);
  if (names.length === 0) return NONE;
  const passwords = await input.access.plainUsers().read();
  return sorted(names.map((name) => propose(input, name, passwords[name]!)));
}

function propose({ environment, readSecret }: AdoptInput, name: string, password: string): Outcome {
  const left = (reason: string, remedy: string): NotAdopted => ({ kind: 'plain-user', name, reason, remedy });
  if (!GATEWAY.test(name))
    return left('a gateway has a name of a-z, 0-9 and "-"', 'make it again under another name');
  const file = `file:${environment.secretsDirectory}/${secretFile.plain(name)}`;
  const secret = heldSecret(readSecret, file);
  if (secret === undefined)
    return left(
      'its password is not at hand, and the next apply would give it another one',
      `put the password into ${file}, then adopt it`,
    );
  if (secret !== password)
    return left(`the password in ${file} is not its password`, 'put the right one there, then adopt it');
  return {
    objects: [{ kind: 'plain-user', name }],
    files: [],
    gateways: [name],
    notes: [
      'a gateway may write the gateways’ topic and has a limit: what of that is lacking comes with the next apply',
    ],
  };
}
