/**
 * How long plan, offline plan and drift take on the platform that is up, and over how many resources.
 *
 *     npx tsx bench/operate/main.ts --runs 5 [--stack dev] [--json FILE]
 *
 * Each run is the whole command as somebody types it, process start included. `asked` is the part of it that asks servers and
 * compares. The stack `dev` declares more than twice the 300 resources that 5 s are meant for.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { spread } from '../support/statistics';

const NAAP = path.join(__dirname, '..', '..', 'naap');
/** 0: nothing to say; 3: changes or drift, which the figures hold too. */
const DONE = new Set([0, 3]);

interface Report {
  readonly durationMs: number;
  /** Of a plan. */
  readonly entries?: readonly unknown[];
  /** Of drift. */
  readonly compared?: number;
}
interface Run {
  readonly seconds: number;
  readonly asked: number;
  readonly resources: number;
}

function run(folder: string, args: readonly string[]): Run {
  const file = path.join(folder, 'report.json');
  const began = performance.now();
  const { status, stderr } = spawnSync(NAAP, [...args, '--json', file], { encoding: 'utf8' });
  const seconds = (performance.now() - began) / 1_000;
  if (!DONE.has(status ?? -1)) throw new Error(`naap ${args.join(' ')} ended with ${status}: ${stderr}`);
  const { durationMs, entries, compared } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return { seconds, asked: durationMs / 1_000, resources: entries?.length ?? compared ?? 0 };
}

function figuresOf(runs: readonly Run[]) {
  return {
    resources: runs[0]!.resources,
    seconds: spread(runs.map((one) => one.seconds)),
    asked: spread(runs.map((one) => one.asked)),
  };
}

function main(): void {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '5' },
      stack: { type: 'string', default: 'dev' },
      json: { type: 'string' },
    },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-bench-'));
  const commands = { plan: ['plan'], planOffline: ['plan', '--offline'], drift: ['drift'] };
  try {
    const measured = Object.entries(commands).map(([name, command]) => {
      const args = [...command, '--stack', values.stack];
      // The first one builds what is not built yet.
      run(folder, args);
      return [name, figuresOf(Array.from({ length: Number(values.runs) }, () => run(folder, args)))] as const;
    });
    const figures = Object.fromEntries(measured);
    console.log(JSON.stringify(figures, null, 2));
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(figures, null, 2));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

try {
  main();
} catch (error) {
  console.error(`bench/operate: ${(error as Error).message}`);
  process.exitCode = 1;
}
