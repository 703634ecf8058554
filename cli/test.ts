import { readSettings } from '../lab';
import type { Command } from 'commander';
import { EXIT, UsageError } from './exit-codes';
import { withExamples } from './help';
import { TEST_GROUPS } from './test-groups';
import type { GroupResult, TestGroup } from './test-groups';
import { installInBackground } from './test-install';
import { seconds } from './units';

const EXIT_CODES = 'Exit codes: 0 nothing failed, 1 something did, 2 wrong usage.';

export function registerTest(program: Command): void {
  const command = program
    .command('test')
    .description(
      'Check the project: types, lint, layers, unit tests, SQL tests, end to end on the real platform.',
    )
    .option('--only <group...>', `only these groups: ${TEST_GROUPS.map((group) => group.name).join(', ')}`)
    .action(test);
  withExamples(command, ['./naap test', './naap test --only types unit'], EXIT_CODES);
}

async function test(options: { readonly only?: string[] }): Promise<void> {
  const groups = chosenGroups(options.only);
  const settings = readSettings();
  const platform = installInBackground(
    settings,
    groups.some((group) => group.needsPlatform),
  );
  const results: GroupResult[] = [];
  for (const group of groups) {
    if (group.needsPlatform) await platform.ready;
    results.push(await runGroup(group, settings.root));
  }
  platform.abandon();
  report(results);
}

function chosenGroups(names: readonly string[] | undefined): readonly TestGroup[] {
  if (!names) return TEST_GROUPS;
  const unknown = names.find((name) => !TEST_GROUPS.some((group) => group.name === name));
  if (unknown === undefined) return TEST_GROUPS.filter((group) => names.includes(group.name));
  throw new UsageError(
    `unknown group "${unknown}", expected one of: ${TEST_GROUPS.map((it) => it.name).join(', ')}`,
  );
}

async function runGroup(group: TestGroup, root: string): Promise<GroupResult> {
  console.log(`\n── ${group.name}: ${group.what}`);
  const started = Date.now();
  const result = await group.run(root);
  const { passed, failed, skipped } = result;
  console.log(
    `── ${group.name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped (${seconds(Date.now() - started)})`,
  );
  return result;
}

/** Lists what was skipped and why, then the one line that sums everything. */
function report(results: readonly GroupResult[]): void {
  const skipped = results.flatMap((result) => result.skipped);
  if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map((name) => `  ${name}`).join('\n')}`);
  const failures = results.flatMap((result) => result.failures);
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`);
  const sum = (count: (result: GroupResult) => number): number =>
    results.reduce((total, it) => total + count(it), 0);
  console.log(
    `\n${sum((it) => it.passed)} passed, ${sum((it) => it.failed)} failed, ${skipped.length} skipped`,
  );
  process.exitCode = sum((it) => it.failed) === 0 ? EXIT.ok : EXIT.error;
}
