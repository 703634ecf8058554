import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of the checkout. `./naap` names it; under a test runner it is found from this file. */
export function projectRoot(env: Environment = process.env): string {
  if (env.NAAP_ROOT) return env.NAAP_ROOT;
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (isProject(path.join(folder, 'package.json'))) return folder;
  }
  throw new Error('the project folder was not found: set NAAP_ROOT to the folder that holds ./naap');
}

function isProject(manifest: string): boolean {
  if (!existsSync(manifest)) return false;
  const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string };
  return name === 'naap';
}

/** The cache folder: installed parts, class archives and, unless `NAAP_RUN_DIR` says otherwise, the running platform. */
export function naapHome(env: Environment = process.env): string {
  if (env.NAAP_HOME) return path.resolve(env.NAAP_HOME);
  const cache = env.XDG_CACHE_HOME ?? path.join(env.HOME ?? homedir(), '.cache');
  return path.join(cache, 'naap');
}

/** The folder of one platform: configuration, secrets, data, logs, pid files. Two folders are two platforms. */
export function runDirectory(env: Environment = process.env): string {
  return env.NAAP_RUN_DIR ? path.resolve(env.NAAP_RUN_DIR) : path.join(naapHome(env), 'run');
}
