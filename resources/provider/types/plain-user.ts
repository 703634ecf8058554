import { z } from 'zod';
import { plainUserKind } from '../../plain-user/index';
import type { LivePlainUser, PlainUser } from '../../plain-user/index';
import { usersFile } from '../../plain-user/users-file';
import { needed } from '../endpoints';
import type { ManagedType } from '../managed-type';
import type { Properties } from '../wire';

const form = z.strictObject({
  /** File of the users, as whoever applies sees it; the brokers read it at each login. */
  usersFile: z.string().startsWith('/', 'expected an absolute path'),
  username: z.string().regex(/^[A-Za-z0-9._-]+$/, 'expected a name of letters, digits, ".", "_" and "-"'),
  password: z.string().min(1, 'expected a password'),
});

/** What stands for a password that is another one than declared: passwords themselves are not read back. */
const CHANGED = '(another one)';
const storeOf = ({ usersFile: file }: Properties) => usersFile(file as string);

/** `naap:kafka:PlainUser`. */
export const plainUserType: ManagedType<PlainUser, LivePlainUser> = {
  token: 'naap:kafka:PlainUser',
  form,
  secrets: ['password'],
  judged: [],
  identity: { username: 'a user has no other name' },
  deleteBeforeReplace: false,
  adopts: 'changeable',
  id: ({ username }) => username as string,
  kind: (inputs) => plainUserKind(storeOf(inputs), (value) => value),
  remembered: () => ({ hasPassword: true }),
  observed: (inputs, _, { hasPassword }) =>
    hasPassword === false ? { ...inputs, password: CHANGED } : inputs,
  outputs: () => ({}),
  remove: (inputs, { username }) => storeOf(inputs).remove(username),
  importInputs: (id, { plainUsersFile }) => [
    { usersFile: needed(plainUsersFile, 'plainUsersFile'), username: id, password: CHANGED },
  ],
};
