import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A PostgreSQL server of one test. */
export interface PostgresServer {
  /** `jdbc:postgresql://127.0.0.1:<port>/postgres`. */
  readonly jdbcUri: string;
  readonly username: string;
  readonly stop: () => void;
}

export interface PostgresOptions {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

const DEBIAN = '/usr/lib/postgresql';
const PROGRAMS = ['initdb', 'pg_ctl'];
/** A server refuses to run as root: then it runs as one of these. */
const USERS = ['postgres', 'nobody'];

/** Folder with `initdb` and `pg_ctl`: of the PATH, else where Debian puts them; undefined where there is none. */
export function findPostgres(): string | undefined {
  const newest = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)).map((version) => path.join(DEBIAN, version, 'bin')) // prettier-ignore
    : [];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...newest];
  return folders.find((folder) => PROGRAMS.every((program) => existsSync(path.join(folder, program))));
}

/** Starts an empty server on loopback that asks for the password; its folder goes when it is stopped. */
export function startPostgres(
  programs: string,
  { port, username, password }: PostgresOptions,
): PostgresServer {
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-postgres-'));
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const owner = unprivileged();
  if (owner) for (const it of [folder, passwordFile]) chownSync(it, owner.uid, owner.gid);
  const run = (program: string, ...args: string[]): void => {
    // The server keeps what it inherits: a pipe would never end.
    execFileSync(path.join(programs, program), args, { ...owner, cwd: folder, stdio: 'ignore' });
  };
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    run('initdb', '--no-sync', '--auth=scram-sha-256', '-E', 'UTF8', '-U', username, `--pwfile=${passwordFile}`, '-D', data); // prettier-ignore
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
    run('pg_ctl', 'start', '-w', '-D', data, '-l', path.join(folder, 'log'), '-o', options);
  } catch (error) {
    remove();
    throw error;
  }
  const stop = (): void => {
    run('pg_ctl', 'stop', '-w', '-m', 'immediate', '-D', data);
    remove();
  };
  return { jdbcUri: `jdbc:postgresql://127.0.0.1:${port}/postgres`, username, stop };
}

function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of USERS) {
    try {
      const id = (flag: string): number => Number(execFileSync('id', [flag, user], { stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // The next one.
    }
  }
  throw new Error(`PostgreSQL does not run as root, and there is none of the users ${USERS.join(', ')}`);
}
