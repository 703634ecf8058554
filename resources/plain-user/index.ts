import { z } from 'zod';
import { HIDDEN, updateIf } from '../change';
import type { Change } from '../change';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';
import type { ResourceKind } from '../kind';
import { heldSecret } from '../secret';
import type { SecretReader } from '../secret';
import { sentence } from '../sentence';

/** A user of the listener for gateways (SASL/PLAIN). */
export interface PlainUser {
  readonly username: string;
  /** Reference of the password. */
  readonly password: string;
}
export interface LivePlainUser {
  /** Undefined: not tried, as the password is not at hand. */
  readonly hasPassword?: boolean;
}

/** Where the listener keeps its users (`users-file.ts`). */
export interface PlainUserStore {
  readonly read: () => Promise<Readonly<Record<string, string>>>;
  /** Adds these users, or gives them these passwords; all others stay. Several callers at a time do not disturb each other. */
  readonly put: (users: Readonly<Record<string, string>>) => Promise<void>;
}

export function plainUserKind(
  store: PlainUserStore,
  readSecret: SecretReader,
): ResourceKind<PlainUser, LivePlainUser> {
  return {
    name: 'plain-user',
    types: ['naap:kafka:PlainUser'],
    parse: (resources) => resources.map(parsePlainUser),
    key: ({ username }) => username,
    read: (desired) => readUsers(store, readSecret, desired),
    compare: comparePlainUser,
    apply: (changes) => writeUsers(store, readSecret, changes),
    describe: (change) => sentence('plain-user', change.desired.username, change),
  };
}

export function comparePlainUser(desired: PlainUser, live: LivePlainUser | undefined): Change<PlainUser>[] {
  if (!live) return [{ action: 'create', desired }];
  return updateIf(
    desired,
    live.hasPassword !== false ? [] : [{ path: 'password', before: HIDDEN, after: HIDDEN }],
  );
}

const inputs = z.object({ username: z.string(), password: z.string() });

function parsePlainUser(resource: DeclaredResource): PlainUser {
  return parseInputs(resource, inputs);
}

async function readUsers(
  store: PlainUserStore,
  readSecret: SecretReader,
  desired: readonly PlainUser[],
): Promise<Map<string, LivePlainUser>> {
  const users = await store.read();
  const known = desired.filter(({ username }) => users[username] !== undefined);
  return new Map(
    known.map(({ username, password }) => [
      username,
      { hasPassword: isPassword(users[username]!, heldSecret(readSecret, password)) },
    ]),
  );
}

function isPassword(found: string, held: string | undefined): boolean | undefined {
  return held === undefined ? undefined : found === held;
}

/** All in one write, as a listener is told of its users together. */
async function writeUsers(
  store: PlainUserStore,
  readSecret: SecretReader,
  changes: readonly Change<PlainUser>[],
): Promise<void> {
  const changed = changes.map(({ desired }) => [desired.username, readSecret(desired.password)] as const);
  await store.put(Object.fromEntries(changed));
}
