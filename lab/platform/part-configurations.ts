import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { LabSettings } from '../settings';
import { runLayout } from './layout';

/** What the lab's parts run with, by what to call it: as whom each logs in stands there. */
export function partConfigurations({ runDir }: Pick<LabSettings, 'runDir'>): ReadonlyMap<string, string> {
  const folder = runLayout(runDir).config;
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map(({ parentPath, name }) => [
      `the lab (${name})`,
      readFileSync(path.join(parentPath, name), 'utf8'),
    ]),
  );
}
