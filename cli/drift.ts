import { writeFileSync } from 'node:fs';
import { Option } from 'commander';
import type { Command } from 'commander';
import { DRIFT_CALLS } from '../operate/access/allowed-calls';
import type { Looker } from '../operate/access/logins';
import { detectDrift } from '../operate/drift/drift';
import type { DriftReport } from '../operate/drift/finding';
import { driftMarkdown, driftText } from '../operate/drift/render';
import { EXIT } from './exit-codes';
import { withExamples } from './help';
import { stackContext } from './stack-context';

interface DriftOptions {
  readonly stack: string;
  readonly as: Looker;
  readonly json?: string | boolean;
  readonly markdown?: string | boolean;
}

const EXIT_CODES =
  'Exit codes: 0 no drift, 1 a system did not answer or refused the login, 2 wrong usage, 3 drift. "not checked" names what a lacking secret or right hides.';

export function registerDrift(program: Command): void {
  const command = program
    .command('drift')
    .description('Compare what the stack declares with what the systems hold. Only reads; keeps no state.')
    .option('--stack <name>', 'stack: Pulumi.<name>.yaml', 'dev')
    .addOption(
      new Option('--as <who>', 'log in as the identity that may only look, or as the one who applies')
        .choices(['reader', 'deployer'] satisfies Looker[])
        .default('reader'),
    )
    .option('--json [file]', 'the report as JSON, to a file or in place of the table')
    .option('--markdown [file]', 'the report as Markdown, to a file or in place of the table')
    .action(drift);
  withExamples(command, ['./naap drift', './naap drift --stack prod --markdown drift.md'], EXIT_CODES);
}

async function drift(options: DriftOptions): Promise<void> {
  const context = await stackContext(options.stack);
  const access = context.open(DRIFT_CALLS, options.as);
  try {
    const versioned = Object.keys(context.declaration.versions);
    const report = await detectDrift({ ...context, access, versioned });
    print(report, options);
    process.exitCode = exitCode(report);
  } finally {
    await access.close();
  }
}

function print(report: DriftReport, { json, markdown }: DriftOptions): void {
  const asJson = JSON.stringify(report, null, 2);
  const asMarkdown = driftMarkdown(report);
  if (typeof json === 'string') writeFileSync(json, `${asJson}\n`);
  if (typeof markdown === 'string') writeFileSync(markdown, `${asMarkdown}\n`);
  if (json === true) console.log(asJson);
  else if (markdown === true) console.log(asMarkdown);
  else console.log(driftText(report));
}

function exitCode({ findings, failures }: DriftReport): number {
  if (failures.length > 0) return EXIT.error;
  return findings.length > 0 ? EXIT.changes : EXIT.ok;
}
