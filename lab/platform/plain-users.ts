import path from 'node:path';
import { readUsers, usersFile } from '../../resources/plain-user/users-file';
import type { LabSettings } from '../settings';
import { runLayout } from './layout';

/** A user of the ingest listener: user name to password. */
export type PlainUsers = Readonly<Record<string, string>>;

/** The file that the brokers read at a login (`resources/plain-user/broker`). */
export function plainUsersFile(runDir: string): string {
  return path.join(runLayout(runDir).secrets, 'plain-users');
}

/** The users of the ingest listener. */
export function readPlainUsers(runDir: string): PlainUsers {
  return readUsers(plainUsersFile(runDir));
}

/** Makes `users` the users of the ingest listener, all of them, while the brokers run. Returns whether anything changed. */
export async function setPlainUsers({ runDir }: LabSettings, users: PlainUsers): Promise<boolean> {
  const sorted = (all: PlainUsers): string => JSON.stringify(Object.entries(all).sort());
  if (sorted(users) === sorted(readPlainUsers(runDir))) return false;
  await usersFile(plainUsersFile(runDir)).write(users);
  return true;
}
