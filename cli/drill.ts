import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readRunbook, readSettings, runDrill, drillNames, startOwnPlatform } from '../lab';
import type { DrillResult, Runbook } from '../lab';
import { UsageError } from './exit-codes';
import { withExamples } from './help';
import { seconds } from './units';

interface DrillOptions {
  readonly list?: boolean;
  readonly json?: string;
  readonly keep?: boolean;
}

const EXIT_CODES =
  'Exit codes: 0 everything went as the page says and nothing was lost, 1 not so (with page and line), 2 wrong usage.';

export function registerDrill(program: Command): void {
  const command = program
    .command('drill [runbook]')
    .description(
      'Carry out a runbook of docs/operations, command by command, under traffic, on a platform of its own that is removed afterwards.',
    )
    .option('--list', 'the runbooks')
    .option('--json <file>', 'write what was measured, too')
    .option('--keep', 'leave the platform up afterwards, and say where')
    .action(drill);
  withExamples(
    command,
    [
      './naap drill --list',
      './naap drill lost-command-topic',
      './naap drill lost-broker --json figures.json',
    ],
    EXIT_CODES,
  );
}

async function drill(name: string | undefined, options: DrillOptions): Promise<void> {
  const { root } = readSettings();
  if (options.list || name === undefined) {
    drillNames(root).forEach((it) => console.log(`${it}: ${readRunbook(root, it).title}`));
    if (!options.list) throw new UsageError('name a runbook');
    return;
  }
  const runbook = named(root, name);
  const place = await startOwnPlatform(root, runbook.drill.brokers);
  try {
    const result = await runDrill(runbook, place, ({ command, ms, section }) =>
      console.log(`${section}: ${command.split('\n')[0]} (${seconds(ms)})`),
    );
    report(result);
    if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    if (options.keep) console.log(`Left up: NAAP_RUN_DIR=${place.settings.runDir}, project ${place.folder}`);
    else await place.remove();
  }
}

function named(root: string, name: string): Runbook {
  if (existsSync(root) && !drillNames(root).includes(name))
    throw new UsageError(`no runbook "${name}", expected one of: ${drillNames(root).join(', ')}`);
  return readRunbook(root, name);
}

function report(result: DrillResult): void {
  const refused = Object.values(result.refused).reduce((sum, count) => sum + count, 0);
  console.log(
    [
      '',
      `acknowledged events           ${result.acknowledged}`,
      `  of these lost               ${result.lost}`,
      `written, answer not seen      ${result.unasked}`,
      `refused or given up           ${refused}`,
      `longest pause of the gateways ${seconds(result.longestPauseMs)}`,
      `longest time without answer   ${seconds(result.longestUnansweredMs)}`,
      `ksqlDB and lake complete      ${seconds(result.caughtUpMs)} after the traffic`,
    ].join('\n'),
  );
}
