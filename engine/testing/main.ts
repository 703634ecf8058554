import { Command, InvalidArgumentError } from 'commander';
import { runTestCommand } from './command';
import type { TestCommandOptions } from './command';
import { TestFileError } from './test-file-error';

void new Command('ksql-test')
  .description('Runs SQL test cases without a broker.')
  .argument('[paths...]', 'case files (.json, .test.yaml), or folders of them')
  .option('--filter <text>', 'only cases whose file or name contains this')
  .option('--json <file>', 'write the results as JSON, one row a case')
  .option('--jobs <n>', 'run files in so many processes (default: one a core)', jobsArgument)
  .option('--worker', 'run the files that the parent process names')
  .action(async (paths: string[], options: TestCommandOptions) => {
    try {
      const setting = { workerArgs: ['--worker'] };
      const failed = await runTestCommand(paths, options, setting, (line) => console.log(line));
      process.exitCode = failed ? 1 : 0;
    } catch (error) {
      if (!(error instanceof TestFileError)) throw error;
      console.error(error.message);
      process.exitCode = 2;
    }
  })
  .parseAsync();

function jobsArgument(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 on');
  return Number(text);
}
