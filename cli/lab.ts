import type { Command } from 'commander';
import {
  KAFKA_TOOLS,
  killProcess,
  loadEndpoints,
  partNamed,
  readSettings,
  runKafkaTool,
  startLoad,
  startOne,
  stopOne,
} from '../lab';
import { EXIT, UsageError } from './exit-codes';
import { withExamples } from './help';
import { withInterrupt } from './interrupt';
import { seconds } from './units';

interface JsonOption {
  readonly json?: boolean;
}
interface PlayOptions extends JsonOption {
  readonly rate: string;
  readonly for: string;
  readonly patience: string;
  readonly as?: string;
  readonly malformed?: string;
}

const EXIT_AFTER_MS = 1_000;

/** One thing done to one part. */
interface Done {
  readonly part: string;
  readonly result: string;
  readonly ms: number;
}

export function registerLab(program: Command): void {
  const group = program
    .command('lab')
    // So that the options of Kafka's tools stay theirs.
    .enablePositionalOptions()
    .description('Do things to single parts of the platform on this machine: end, start, load them.');
  withExamples(group, [
    './naap lab kill kafka-2',
    './naap lab restart connect',
    './naap lab play --rate 200 --for 60',
  ]);
  partCommand(group, 'kill', 'End a part as a crash would (SIGKILL).', kill);
  partCommand(group, 'stop', 'Ask a part to end, and wait until it has.', stop);
  partCommand(
    group,
    'start',
    'Start a part that does not run, and wait until it answers. Declares nothing.',
    start,
  );
  partCommand(group, 'restart', 'Stop a part and start it again, as an upgrade does.', restart);
  withExamples(
    group
      .command('kafka <tool> [arguments...]')
      .description(
        `Run one of Kafka's own tools as the administrator: ${Object.keys(KAFKA_TOOLS).join(', ')}. Elsewhere the same is kafka-<tool>.sh.`,
      )
      .allowUnknownOption()
      .passThroughOptions()
      .action(kafka),
    [
      './naap lab kafka topics --describe --topic telemetry.gateway.v1',
      './naap lab kafka consumer-groups --list',
    ],
    "Exit codes: the tool's own, 2 for a tool that is not known.",
  );
  withExamples(
    group
      .command('play')
      .description(
        'Send gateway events at a steady rate over the ingest listener, and count what is acknowledged.',
      )
      .option('--rate <n>', 'events a second', '100')
      .option('--for <seconds>', 'how long', '30')
      .option('--patience <seconds>', 'how long brokers that are away are waited for', '60')
      .option('--as <gateway>', 'as this gateway; as gateway-1 and gateway-2 by default')
      .option('--malformed <share>', 'of the traces, how many are followed by a spoiled copy, 0 to 1')
      .option('--json', 'the counts as JSON')
      .action(play),
    ['./naap lab play --rate 200 --for 60'],
    'Exit codes: 0 every event was acknowledged, 1 one was not, 2 wrong usage.',
  );
}

function partCommand(
  group: Command,
  name: string,
  description: string,
  work: (part: string) => Promise<string>,
): void {
  const command = group
    .command(`${name} <part...>`)
    .description(description)
    .option('--json', 'one JSON object a part')
    .action((parts: string[], options: JsonOption) => eachPart(parts, options, work));
  withExamples(command, [`./naap lab ${name} connect`]);
}

/** One part after the other: the next one only when the last one is done. */
async function eachPart(
  parts: readonly string[],
  { json }: JsonOption,
  work: (part: string) => Promise<string>,
): Promise<void> {
  checkNames(parts);
  for (const part of parts) {
    const began = performance.now();
    const result = await work(part);
    const done: Done = { part, result, ms: Math.round(performance.now() - began) };
    console.log(json ? JSON.stringify(done) : `${part}: ${result} (${seconds(done.ms)})`);
  }
}

function checkNames(parts: readonly string[]): void {
  try {
    for (const part of parts) partNamed(readSettings(), part);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function kill(part: string): Promise<string> {
  await killProcess(readSettings(), part);
  return 'killed';
}

async function stop(part: string): Promise<string> {
  return stopOne(readSettings(), part);
}

async function start(part: string): Promise<string> {
  const settings = readSettings();
  await withInterrupt(settings, async (signal, track) => {
    track(new Set([part]));
    await startOne(settings, part, signal);
  });
  return 'answers';
}

async function restart(part: string): Promise<string> {
  await stop(part);
  return start(part);
}

async function kafka(tool: string, args: string[]): Promise<void> {
  if (!(tool in KAFKA_TOOLS))
    throw new UsageError(`unknown tool "${tool}", expected one of: ${Object.keys(KAFKA_TOOLS).join(', ')}`);
  process.exitCode = await runKafkaTool(readSettings(), tool, args);
}

async function play({ rate, for: duration, patience, as, malformed, json }: PlayOptions): Promise<void> {
  const settings = readSettings();
  const load = startLoad(settings, loadEndpoints(settings.runDir), {
    rate: positive('--rate', rate),
    seconds: positive('--for', duration),
    patienceMs: positive('--patience', patience) * 1_000,
    gateways: as === undefined ? undefined : [as],
    malformed: malformed === undefined ? undefined : positive('--malformed', malformed),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void load.stop());
  // The client goes on trying for minutes what was given up: nobody waits for that.
  const { sent, failed, longestPauseMs } = await load.done.finally(() =>
    setTimeout(() => process.exit(), EXIT_AFTER_MS).unref(),
  );
  const refused = Object.values(failed).reduce((sum, count) => sum + count, 0);
  const reasons = refused === 0 ? '' : ` (${Object.keys(failed).join(', ')})`;
  console.log(
    json
      ? JSON.stringify({ acknowledged: sent, refused: failed, longestPauseMs: Math.round(longestPauseMs) })
      : `${sent} acknowledged, ${refused} refused${reasons}; longest pause ${seconds(longestPauseMs)}`,
  );
  if (refused > 0) process.exitCode = EXIT.error;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${option} is "${text}", expected a number above 0`);
}
