import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { readSettings } from '../../lab';
import type { TableUpkeep } from '../../lake';
import { parseDuration } from '../../stacks/duration';
import { UPKEEP_RULES } from '../../stacks/upkeep-job';
import type { UpkeepRules } from '../../stacks/upkeep-job';
import { EXIT, UsageError } from '../exit-codes';
import { withExamples } from '../help';
import { rowsTable } from '../rows-table';
import { mebibytes } from '../units';
import { lakeCommand } from './command-group';
import { openUpkeep } from './open-upkeep';

interface UpkeepOptions {
  readonly stack: string;
  readonly targetMib: string;
  readonly minFiles: string;
  readonly keepSnapshots: string;
  readonly orphansAfter: string;
  readonly every?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const MIB = 1024 * 1024;

export function registerLakeUpkeep(program: Command): void {
  const command = lakeCommand(program)
    .command('upkeep')
    .description(
      'Drop rows whose declared time is over, put small files together, let old snapshots expire, remove files that belong to none; sinks may write meanwhile.',
    )
    .option('--target-mib <n>', 'size of a file that is large enough', '128')
    .option('--min-files <n>', 'leave a partition with fewer small files alone', '5')
    .option('--keep-snapshots <duration>', 'how far back a time can be asked for', '7d')
    .option('--orphans-after <duration>', 'age at which a file of no snapshot goes', '3d')
    .option('--stack <name>', 'whose lake', 'dev')
    .option('--every <duration>', 'go on until Ctrl-C, as the scheduled job of an environment does')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'one JSON object a table')
    .action(run);
  withExamples(command, [
    './naap lake upkeep --dry-run',
    './naap lake upkeep --keep-snapshots 1d --json',
    './naap lake upkeep --every 10m',
  ]);
}

async function run(options: UpkeepOptions): Promise<void> {
  const rules = rulesOf(options);
  const every = options.every === undefined ? undefined : duration('--every', options.every);
  const { run: keep } = await openUpkeep(readSettings(), options.stack);
  for (;;) {
    const began = Date.now();
    const reports = await keep({
      rules,
      dryRun: options.dryRun === true,
      onTable: (report) => {
        if (options.json) console.log(JSON.stringify(report));
      },
    });
    if (!options.json) console.log(table(reports));
    for (const { table: name, error } of reports) if (error) console.error(`${name}: ${error}`);
    if (reports.some(({ error }) => error)) process.exitCode = EXIT.error;
    if (every === undefined) return;
    await sleep(Math.max(0, began + every - Date.now()));
  }
}

function rulesOf(options: UpkeepOptions): UpkeepRules {
  return {
    ...UPKEEP_RULES,
    targetBytes: count('--target-mib', options.targetMib) * MIB,
    minFiles: count('--min-files', options.minFiles),
    keepSnapshotsMs: duration('--keep-snapshots', options.keepSnapshots),
    orphansMs: duration('--orphans-after', options.orphansAfter),
  };
}

function table(reports: readonly TableUpkeep[]): string {
  const columns = [
    'table',
    'rows',
    'over',
    'files',
    'most in an hour',
    'size',
    'snapshots',
    'rewritten',
    'expired',
    'orphans',
  ];
  const rows = reports.map((it) =>
    it.before
      ? [
          it.table,
          change(it.before.rows, it.after?.rows),
          it.droppedRows ?? 0,
          change(it.before.files, it.after?.files),
          change(it.before.mostFilesInPartition, it.after?.mostFilesInPartition),
          mebibytes(it.after?.bytes ?? it.before.bytes),
          change(it.before.snapshots, it.after?.snapshots),
          `${it.rewrittenFiles ?? 0} into ${it.newFiles ?? 0}`,
          it.expiredSnapshots ?? 0,
          it.orphans ?? 0,
        ]
      : [it.table, it.absent ? 'no record yet' : 'failed', '', '', '', '', '', '', '', ''],
  );
  return rowsTable(columns, rows);
}

function change(before: number, after: number | undefined): string {
  return after === undefined || after === before ? String(before) : `${before} to ${after}`;
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`${option} is "${text}", expected a number of at least 1`);
  return value;
}

function duration(option: string, text: string): number {
  const value = parseDuration(text);
  if (value === undefined || value < 0)
    throw new UsageError(`${option} is "${text}", expected a duration such as 7d, 12h or 30m`);
  return value;
}
