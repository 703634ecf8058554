import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readCaseFile } from './case-file';
import { readYamlFile } from './yaml-file';
import { runCase } from './run-case';
import type { CaseResult } from './test-case';
import { TestFileError } from './test-file-error';

export interface RunOptions {
  /** Only cases whose file or name contains this, in any case. */
  readonly filter?: string;
}

/** Runs every case of a file. */
export async function runCaseFile(path: string, options: RunOptions = {}): Promise<CaseResult[]> {
  const file = basename(path);
  const results: CaseResult[] = [];
  for (const test of isYaml(path) ? readYamlFile(path) : readCaseFile(path)) {
    if (!matches(options.filter, `${file} ${test.name} ${test.format ?? ''}`)) continue;
    results.push(await runCase(file, test));
  }
  return results;
}

function matches(filter: string | undefined, text: string): boolean {
  return filter === undefined || text.toLowerCase().includes(filter.toLowerCase());
}

function isYaml(path: string): boolean {
  return path.endsWith('.test.yaml');
}

/**
 * Case files (`.json`, `.test.yaml`) among paths: a folder gives those in it, in order of name.
 * @throws TestFileError a path is not there, or is a file of another kind
 */
export function findCaseFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) throw TestFileError.at(path, '', 'there is no such file or folder');
    if (!found.isDirectory()) {
      if (!isCaseFile(path))
        throw TestFileError.at(path, '', 'expected a .json or .test.yaml file, or a folder of them');
      return [path];
    }
    return readdirSync(path)
      .sort()
      .map((name) => join(path, name))
      .filter((name) => isCaseFile(name) || statSync(name).isDirectory())
      .flatMap((name) => findCaseFiles([name]));
  });
}

function isCaseFile(path: string): boolean {
  return path.endsWith('.json') || isYaml(path);
}
