import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LabSettings } from '../../lab';
import { naapCommand, ROOT } from '../support/cli';

const DATA = ['ksql', 'schemas', 'connectors', 'package.json'];

/** What a command ended with. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** A checkout's data files in a repository of their own, which commands may edit. */
export interface Project {
  readonly folder: string;
  readonly settings: LabSettings;
  readonly read: (file: string) => string;
  readonly edit: (file: string, change: (text: string) => string) => void;
  readonly exists: (file: string) => boolean;
  /** Runs `./naap …` there. */
  readonly naap: (...args: string[]) => Promise<Ran>;
  readonly commit: (message: string) => void;
  readonly remove: () => void;
}

/** Copies the declaration; `settings` say which platform the commands find. */
export function copyProject(settings: LabSettings): Project {
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-project-'));
  const stacks = readdirSync(ROOT).filter((name) => /^Pulumi(\..*)?\.yaml$/.test(name));
  for (const name of [...DATA, ...stacks])
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  const git = (...args: string[]): void => {
    const author = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
    execFileSync('git', ['-C', folder, ...author, ...args], { stdio: 'ignore' });
  };
  git('init', '--quiet');
  const commit = (message: string): void => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', message);
  };
  commit('as declared');
  const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
  return {
    folder,
    settings: { ...settings, root: folder },
    read,
    edit: (file, change) => writeFileSync(path.join(folder, file), change(read(file))),
    exists: (file) => readdirSync(path.join(folder, path.dirname(file))).includes(path.basename(file)),
    naap: (...args) => naap(folder, settings, args),
    commit,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function naap(folder: string, settings: LabSettings, args: readonly string[]): Promise<Ran> {
  const env = { ...settings.env, NAAP_ROOT: folder };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      naapCommand(args),
      { cwd: ROOT, env, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error ? Number(error.code ?? 1) : 0;
        resolve({ code, output: stdout + stderr });
      },
    );
  });
}
