import path from 'node:path';
import type { Command } from 'commander';
import { runTestCommand } from '../engine/testing/command';
import type { TestCommandOptions } from '../engine/testing/command';
import { projectRoot } from '../lab/paths';
import { EXIT } from './exit-codes';
import { withExamples } from './help';
import { ksqlCommand } from './ksql/command-group';
import { declaredTests, runDeclaredTests } from './ksql/run-sql-tests';

export function registerKsqlTest(program: Command): void {
  const command = ksqlCommand(program)
    .command('test')
    .argument('[paths...]', 'case files (.test.yaml, .json) and folders of them; ksql/ when none is given')
    .description('Run the tests beside SQL files on the local engine, with virtual time and no broker.')
    .option('--filter <text>', 'only cases whose file or name contains this')
    .option('--json <file>', 'write the results as JSON')
    .action(test);
  withExamples(
    command,
    ['./naap ksql test', './naap ksql test ksql/gold --filter rollup'],
    'Exit codes: 0 every case passed, 1 a case failed, 2 wrong usage.',
  );
}

async function test(paths: readonly string[], options: TestCommandOptions): Promise<void> {
  const places = paths.length > 0 ? paths : [path.join(projectRoot(), 'ksql')];
  const declared = declaredTests(places);
  const print = (line: string): void => console.log(line);
  const failed =
    declared.length > 0
      ? await runDeclaredTests(declared, options.filter, print)
      : await runTestCommand(places, options, print);
  if (failed) process.exitCode = EXIT.error;
}
