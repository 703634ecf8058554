import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { kafkaClient } from '../../resources/kafka/read-topics';
import { adminLogin } from '../../stacks/admin-login';
import { forEnvironment } from '../../stacks/connector-definition';
import { checkTables, isClean, isThrough, topicEnds } from '../../lake';
import type { PartitionCheck } from '../../lake';
import { EXIT, UsageError } from '../exit-codes';
import { withExamples } from '../help';
import { rowsTable } from '../rows-table';
import { lakeCommand, openLake } from './command-group';
import type { OpenLake } from './command-group';

interface CheckOptions {
  readonly stack: string;
  readonly wait?: string;
  readonly through?: boolean;
  readonly json?: string;
}

const RETRY_MS = 1_000;
const MS_PER_SECOND = 1_000;
/** A sink tells its progress before its table has the commit: so many intervals later the table must have it. */
const INTERVALS_TO_WAIT = 2;
const SLACK_MS = 10_000;

export function registerLakeCheck(program: Command): void {
  const command = lakeCommand(program)
    .command('check')
    .description(
      'Compare every table with its topics, partition by partition and offset by offset: nothing missing, nothing twice, dead letters accounted for.',
    )
    .option(
      '--wait <seconds>',
      'how long a record that the sink has passed may take to appear; two commits by default',
    )
    .option(
      '--through',
      'all that lies in the topics now must be reached as well, within --wait: for after an outage, when a sink may stand still',
    )
    .option('--stack <name>', 'whose lake', 'dev')
    .option('--json <file>', 'write one object a partition, too')
    .action(check);
  withExamples(
    command,
    [
      './naap lake check',
      './naap lake check --through --wait 120',
      './naap lake check --stack prod --json lake.json',
    ],
    'Exit codes: 0 clean, 1 something is missing or twice, or not reached with --through, or the check failed, 2 wrong usage.',
  );
}

async function check(options: CheckOptions): Promise<void> {
  const lake = await openLake(options.stack);
  const checks = await checkUntilGood(lake, waitMs(options.wait, lake), options.through ?? false);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(checks, null, 2)}\n`);
  console.log(table(checks));
  console.log(verdict(checks));
  if (!isGood(checks)) process.exitCode = EXIT.error;
}

async function checkUntilGood(
  { stack, access, open }: OpenLake,
  patienceMs: number,
  through: boolean,
): Promise<PartitionCheck[]> {
  const kafka = kafkaClient(stack.environment.kafka, adminLogin(stack.environment));
  const ends = through ? await topicEnds(kafka, access.tables) : undefined;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const checks = await checkTables(open, kafka, access.tables, ends);
    if (isGood(checks) || Date.now() >= deadline) return checks;
    await sleep(RETRY_MS);
  }
}

function isGood(checks: readonly PartitionCheck[]): boolean {
  return isClean(checks) && isThrough(checks);
}

function waitMs(text: string | undefined, { stack }: OpenLake): number {
  if (text === undefined) {
    const intervals = stack.declaration.connectors.map(
      (connector) => forEnvironment(connector, stack.environment.name).commitIntervalMs,
    );
    return INTERVALS_TO_WAIT * Math.max(0, ...intervals) + SLACK_MS;
  }
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds < 0)
    throw new UsageError(`--wait is "${text}", expected a number of seconds`);
  return seconds * MS_PER_SECOND;
}

function table(checks: readonly PartitionCheck[]): string {
  const columns = [
    'table',
    'topic',
    'partition',
    'offsets',
    'rows',
    'dead letters',
    'empty',
    'over',
    'missing',
    'twice',
    'pending',
    'gone',
  ];
  const rows = checks.map((it) => [
    it.table,
    it.topic,
    it.partition,
    it.first === null ? 'none' : `${it.first} to ${it.last}`,
    it.rows,
    it.deadLettered,
    it.empty,
    it.over,
    withExamplesAt(it.missing, it.missingAt),
    withExamplesAt(it.twice, it.twiceAt),
    it.pending,
    it.gone,
  ]);
  return rowsTable(columns, rows);
}

function withExamplesAt(count: number, offsets: readonly string[]): string {
  return count === 0 ? '0' : `${count} (at ${offsets.join(', ')}${count > offsets.length ? ', …' : ''})`;
}

function verdict(checks: readonly PartitionCheck[]): string {
  const sum = (pick: (it: PartitionCheck) => number): number => checks.reduce((all, it) => all + pick(it), 0);
  const counts = `${sum((it) => it.rows)} rows, ${sum((it) => it.deadLettered)} dead letters, ${sum((it) => it.empty)} empty records, ${sum((it) => it.over)} whose time is over, ${sum((it) => it.pending)} not reached yet`;
  const gone = sum((it) => it.gone);
  const remark =
    gone > 0
      ? ` ${gone} offsets are in no row and no longer in the topic: markers of transactions, or records that retention took before the sink came to them.`
      : '';
  const late = checks.filter((it) => it.late > 0);
  if (late.length > 0)
    return `NOT through: ${sum((it) => it.late)} records that lay there when the check began are not reached, of ${tableNames(late)}: do their sinks run? ./naap plan --changes says it. ${missingText(sum)}${counts}.${remark}`;
  if (isClean(checks)) return `Clean: nothing is missing, nothing is there twice. ${counts}.${remark}`;
  return `NOT clean: ${missingText(sum)}${counts}.${remark}`;
}

function missingText(sum: (pick: (it: PartitionCheck) => number) => number): string {
  return `${sum((it) => it.missing)} missing, ${sum((it) => it.twice)} twice. `;
}

function tableNames(checks: readonly PartitionCheck[]): string {
  return [...new Set(checks.map((it) => it.table))].join(', ');
}
