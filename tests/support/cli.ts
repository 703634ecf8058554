import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** The checkout. */
export const ROOT = path.resolve(__dirname, '../..');

/**
 * What Node is given to run `./naap` as a user does, without its look at the tools that are there: the bundle, built anew where a
 * source is newer.
 */
export function naapCommand(args: readonly string[]): string[] {
  execFileSync(process.execPath, [path.join(ROOT, 'tools/build.js')], { stdio: 'inherit' });
  return ['--enable-source-maps', path.join(ROOT, 'dist/naap.js'), ...args];
}
