import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from './exit-codes';

/** The declaration's data files as a commit has them, in a folder of their own. */
export interface Checkout {
  readonly folder: string;
  readonly remove: () => void;
}

/** What the declaration is read from. */
const DATA = /^(ksql|schemas|connectors)\/|^Pulumi\.[^/]+\.yaml$/;

/** Writes the data files of `ref` into a new folder. Throws a UsageError for a commit that git does not know. */
export function checkoutOf(root: string, ref: string): Checkout {
  const commit = commitOf(root, ref);
  const names = git(root, ['ls-tree', '-r', '--name-only', commit])
    .split('\n')
    .filter((name) => DATA.test(name));
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-base-'));
  const archive = execFileSync('git', ['-C', root, 'archive', commit, '--', ...names], {
    maxBuffer: MAX_BYTES,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const MAX_BYTES = 64 * 1024 * 1024;

/** Text of a file as a commit has it; undefined where it has none. */
export function fileAt(root: string, ref: string, file: string): string | undefined {
  try {
    return git(root, ['show', `${commitOf(root, ref)}:${file}`]);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return undefined;
  }
}

function commitOf(root: string, ref: string): string {
  try {
    return git(root, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]).trim();
  } catch {
    throw new UsageError(`"${ref}" is no commit of this repository`);
  }
}

function git(root: string, args: readonly string[]): string {
  return execFileSync('git', ['-C', root, ...args], {
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
