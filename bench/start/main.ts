/**
 * How long `./naap up` takes on a warm machine, and how much memory the idle platform has.
 *
 *     npx tsx bench/start/main.ts --runs 3 [--json FILE]
 *
 * Each run starts the platform with the dev stack realised, waits until it is idle, reads the memory of every part, and stops it. The first
 * run makes what is made once (certificates, class archives, topics) and is reported apart. Uses NAAP_RUN_DIR and NAAP_PORT_BASE
 * as every command does; for the first start of a fresh machine see docs/performance.md.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { spread } from '../support/statistics';

const NAAP = path.join(__dirname, '..', '..', 'naap');
const IDLE_MS = 15_000;
const MIB = 1_048_576;

interface Run {
  readonly upSeconds: number;
  readonly idleMib: number;
}

function naap(...args: string[]): string {
  return execFileSync(NAAP, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

async function measure(): Promise<Run> {
  const began = performance.now();
  naap('up');
  const upSeconds = (performance.now() - began) / 1_000;
  await sleep(IDLE_MS);
  const parts = JSON.parse(naap('status', '--json')) as { memoryBytes?: number }[];
  naap('down');
  return { upSeconds, idleMib: parts.reduce((sum, part) => sum + (part.memoryBytes ?? 0), 0) / MIB };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '3' }, json: { type: 'string' } },
  });
  spawnSync(NAAP, ['down'], { stdio: 'ignore' });
  const first = await measure();
  const runs: Run[] = [];
  for (let run = 0; run < Number(values.runs); run++) runs.push(await measure());
  const figures = {
    first,
    warmUpSeconds: spread(runs.map((run) => run.upSeconds)),
    idleMib: spread(runs.map((run) => run.idleMib)),
  };
  console.log(JSON.stringify(figures, null, 2));
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(figures, null, 2));
}

void main().catch((error: unknown) => {
  console.error(`bench/start: ${(error as Error).message}`);
  process.exitCode = 1;
});
