import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PlainUserStore } from './index';

const OWNER_ONLY = 0o600;

/** A store that can also take one user away, and replace all. */
export interface UsersFile extends PlainUserStore {
  readonly write: (users: Readonly<Record<string, string>>) => Promise<void>;
  readonly remove: (username: string) => Promise<void>;
}

/** Writers of this process, one after the other: each changes what the one before has written. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * The users of the gateways' listener in one file: a line `name=password` each. The brokers read it at each login
 * (`broker/`), so that a change needs no restart. Readers see the old file or the new one, never a part.
 */
export function usersFile(file: string): UsersFile {
  const change = (edit: (users: Record<string, string>) => Record<string, string>): Promise<void> => {
    const run = queue.then(() => write(file, edit(readUsers(file))));
    queue = run.catch(() => undefined);
    return run;
  };
  return {
    read: () => Promise.resolve(readUsers(file)),
    write: (users) => change(() => ({ ...users })),
    put: (users) => change((all) => ({ ...all, ...users })),
    remove: (username) =>
      change((users) => Object.fromEntries(Object.entries(users).filter(([name]) => name !== username))),
  };
}

/** The users in `file`; none where there is no file. */
export function readUsers(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, 'utf8').split('\n');
  const entries = lines.flatMap((line) => {
    const at = line.indexOf('=');
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
  });
  return Object.fromEntries(entries);
}

function write(file: string, users: Readonly<Record<string, string>>): void {
  const lines = Object.keys(users)
    .sort()
    .map((name) => line(name, users[name]!));
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, lines.join(''), { mode: OWNER_ONLY });
  chmodSync(draft, OWNER_ONLY);
  renameSync(draft, file);
}

function line(name: string, password: string): string {
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    throw new Error(`user "${name}": expected a name of letters, digits, ".", "_" and "-"`);
  if (/[\r\n]/.test(password)) throw new Error(`user "${name}": its password holds a line break`);
  return `${name}=${password}\n`;
}
