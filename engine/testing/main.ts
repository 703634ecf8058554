import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { failureText, summaryText } from './report';
import { findCaseFiles, runCaseFile } from './run-file';
import type { CaseResult } from './test-case';

interface Options {
  readonly filter?: string;
  readonly json?: string;
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  const results: CaseResult[] = [];
  for (const path of findCaseFiles(paths)) {
    const ofFile = await runCaseFile(path, options);
    for (const result of ofFile) if (result.status === 'failed') console.log(`${failureText(result)}\n`);
    results.push(...ofFile);
  }
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(results, undefined, 1));
  console.log(summaryText(results));
  process.exitCode = results.some((r) => r.status === 'failed') ? 1 : 0;
}

void new Command('ksql-test')
  .description('Runs SQL test cases without a broker.')
  .argument('<paths...>', 'case files, or folders of them')
  .option('--filter <text>', 'only cases whose file or name contains this')
  .option('--json <file>', 'write the results as JSON')
  .action(run)
  .parseAsync();
