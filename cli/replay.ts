import type { Command } from 'commander';
import { ReplayRefused, countRecords, planReplay, replay } from '../lake';
import type { ReplayPlan, ReplayProgress, ReplayResult } from '../lake';
import { HttpClient } from '../resources/http/http-client';
import { kafkaClient } from '../resources/kafka/read-topics';
import { RegistryClient } from '../resources/subject/registry-client';
import { adminLogin } from '../stacks/admin-login';
import type { Environment } from '../stacks/environment-schema';
import { readSecret } from '../stacks/secrets';
import { EXIT, UsageError } from './exit-codes';
import { withExamples } from './help';
import { openLake } from './lake/command-group';
import { rowsTable } from './rows-table';
import { seconds } from './units';

interface ReplayOptions {
  readonly from: string;
  readonly family: readonly string[];
  readonly between: readonly string[];
  readonly to: string;
  readonly rate?: string;
  readonly dryRun?: boolean;
  readonly restart?: boolean;
  readonly append?: boolean;
  readonly allowTopic: readonly string[];
  readonly stack: string;
  readonly json?: boolean;
}

const PROGRESS_MS = 1_000;

export function registerReplay(program: Command): void {
  const command = program
    .command('replay')
    .description(
      'Write records of the lake into a topic again, with their times, keys and bytes, in the order of their times. What was interrupted goes on where it stopped when it is called again.',
    )
    .option('--from <store>', 'where they are read: lake', 'lake')
    .requiredOption(
      '--family <name...>',
      'a raw table (gateway, orchestrator_scrape, …), its topic, or a family of events in it (ai_stream_status); several are put together by time',
    )
    .requiredOption('--between <times...>', 'from and to, of the records; to is not included')
    .requiredOption('--to <topic>', '"{topic}" in it is the topic that a record came from')
    .option('--rate <n>', 'records a second; as fast as the broker takes them by default')
    .option('--dry-run', 'only say what would be written')
    .option('--restart', 'begin anew: what an earlier run has written is there twice then')
    .option('--append', 'also into a topic that already holds something')
    .option('--allow-topic <topic>', 'a target that does not end in ".replay", named again', collect, [])
    .option('--stack <name>', 'whose lake and topics', 'dev')
    .option('--json', 'one JSON object a line: progress, then the result')
    .action(run);
  withExamples(
    command,
    [
      './naap replay --from lake --family gateway --between 2026-01-31T00:00Z 2026-02-01T00:00Z --to telemetry.gateway.v1.replay --dry-run',
      './naap replay --family ai_stream_status --between 2026-01-31T12:00Z 2026-01-31T13:00Z --to samples.replay --rate 500',
      "./naap replay --family gateway orchestrator_scrape --between 2026-01-31T00:00Z 2026-02-01T00:00Z --to '{topic}.replay'",
    ],
    'Exit codes: 0 all is written, 1 failed or not all (call it again), 2 wrong usage, 130 interrupted (call it again).',
  );
}

function collect(entry: string, before: readonly string[]): string[] {
  return [...before, entry];
}

async function run(options: ReplayOptions): Promise<void> {
  if (options.from !== 'lake') throw new UsageError(`--from is "${options.from}", expected lake`);
  const range = timeRange(options.between);
  const rate = rateOf(options.rate);
  const lake = await openLake(options.stack);
  const { environment } = lake.stack;
  const kafka = kafkaClient(environment.kafka, adminLogin(environment));
  const admin = kafka.admin();
  await admin.connect();
  const session = await lake.open();
  try {
    const { partitions, replicationFactor, maxMessageBytes } = environment.topics;
    const plan = await planReplay(
      { session, admin, registry: registryOf(environment) },
      {
        tables: lake.access.tables,
        families: options.family.flatMap((name) => name.split(',')),
        range,
        to: options.to,
        allowed: options.allowTopic,
        defaults: { partitions: partitions.telemetry, replicationFactor, maxMessageBytes },
      },
    ).catch(asUsage);
    describe(plan, options);
    if (options.dryRun) return;
    refuseFilled(plan, options);
    const startedAt = Date.now();
    const { signal, release } = interruptSignal();
    const result = await replay({
      kafka,
      admin,
      session,
      plan,
      rate,
      signal,
      restart: options.restart,
      onProgress: progressPrinter(options),
    }).finally(release);
    // Anew, as the sink may have brought records of that time meanwhile.
    const now = await lake.open({ only: plan.sources.map(({ source }) => source.table.name) });
    const inLake = await countRecords(now, plan).finally(() => now.close());
    finish(result, { inLake, ms: Date.now() - startedAt, plan }, options);
  } finally {
    session.close();
    await admin.disconnect();
  }
}

function asUsage(error: unknown): never {
  if (error instanceof ReplayRefused) throw new UsageError(error.message);
  throw error;
}

function timeRange([from, to, ...more]: readonly string[]): { from: number; to: number } {
  if (from === undefined || to === undefined || more.length > 0)
    throw new UsageError('--between takes two times, such as 2026-01-31T12:00Z 2026-01-31T13:00Z');
  const range = { from: timeOf(from), to: timeOf(to) };
  if (range.from >= range.to) throw new UsageError(`--between: ${from} is not before ${to}`);
  if (range.to > Date.now())
    throw new UsageError(`--between: ${to} has not come yet, so more records may come before it`);
  return range;
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`--between: "${text}" is no time such as 2026-01-31T12:00Z`);
  return time;
}

