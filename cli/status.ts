import { readFileSync } from 'node:fs';
import path from 'node:path';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { platformStatus, readSettings } from '../lab';
import type { PartStatus } from '../lab';
import { motionLines } from '../operate/evolve/render';
import { VERSIONS_FILE } from '../operate/evolve/versions-file';
import { parseVersions } from '../resources/query/versions';
import { EXIT } from './exit-codes';
import { withExamples } from './help';
import { mebibytes } from './units';

const EXIT_CODES = 'Exit codes: 0 every part is healthy, 1 one is not, 2 wrong usage.';

export function registerStatus(program: Command): void {
  const command = program
    .command('status')
    .description('Health, version, port and memory of every part.')
    .option('--json', 'as JSON, with process numbers and start times')
    .action(status);
  withExamples(command, ['./naap status', './naap status --json'], EXIT_CODES);
}

async function status(options: { readonly json?: boolean }): Promise<void> {
  const parts = await platformStatus(readSettings());
  console.log(options.json ? JSON.stringify(parts, null, 2) : statusTable(parts));
  if (!options.json) versionsInMotion().forEach((line) => console.log(line));
  const allHealthy = parts.every((part) => part.health === 'healthy' || part.health === 'running');
  process.exitCode = allHealthy ? EXIT.ok : EXIT.error;
}

/** SQL files that are between two steps of `./naap evolve`. */
function versionsInMotion(): string[] {
  const { root } = readSettings();
  return motionLines(parseVersions(readFileSync(path.join(root, VERSIONS_FILE), 'utf8'), VERSIONS_FILE));
}

/** One row a part, and the sum of the memory. */
export function statusTable(parts: readonly PartStatus[]): string {
  const table = new Table({
    head: ['part', 'health', 'version', 'port', 'pid', 'memory'],
    style: { head: [], border: [] },
  });
  for (const part of parts) {
    const memory = part.memoryBytes === undefined ? '' : mebibytes(part.memoryBytes);
    table.push([part.name, part.health, part.version ?? '', part.port ?? '', part.pid ?? '', memory]);
  }
  const total = parts.reduce((sum, part) => sum + (part.memoryBytes ?? 0), 0);
  table.push([{ colSpan: 5, content: 'all' }, mebibytes(total)]);
  return table.toString();
}
