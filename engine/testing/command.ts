import { writeFileSync } from 'node:fs';
import { failureText, summaryText } from './report';
import { findCaseFiles, runCaseFile } from './run-file';
import type { CaseResult } from './test-case';

export interface TestCommandOptions {
  readonly filter?: string;
  /** File for the results as JSON. */
  readonly json?: string;
}

/** Runs case files and prints failures and the sum; gives whether any case failed. */
export async function runTestCommand(
  paths: readonly string[],
  options: TestCommandOptions,
  print: (line: string) => void,
): Promise<boolean> {
  const results: CaseResult[] = [];
  for (const path of findCaseFiles(paths)) {
    const ofFile = await runCaseFile(path, options);
    for (const result of ofFile) if (result.status === 'failed') print(`${failureText(result)}\n`);
    results.push(...ofFile);
  }
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(results, undefined, 1));
  print(summaryText(results));
  return results.some((result) => result.status === 'failed');
}
