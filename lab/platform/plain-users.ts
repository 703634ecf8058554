import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writePrivateFile } from '../secrets';
import { runLayout } from './layout';
import { PLAIN_MODULE, jaasEntry } from './properties';

/** A user of the ingest listener: user name to password. */
export type PlainUsers = Readonly<Record<string, string>>;

/** The users that the ingest listener was last told. */
export function readPlainUsers(runDir: string): PlainUsers {
  const file = usersFile(runDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PlainUsers) : {};
}

/** Stores the users for the next start of the brokers. Returns whether anything changed. */
export function writePlainUsers(runDir: string, users: PlainUsers): boolean {
  const sorted = Object.fromEntries(Object.entries(users).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (JSON.stringify(sorted) === JSON.stringify(readPlainUsers(runDir))) return false;
  writePrivateFile(usersFile(runDir), JSON.stringify(sorted));
  return true;
}

/** The users as the JAAS entry of the listener: `user_<name>="<password>"`. */
export function plainUsersJaas(runDir: string): string {
  const options = Object.entries(readPlainUsers(runDir)).map(([name, password]) => [
    `user_${name}`,
    password,
  ]);
  return jaasEntry(PLAIN_MODULE, Object.fromEntries(options) as Record<string, string>);
}

function usersFile(runDir: string): string {
  return path.join(runLayout(runDir).secrets, 'plain-users.json');
}
