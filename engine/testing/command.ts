import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { failureText, resultRow, summaryText } from './report';
import { findCaseFiles, runCaseFile } from './run-file';
import { runFiles } from './run-files';
import type { CaseResult } from './test-case';
import { serveParent, startWorker } from './worker';

export interface TestCommandOptions {
  readonly filter?: string;
  /** File for the results as JSON. */
  readonly json?: string;
  /** How many processes run files at once; absent: as many as there are cores. */
  readonly jobs?: number;
  /** This process is one of several and works for its parent. */
  readonly worker?: boolean;
}

/** What a program that has the command hands to it. */
export interface TestCommandSetting {
  /** Arguments that make the program run this command with `worker`. */
  readonly workerArgs: readonly string[];
  /** Runs the cases of one file; absent: those of ksqlDB's and of this folder's formats. */
  readonly runFile?: (path: string, options: TestCommandOptions) => Promise<readonly CaseResult[]>;
}

/**
 * Runs case files and prints failures and the sum; gives whether any case failed.
 * @throws TestFileError a file is missing or is no test file: nothing is counted then
 */
export async function runTestCommand(
  paths: readonly string[],
  options: TestCommandOptions,
  setting: TestCommandSetting,
  print: (line: string) => void,
): Promise<boolean> {
  const runFile = (path: string): Promise<readonly CaseResult[]> =>
    (setting.runFile ?? runCaseFile)(path, options);
  if (options.worker) {
    await serveParent(runFile);
    return false;
  }
  const results: CaseResult[] = [];
  const filter = options.filter === undefined ? [] : ['--filter', options.filter];
  const runner = {
    runFile,
    startWorker: () => startWorker([...setting.workerArgs, ...filter]),
    jobs: options.jobs ?? availableParallelism(),
  };
  await runFiles(findCaseFiles(paths), runner, (ofFile) => {
    for (const result of ofFile) if (result.status === 'failed') print(`${failureText(result)}\n`);
    results.push(...ofFile);
  });
  if (options.json !== undefined) writeFileSync(options.json, rowsText(results));
  print(summaryText(results));
  return results.some((result) => result.status === 'failed');
}

/** One case a line, so that runs can be compared by eye. */
function rowsText(results: readonly CaseResult[]): string {
  const rows = results.map((result) => JSON.stringify(resultRow(result)));
  return rows.length === 0 ? '[]\n' : `[\n${rows.join(',\n')}\n]\n`;
}
