import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { UsageError } from './exit-codes';
import { withExamples } from './help';
import { runDemo } from './demo-run';
import type { DemoOptions } from './demo-run';

const EXIT_CODES =
  'Exit codes: 0 everything that was sent is accounted for, 1 it is not or something failed, 2 wrong usage or a missing tool.';

interface Flags {
  readonly for?: string;
  readonly json?: string;
  readonly keep?: boolean;
  readonly input?: string;
  readonly ownTime?: boolean;
  readonly history?: string;
  readonly rate?: string;
}

export function registerDemo(program: Command): void {
  const command = program
    .command('demo')
    .description(
      'Start everything, play a network into it, watch its SLA. Ctrl-C ends it and prints the counts.',
    )
    .option('--for <seconds>', 'end by itself after that time of traffic')
    .option('--json <file>', 'write the last table and the counts as JSON')
    .option('--keep', 'leave the platform up')
    .option('--input <file>', 'replay recorded messages: a JSON array, or one envelope a line')
    .option('--own-time', 'with --input: keep the recorded times; by default they are shifted to now')
    .option('--history <days>', 'play so many days before today first, so that quality has a benchmark')
    .option('--rate <events>', 'events a second; 33 by default, as in the real network')
    .action((flags: Flags) => runDemo(demoOptions(flags)));
  withExamples(
    command,
    ['./naap demo', './naap demo --for 60 --json demo.json', './naap demo --history 7 --rate 200 --keep'],
    EXIT_CODES,
  );
}

function demoOptions(flags: Flags): DemoOptions {
  const { input } = flags;
  if (input !== undefined && !existsSync(input))
    throw new UsageError(`--input names "${input}", which does not exist`);
  if (flags.ownTime && input === undefined) throw new UsageError('--own-time needs --input');
  return {
    seconds: positive('--for', flags.for),
    jsonFile: flags.json,
    keep: flags.keep ?? false,
    input,
    ownTime: flags.ownTime ?? false,
    historyDays: positive('--history', flags.history),
    eventsPerSecond: positive('--rate', flags.rate),
  };
}

function positive(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${flag} is "${text}", expected a number above 0`);
}
