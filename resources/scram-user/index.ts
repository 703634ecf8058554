import { HIDDEN, updateIf } from '../change';
import type { Change, PropertyChange } from '../change';
import type { ResourceKind } from '../kind';
import { sentence } from '../sentence';
import type { ScramUserClient } from './scram-user-client';
import { parseScramUser } from './scram-user';
import type { LiveScramUser, ScramUser } from './scram-user';

export function scramUserKind(client: ScramUserClient): ResourceKind<ScramUser, LiveScramUser> {
  return {
    name: 'scram-user',
    types: ['kafka:index/userScramCredential:UserScramCredential'],
    parse: (resources) => resources.map(parseScramUser),
    key: ({ username }) => username,
    read: (desired) => client.read(desired),
    compare: compareScramUser,
    apply: (changes) => client.set(changes.map(({ desired }) => desired)),
    describe: (change) => sentence('scram-user', change.desired.username, change),
  };
}

/** A user without the declared mechanism is one that is not there; a password that does not log in is another one. */
export function compareScramUser(desired: ScramUser, live: LiveScramUser | undefined): Change<ScramUser>[] {
  const iterations = live?.iterations[desired.mechanism];
  if (live === undefined || iterations === undefined) return [{ action: 'create', desired }];
  const properties: PropertyChange[] = [];
  if (iterations !== desired.iterations)
    properties.push({ path: 'iterations', before: iterations, after: desired.iterations });
  if (live.passwordLogsIn === false) properties.push({ path: 'password', before: HIDDEN, after: HIDDEN });
  return updateIf(desired, properties);
}

export type { LiveScramUser, ScramUser } from './scram-user';
