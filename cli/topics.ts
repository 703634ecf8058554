import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { openStack, readSettings } from '../lab';
import { KafkaAdmin } from '../resources/kafka/kafka-admin';
import { readTopicHealth } from '../resources/kafka/topic-health';
import type { TopicHealth } from '../resources/kafka/topic-health';
import { adminLogin } from '../stacks/admin-login';
import { EXIT, UsageError } from './exit-codes';
import { withExamples } from './help';
import { rowsTable } from './rows-table';

interface TopicsOptions {
  readonly stack: string;
  readonly troubled?: boolean;
  readonly wait?: string;
  readonly json?: boolean;
}

const POLL_MS = 500;
const EXIT_CODES =
  'Exit codes: 0 every partition has all its copies, 1 one has not, or the cluster did not answer, 2 wrong usage.';

export function registerTopics(program: Command): void {
  const command = program
    .command('topics')
    .description('Partitions of every topic, and whether their copies are in sync and can be written.')
    .option('--troubled', 'only topics with a partition that lacks a copy')
    .option('--wait <seconds>', 'until every partition has all its copies')
    .option('--stack <name>', 'whose topics', 'dev')
    .option('--json', 'one JSON object a topic')
    .action(topics);
  withExamples(
    command,
    ['./naap topics --troubled', './naap topics --wait 120', './naap topics --stack prod --json'],
    EXIT_CODES,
  );
}

async function topics({ stack, troubled, wait, json }: TopicsOptions): Promise<void> {
  const { environment } = openStack(readSettings(), stack);
  const admin = new KafkaAdmin(environment.kafka, adminLogin(environment));
  try {
    const all = await untilWhole(admin, waitMs(wait));
    const shown = troubled ? all.filter(isTroubled) : all;
    console.log(json ? shown.map((it) => JSON.stringify(it)).join('\n') : table(shown));
    if (!json) console.log(verdict(all));
    if (all.some(isTroubled)) process.exitCode = EXIT.error;
  } finally {
    await admin.close();
  }
}

function waitMs(text: string | undefined): number {
  const seconds = Number(text ?? 0);
  if (seconds >= 0) return seconds * 1_000;
  throw new UsageError(`--wait is "${text}", expected a number of seconds`);
}

async function untilWhole(admin: KafkaAdmin, patienceMs: number): Promise<TopicHealth[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const all = await readTopicHealth(admin);
    if (!all.some(isTroubled) || Date.now() >= deadline) return all;
    await sleep(POLL_MS);
  }
}

function isTroubled({ underReplicated, leaderless }: TopicHealth): boolean {
  return underReplicated > 0 || leaderless > 0;
}

function table(all: readonly TopicHealth[]): string {
  return rowsTable(
    ['topic', 'partitions', 'replicas', 'min in sync', 'under-replicated', 'not writable', 'without leader'],
    all.map((it) => [
      it.topic,
      it.partitions,
      it.replicas,
      it.minInsync,
      it.underReplicated,
      it.notWritable,
      it.leaderless,
    ]),
  );
}

function verdict(all: readonly TopicHealth[]): string {
  const sum = (pick: (it: TopicHealth) => number): number => all.reduce((total, it) => total + pick(it), 0);
  const partitions = sum((it) => it.partitions);
  if (!all.some(isTroubled)) return `${partitions} partitions, all with all their copies.`;
  return `${partitions} partitions: ${sum((it) => it.underReplicated)} under-replicated, ${sum((it) => it.notWritable)} not writable, ${sum((it) => it.leaderless)} without leader.`;
}
