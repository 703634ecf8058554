/** `npx tsx bench/fuzz/main.ts --help` */
import { parseArgs } from 'node:util';
import { BLOCK, fuzzServer } from './server-fuzz';
import type { Failure } from './server-fuzz';
import { fuzzStatements } from './statement-fuzz';

const USAGE = `Usage: npx tsx bench/fuzz/main.ts [--statements N] [--requests N] [--seed N]

Mutated statements through lexer, parser, analyzer and planner, then mutated requests to a server in memory.
Every block of ${BLOCK} has a seed of its own: --seed SEED --statements ${BLOCK} (or --requests ${BLOCK}) repeats it.

  --statements N   default 700000
  --requests N     default 300000
  --seed N         of the first block, default 1

Exit codes: 0 nothing found, 1 something found, 2 wrong usage.`;

const PROGRESS_MS = 5000;

function count(text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  console.error(`"${text}" is no whole number\n\n${USAGE}`);
  process.exit(2);
}

interface Tally {
  readonly name: string;
  done: number;
  planned: number;
  readonly failures: Failure[];
}

async function run(
  name: string,
  total: number,
  seed: number,
  block: (seed: number, size: number) => Promise<{ failures: readonly Failure[]; planned: number }>,
): Promise<Tally> {
  const tally: Tally = { name, done: 0, planned: 0, failures: [] };
  const started = Date.now();
  let told = started;
  for (let number = 0; tally.done < total; number++) {
    const size = Math.min(BLOCK, total - tally.done);
    const { failures, planned } = await block(seed + number, size);
    tally.done += size;
    tally.planned += planned;
    tally.failures.push(...failures);
    failures.forEach(report);
    if (Date.now() - told < PROGRESS_MS) continue;
    told = Date.now();
    console.error(
      `${name}: ${tally.done} of ${total}, ${Math.round((tally.done * 1000) / (told - started))} a second, ${tally.failures.length} failed`,
    );
  }
  return tally;
}

function report({ seed, index, reason, input }: Failure): void {
  console.log(`FAILED seed ${seed}, number ${index}: ${reason}\n  ${JSON.stringify(input)}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      statements: { type: 'string' },
      requests: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(USAGE);
  const seed = count(values.seed, 1);
  const statements = await run('statements', count(values.statements, 700_000), seed, (own, size) =>
    Promise.resolve(fuzzStatements(own, size)),
  );
  const requests = await run('requests', count(values.requests, 300_000), seed, async (own, size) => ({
    failures: await fuzzServer(own, size),
    planned: 0,
  }));
  const failed = statements.failures.length + requests.failures.length;
  console.log(
    `${statements.done} statements (${statements.planned} valid), ${requests.done} requests: ${failed} failed`,
  );
  process.exit(failed === 0 ? 0 : 1);
}

void main();
