import { Command } from 'commander';
import { runTestCommand } from './command';
import type { TestCommandOptions } from './command';

void new Command('ksql-test')
  .description('Runs SQL test cases without a broker.')
  .argument('<paths...>', 'case files (.json, .test.yaml), or folders of them')
  .option('--filter <text>', 'only cases whose file or name contains this')
  .option('--json <file>', 'write the results as JSON')
  .action(async (paths: string[], options: TestCommandOptions) => {
    const failed = await runTestCommand(paths, options, (line) => console.log(line));
    process.exitCode = failed ? 1 : 0;
  })
  .parseAsync();
