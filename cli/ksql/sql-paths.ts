import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SqlFile } from '../../resources/query/sql-files';
import { UsageError } from '../exit-codes';

/** The `.sql` files below the given files and folders, each once, by path; paths are relative to `root` or else to `from`, where they lie in it. */
export function readSqlFiles(root: string, paths: readonly string[], from = process.cwd()): SqlFile[] {
  const found = new Set(paths.flatMap((given) => filesBelow(path.resolve(from, given), given)));
  if (found.size === 0) throw new UsageError(`no .sql file in ${paths.join(', ')}`);
  return [...found].sort().map((file) => ({ path: shownPath(root, from, file), text: readFileSync(file, 'utf8') }));
}

function filesBelow(absolute: string, given: string): string[] {
  if (!existsSync(absolute)) throw new UsageError(`${given} does not exist: give a .sql file or a folder`);
  if (!statSync(absolute).isDirectory()) return [absolute];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql') && !name.split(path.sep).includes('node_modules'))
    .map((name) => path.join(absolute, name));
}

function shownPath(root: string, from: string, file: string): string {
  const relative = [root, from].map((base) => path.relative(base, file)).find((one) => !one.startsWith('..'));
  return (relative ?? file).split(path.sep).join('/');
}
