import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { logFile, readSettings } from '../lab';
import { UsageError } from './exit-codes';
import { withExamples } from './help';

const POLL_MS = 250;

export function registerLogs(program: Command): void {
  const command = program
    .command('logs')
    .argument('<part>', 'as status names it, e.g. connect')
    .description('Print the log of one part.')
    .option('-f, --follow', 'go on printing what is added')
    .action(logs);
  withExamples(command, ['./naap logs connect', './naap logs ksqldb -f']);
}

async function logs(part: string, options: { readonly follow?: boolean }): Promise<void> {
  const file = logOf(part);
  let position = await print(file, 0);
  while (options.follow) {
    await sleep(POLL_MS);
    // A rotated log starts anew.
    position = await print(file, statSync(file).size < position ? 0 : position);
  }
}

function logOf(part: string): string {
  const { runDir } = readSettings();
  const file = logFile(runDir, part);
  if (/^[\w-]+$/.test(part) && existsSync(file)) return file;
  const folder = path.dirname(logFile(runDir, 'x'));
  const known = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.log')) : [];
  const choice = known.map((name) => path.basename(name, '.log')).join(', ');
  throw new UsageError(
    `no log of "${part}", expected ${choice ? `one of: ${choice}` : 'a platform: run ./naap up first'}`,
  );
}

/** Prints the file from `start` on. Returns where it ended. */
async function print(file: string, start: number): Promise<number> {
  const stream = createReadStream(file, { start });
  for await (const chunk of stream) process.stdout.write(chunk as Buffer);
  return start + stream.bytesRead;
}