function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (!(rate > 0)) throw new UsageError(`--rate is "${text}", expected records a second, above 0`);
  return rate;
}

function registryOf({ registry }: Environment): RegistryClient {
  const { credentials } = registry;
  const login = credentials?.password
    ? { username: credentials.username, password: readSecret(credentials.password) }
    : undefined;
  return new RegistryClient(new HttpClient({ url: registry.url, login }));
}

/** What came from elsewhere, or from a run whose progress is forgotten, must not be mixed in by accident. */
function refuseFilled({ targets, progress }: ReplayPlan, { append, restart }: ReplayOptions): void {
  const filled = targets.filter(({ isEmpty }) => !isEmpty).map(({ name }) => name);
  if (filled.length === 0 || append || restart || progress) return;
  throw new UsageError(
    `${filled.join(', ')} already holds records, none of them of this replay: remove them, or say --append`,
  );
}

function describe(plan: ReplayPlan, { json, dryRun }: ReplayOptions): void {
  const done = plan.progress?.sent ?? 0;
  if (json) {
    console.log(JSON.stringify({ type: 'plan', ...planObject(plan) }));
    return;
  }
  const rows = plan.sources.map(({ source, rows: count, first, last }) => [
    source.table.name,
    source.families?.join(', ') ?? 'everything',
    count,
    timeText(first),
    timeText(last),
    [...new Set(source.table.topics.map((topic) => plan.routes.get(topic)!.target))].join(', '),
  ]);
  console.error(rowsTable(['table', 'families', 'records', 'first', 'last', 'to'], rows));
  for (const line of remarks(plan)) console.error(line);
  if (done > 0) console.error(`${done} of ${plan.total} are written already.`);
  if (dryRun) console.log(`${Math.max(0, plan.total - done)} records would be written.`);
}

function planObject(plan: ReplayPlan): Record<string, unknown> {
  return {
    name: plan.name,
    total: plan.total,
    sent: plan.progress?.sent ?? 0,
    sources: plan.sources.map(({ source, rows, first, last, altered }) => ({
      table: source.table.name,
      families: source.families ?? null,
      records: rows,
      first: timeText(first),
      last: timeText(last),
      altered,
    })),
    targets: plan.targets.map(({ name, partitions, isNew }) => ({ name, partitions, isNew })),
  };
}

function* remarks({ sources, targets, routes }: ReplayPlan): Generator<string> {
  for (const { name, partitions, isNew } of targets)
    if (isNew)
      yield `${name} is made: ${partitions} partitions, message.timestamp.type=CreateTime, kept until it is removed.`;
  for (const [topic, { target, keepsPartition }] of routes)
    if (!keepsPartition)
      yield `${target} has other partitions than ${topic}: records go by their key, in order for each key.`;
  for (const { source, altered } of sources)
    if (altered > 0)
      yield `${source.table.name}: ${altered} texts hold U+FFFD, as bytes that are no UTF-8 do in the lake; those bytes cannot be restored.`;
}

function progressPrinter({ json }: ReplayOptions): (progress: ReplayProgress) => void {
  let last = 0;
  return (progress) => {
    if (Date.now() - last < PROGRESS_MS) return;
    last = Date.now();
    const time = timeText(progress.time);
    if (json) console.log(JSON.stringify({ type: 'progress', ...progress, time }));
    else console.error(`${progress.sent} of ${progress.total} written, up to ${time}`);
  };
}

interface Ending {
  readonly inLake: number;
  readonly ms: number;
  readonly plan: ReplayPlan;
}

function finish(result: ReplayResult, { inLake, ms, plan }: Ending, { json }: ReplayOptions): void {
  const isComplete = result.sent === inLake;
  if (json) console.log(JSON.stringify({ type: 'result', ...result, inLake, ms, isComplete }));
  else {
    const rate = ms > 0 ? Math.round((result.sentNow * 1_000) / ms) : 0;
    console.log(
      `${result.sent} of ${inLake} records are in the topic; ${result.sentNow} now, in ${seconds(ms)} (${rate}/s).`,
    );
    for (const line of resultRemarks(result, plan)) console.log(line);
  }
  if (result.isInterrupted) {
    console.error('Interrupted: the same command goes on from here.');
    process.exitCode = EXIT.interrupted;
  } else if (!isComplete) {
    console.error(
      'The lake got other records of that time meanwhile: replay into an empty topic, or again with --restart, when ./naap lake check shows nothing pending.',
    );
    process.exitCode = EXIT.error;
  }
}

function* resultRemarks(
  { ambiguous, withoutKey, outOfOrder }: ReplayResult,
  plan: ReplayPlan,
): Generator<string> {
  if (ambiguous > 0)
    yield `${ambiguous} rows fit several versions of their schema: the oldest was taken, which reads the same.`;
  if (withoutKey > 0) yield `${withoutKey} have no key: the lake keeps none, and nothing in them says it.`;
  if (outOfOrder > 0)
    yield `${outOfOrder} lie behind a later record of their partition: the broker's clock had stepped back.`;
  if (plan.sources.some(({ source }) => source.table.source === 'avro'))
    yield 'Dead letters and records without a value are in no typed table: ./naap dlq redrive sends the former back.';
}

/** The first Ctrl-C ends after the transaction that is under way, the second at once. */
function interruptSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const abort = new AbortController();
  const onSignal = (): void => abort.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  return { signal: abort.signal, release: () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal) };
}

function timeText(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
