import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Credentials } from '../../resources/endpoints';
import { currentUser } from '../../stacks/identities';
import { secretFile } from '../../stacks/names';
import { ensureSecret } from '../secrets';
import type { LabSettings } from '../settings';
import { PRINCIPALS, runLayout } from './layout';
import type { Principal } from './layout';
import { jaasEntry, SCRAM_MODULE } from './properties';

/** The stack that the lab realises. */
const DECLARATION = 'Pulumi.dev.yaml';
const configuration = z.object({
  config: z.object({
    'naap:identities': z.record(z.string(), z.enum(['a', 'b'])).default({}),
  }),
});

type Place = Pick<LabSettings, 'root' | 'runDir'>;

/**
 * As whom whoever acts for a declared identity logs in here: the user that the declaration says is in use, as in production. Its
 * password is made when it is first asked for.
 */
export function declaredLogin({ root, runDir }: Place, principal: string): Credentials {
  const username = currentUser({ identities: declaredIdentities(root) }, principal);
  const passwordFile = path.join(runLayout(runDir).secrets, secretFile.kafka(username));
  ensureSecret(passwordFile);
  return { username, passwordFile };
}

/** {@link declaredLogin} of a part of the platform. */
export function partLogin(place: Place, principal: Exclude<Principal, 'admin' | 'controller'>): Credentials {
  return declaredLogin(place, PRINCIPALS[principal]);
}

/** Whether a part runs with a configuration in which it logs in as another user than the one that is declared now. */
export function logsInAsAnother(file: string, { username }: Pick<Credentials, 'username'>): boolean {
  const [beforePassword] = jaasEntry(SCRAM_MODULE, { username, password: '' }).split(' password=');
  return existsSync(file) && !readFileSync(file, 'utf8').includes(beforePassword!);
}

function declaredIdentities(root: string): Readonly<Record<string, 'a' | 'b'>> {
  const file = path.join(root, DECLARATION);
  if (!existsSync(file)) return {};
  return configuration.parse(parse(readFileSync(file, 'utf8'))).config['naap:identities'];
}
