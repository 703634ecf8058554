import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { runTestCommand } from '../engine/testing/command';
import type { TestCommandOptions } from '../engine/testing/command';
import { runCaseFile } from '../engine/testing/run-file';
import { TestFileError } from '../engine/testing/test-file-error';
import { projectRoot } from '../lab/paths';
import { EXIT, UsageError } from './exit-codes';
import { withExamples } from './help';
import { ksqlCommand } from './ksql/command-group';
import { isDeclaredTest, runDeclaredTests } from './ksql/run-sql-tests';

export function registerKsqlTest(program: Command): void {
  const command = ksqlCommand(program)
    .command('test')
    .argument('[paths...]', 'case files (.test.yaml, .json) and folders of them; ksql/ when none is given')
    .description('Run tests of SQL on the local engine, with virtual time and no broker.')
    .option('--filter <text>', 'only cases whose file or name contains this')
    .option('--json <file>', 'write the results as JSON, one row a case')
    .option('--jobs <n>', 'run files in so many processes (default: one a core)', jobsArgument)
    .action(test);
  command.addOption(
    command.createOption('--worker', 'run the files that the parent process names').hideHelp(),
  );
  withExamples(
    command,
    [
      './naap ksql test',
      './naap ksql test ksql/gold --filter rollup',
      "./naap ksql test cases/ --json results.json     # ksqlDB's own cases, also those of its REST suite",
    ],
    'Exit codes: 0 every case passed, 1 a case failed, 2 wrong usage or a file that is no test.',
  );
}

async function test(paths: readonly string[], options: TestCommandOptions): Promise<void> {
  const places = paths.length > 0 ? paths : [path.join(projectRoot(), 'ksql')];
  const setting = {
    workerArgs: ['ksql', 'test', '--worker'],
    runFile: (file: string, { filter }: TestCommandOptions) =>
      isDeclaredTest(file) ? runDeclaredTests(file, filter) : runCaseFile(file, { filter }),
  };
  try {
    const failed = await runTestCommand(places, options, setting, (line) => console.log(line));
    if (failed) process.exitCode = EXIT.error;
  } catch (error) {
    throw error instanceof TestFileError ? new UsageError(error.message) : error;
  }
}

function jobsArgument(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 on');
  return Number(text);
}
