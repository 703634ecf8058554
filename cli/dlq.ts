import type { Command } from 'commander';
import { deadLetterTopics, listDeadLetters, planRedrive, readDeadLetters, redrive } from '../lake';
import type { DeadLetterFilter, FoundDeadLetter } from '../lake';
import { openStack, readSettings } from '../lab';
import { kafkaClient } from '../resources/kafka/read-topics';
import { adminLogin } from '../stacks/admin-login';
import { UsageError } from './exit-codes';
import { withExamples } from './help';
import { rowsTable } from './rows-table';

interface FilterOptions {
  readonly stack: string;
  readonly topic?: string;
  readonly reason?: string;
  readonly since?: string;
  readonly until?: string;
  readonly redriven?: boolean;
  readonly json?: boolean;
}

interface ShowOptions extends FilterOptions {
  readonly limit: string;
}

interface RedriveOptions extends FilterOptions {
  readonly all?: boolean;
  readonly to?: string;
  readonly dryRun?: boolean;
}

/** Longest part of a payload that the table shows; `--json` gives all of it. */
const PAYLOAD_SHOWN = 60;

export function registerDlq(program: Command): void {
  const group = program
    .command('dlq')
    .description('What was put aside as unreadable or malformed: count it, look at it, send it back.');
  withExamples(
    withFilters(group.command('list')).description('Count dead letters by topic and reason.').action(list),
    ['./naap dlq list', './naap dlq list --since 2026-01-31T00:00:00Z --json'],
  );
  withExamples(
    withFilters(group.command('show'))
      .description('Show dead letters one by one, oldest first, each with its origin, reason and payload.')
      .option('--limit <n>', 'at most so many', '20')
      .option('--redriven', 'also those that were sent back already')
      .action(show),
    ['./naap dlq show --reason bad_fps --limit 5', './naap dlq show --topic dlq.raw-gateway.v1 --json'],
  );
  withExamples(
    withFilters(group.command('redrive'))
      .description(
        'Send dead letters back to the topic they came from, byte for byte, each once; what is still malformed comes back.',
      )
      .option('--all', 'without any filter')
      .option('--to <topic>', 'send to this topic instead')
      .option('--dry-run', 'only say what would be sent')
      .action(sendBack),
    [
      './naap dlq redrive --reason event_too_old --dry-run',
      './naap dlq redrive --topic dlq.raw-gateway.v1 --since 2026-01-31T00:00:00Z',
    ],
  );
}

function withFilters(command: Command): Command {
  return command
    .option('--topic <name>', 'of this dead-letter topic, or from this topic')
    .option('--reason <word>', 'with this reason')
    .option('--since <time>', 'put aside at this time or later, e.g. 2026-01-31T12:00:00Z')
    .option('--until <time>', 'put aside before this time')
    .option('--stack <name>', 'whose dead letters', 'dev')
    .option('--json', 'one JSON object a line');
}

async function list(options: FilterOptions): Promise<void> {
  const { kafka, topics } = open(options);
  const groups = await listDeadLetters(kafka, topics, filterOf(options));
  if (options.json) {
    groups.forEach((group) => console.log(JSON.stringify(group)));
    return;
  }
  const rows = groups.map((it) => [
    it.topic,
    it.by,
    it.reason,
    it.count,
    it.redriven,
    timeText(it.firstTime),
    timeText(it.lastTime),
  ]);
  console.log(
    rowsTable(['topic', 'refused by', 'reason', 'dead letters', 'sent back', 'first', 'last'], rows),
  );
}

async function show(options: ShowOptions): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw new UsageError(`--limit is "${options.limit}", expected a number of at least 1`);
  const { kafka, topics } = open(options);
  const letters = await readDeadLetters(kafka, topics, { ...filterOf(options), redriven: options.redriven });
  print(letters.slice(0, limit), options.json);
  if (letters.length > limit && !options.json)
    console.log(`${letters.length - limit} more: --limit ${letters.length} shows them all.`);
}

async function sendBack(options: RedriveOptions): Promise<void> {
  const filter = filterOf(options);
  if (!options.all && Object.values(filter).every((value) => value === undefined))
    throw new UsageError('say which: --topic, --reason, --since, --until, or --all');
  const { kafka, topics } = open(options);
  const { send, refused } = planRedrive(await readDeadLetters(kafka, topics, filter), options);
  for (const { letter, reason } of refused)
    console.error(`not sent: ${letter.topic}/${letter.partition}/${letter.offset}: ${reason}`);
  if (options.dryRun) {
    print(send, options.json);
    console.error(`${send.length} would be sent back, ${refused.length} cannot be.`);
    return;
  }
  await redrive(kafka, send, {
    to: options.to,
    onProgress: (done) => console.error(`${done} of ${send.length} sent back`),
  });
  if (options.json) console.log(JSON.stringify({ sent: send.length, refused: refused.length }));
  else console.log(`${send.length} sent back, ${refused.length} not.`);
}

function open({ stack }: FilterOptions) {
  const { environment, declaration } = openStack(readSettings(), stack);
  return {
    kafka: kafkaClient(environment.kafka, adminLogin(environment)),
    topics: deadLetterTopics(declaration),
  };
}

function filterOf({ topic, reason, since, until }: FilterOptions): DeadLetterFilter {
  return { topic, reason, since: timeOf('--since', since), until: timeOf('--until', until) };
}

function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new UsageError(`${option} is "${text}", expected a time such as 2026-01-31T12:00:00Z`);
  return time;
}

function print(letters: readonly FoundDeadLetter[], json: boolean | undefined): void {
  if (json) {
    letters.forEach((letter) => console.log(JSON.stringify(asJson(letter))));
    return;
  }
  const columns = ['dead letter', 'put aside', 'came from', 'refused by', 'reason', 'error', 'payload'];
  const rows = letters.map((it) => [
    `${it.topic}/${it.partition}/${it.offset}`,
    timeText(it.time),
    it.origin ? `${it.origin.topic}/${it.origin.partition}/${it.origin.offset}` : 'unknown',
    it.by,
    it.reason,
    it.error,
    shortened(it.value?.toString() ?? ''),
  ]);
  console.log(rowsTable(columns, rows));
}

/** Bytes that are no UTF-8 text come as base64, under another name. */
function asJson({ key, value, origin, ...rest }: FoundDeadLetter): Record<string, unknown> {
  return {
    ...rest,
    time: timeText(rest.time),
    origin: origin ? { ...origin, offset: String(origin.offset) } : null,
    ...textOrBase64('key', key),
    ...textOrBase64('value', value),
  };
}

function textOrBase64(name: string, bytes: Buffer | null): Record<string, string | null> {
  if (bytes === null) return { [name]: null };
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? { [name]: text } : { [`${name}Base64`]: bytes.toString('base64') };
}

function shortened(text: string): string {
  return text.length > PAYLOAD_SHOWN ? `${text.slice(0, PAYLOAD_SHOWN)}…` : text;
}

function timeText(time: number): string {
  return new Date(time).toISOString();
}
