import type { Command } from 'commander';
import { readSettings } from '../../lab';
import { sinkLag } from '../../lake/lag';
import { kafkaClient } from '../../resources/kafka/read-topics';
import { adminLogin } from '../../stacks/admin-login';
import { UPKEEP_RULES } from '../../stacks/upkeep-job';
import { EXIT } from '../exit-codes';
import { withExamples } from '../help';
import { rowsTable } from '../rows-table';
import { mebibytes } from '../units';
import { lakeCommand } from './command-group';
import { openUpkeep } from './open-upkeep';

interface StatusOptions {
  readonly stack: string;
  readonly json?: boolean;
}

/** Figures of one table. */
interface TableStatus {
  readonly table: string;
  readonly connector: string;
  /** Records that the sink has not committed; null: its topic is not there yet. */
  readonly lag: number | null;
  readonly rows: number;
  readonly files: number;
  readonly smallFiles: number;
  readonly mostFilesInPartition: number;
  readonly bytes: number;
  readonly snapshots: number;
  readonly error?: string;
}

export function registerLakeStatus(program: Command): void {
  const command = lakeCommand(program)
    .command('status')
    .description('Rows, files, small files and snapshots of every table, and how far its sink is behind.')
    .option('--stack <name>', 'whose lake', 'dev')
    .option('--json', 'one JSON object a table')
    .action(status);
  withExamples(command, ['./naap lake status', './naap lake status --stack prod --json']);
}

async function status({ stack, json }: StatusOptions): Promise<void> {
  const { environment, access, run } = await openUpkeep(readSettings(), stack);
  const kafka = kafkaClient(environment.kafka, adminLogin(environment));
  const [lags, reports] = await Promise.all([
    sinkLag(kafka, access.tables),
    run({ rules: UPKEEP_RULES, dryRun: true, countOnly: true }),
  ]);
  const tables = access.tables.map(({ name, connector }): TableStatus => {
    const report = reports.find(({ table }) => table === name);
    const {
      rows = 0,
      files = 0,
      smallFiles = 0,
      mostFilesInPartition = 0,
      bytes = 0,
      snapshots = 0,
    } = report?.before ?? {};
    const error = report?.error;
    const figures = { rows, files, smallFiles, mostFilesInPartition, bytes, snapshots };
    return { table: name, connector, lag: lags.get(name) ?? null, ...figures, ...(error ? { error } : {}) };
  });
  if (json) tables.forEach((it) => console.log(JSON.stringify(it)));
  else console.log(tableText(tables));
  for (const { table, error } of tables) if (error) console.error(`${table}: ${error}`);
  if (tables.some(({ error }) => error)) process.exitCode = EXIT.error;
}

function tableText(tables: readonly TableStatus[]): string {
  const columns = [
    'table',
    'connector',
    'behind',
    'rows',
    'files',
    'small',
    'most in a partition',
    'size',
    'snapshots',
  ];
  const rows = tables.map((it) => [
    it.table,
    it.connector,
    it.lag ?? 'no topic yet',
    it.rows,
    it.files,
    it.smallFiles,
    it.mostFilesInPartition,
    mebibytes(it.bytes),
    it.snapshots,
  ]);
  return rowsTable(columns, rows);
}
