import path from 'node:path';
import type { Command } from 'commander';
import { INSTALL_PARTS, install, openStack, readSettings } from '../../lab';
import { lakeAccess, upkeep } from '../../lake';
import type { TableUpkeep } from '../../lake';
import { LAKE_UPKEEP_USER } from '../../stacks/lake-policy';
import { parseDuration } from '../../stacks/duration';
import { secretFile } from '../../stacks/names';
import { readSecret } from '../../stacks/secrets';
import { EXIT, UsageError } from '../exit-codes';
import { withExamples } from '../help';
import { rowsTable } from '../rows-table';
import { mebibytes } from '../units';
import { lakeCommand } from './command-group';

interface UpkeepOptions {
  readonly stack: string;
  readonly targetMib: string;
  readonly minFiles: string;
  readonly keepSnapshots: string;
  readonly orphansAfter: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const MIB = 1024 * 1024;
/** The last ones stay, however old: the sink finds its own place in them. */
const SNAPSHOTS_KEPT = 10;

export function registerLakeUpkeep(program: Command): void {
  const command = lakeCommand(program)
    .command('upkeep')
    .description(
      'Put small files together, let old snapshots expire, remove files that belong to none; sinks may write meanwhile.',
    )
    .option('--target-mib <n>', 'size of a file that is large enough', '128')
    .option('--min-files <n>', 'leave a partition with fewer small files alone', '5')
    .option('--keep-snapshots <duration>', 'how far back a time can be asked for', '7d')
    .option('--orphans-after <duration>', 'age at which a file of no snapshot goes', '3d')
    .option('--stack <name>', 'whose lake', 'dev')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'one JSON object a table')
    .action(run);
  withExamples(command, ['./naap lake upkeep --dry-run', './naap lake upkeep --keep-snapshots 1d --json']);
}

async function run(options: UpkeepOptions): Promise<void> {
  const settings = readSettings();
  const { environment, declaration } = openStack(settings, options.stack);
  const password = readSecret(
    `file:${path.join(environment.secretsDirectory, secretFile.lake(LAKE_UPKEEP_USER))}`,
  );
  const sink = INSTALL_PARTS.find(({ name }) => name === 'iceberg-sink')!;
  const { folder } = await install(settings, sink);
  const reports = await upkeep({
    access: lakeAccess(environment, declaration.connectors),
    login: { username: LAKE_UPKEEP_USER, password },
    jars: path.join(folder, 'lib'),
    root: settings.root,
    rules: {
      targetBytes: count('--target-mib', options.targetMib) * MIB,
      minFiles: count('--min-files', options.minFiles),
      keepSnapshotsMs: duration('--keep-snapshots', options.keepSnapshots),
      keepSnapshots: SNAPSHOTS_KEPT,
      orphansMs: duration('--orphans-after', options.orphansAfter),
    },
    dryRun: options.dryRun === true,
    onTable: (report) => {
      if (options.json) console.log(JSON.stringify(report));
    },
  });
  if (!options.json) console.log(table(reports));
  for (const { table: name, error } of reports) if (error) console.error(`${name}: ${error}`);
  if (reports.some(({ error }) => error)) process.exitCode = EXIT.error;
}

function table(reports: readonly TableUpkeep[]): string {
  const columns = [
    'table',
    'rows',
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
          change(it.before.files, it.after?.files),
          change(it.before.mostFilesInPartition, it.after?.mostFilesInPartition),
          mebibytes(it.after?.bytes ?? it.before.bytes),
          change(it.before.snapshots, it.after?.snapshots),
          `${it.rewrittenFiles ?? 0} into ${it.newFiles ?? 0}`,
          it.expiredSnapshots ?? 0,
          it.orphans ?? 0,
        ]
      : [it.table, it.absent ? 'no record yet' : 'failed', '', '', '', '', '', '', ''],
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
