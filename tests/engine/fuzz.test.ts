/**
 * Mutated statements and requests: 20,000 here, any number by `npx tsx bench/fuzz/main.ts`.
 * FUZZ_SEED makes another run; a failure names the seed of its block.
 */
import { fuzzServer } from '../../bench/fuzz/server-fuzz';
import { fuzzStatements } from '../../bench/fuzz/statement-fuzz';

const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);
const STATEMENTS = 14_000;
const REQUESTS = 6000;
const BLOCK = 500;
jest.setTimeout(180_000);

const seeds = (count: number) => Array.from({ length: count / BLOCK }, (_, i) => SEED + i);

it(`plans or refuses ${STATEMENTS} mutated statements, and throws nothing but diagnostics`, () => {
  const runs = seeds(STATEMENTS).map((seed) => fuzzStatements(seed, BLOCK));
  expect(runs.flatMap(({ failures }) => failures)).toEqual([]);
  // The fuzzer is of no use when everything is refused at the door.
  expect(runs.reduce((sum, { planned }) => sum + planned, 0)).toBeGreaterThan(STATEMENTS / 20);
});

it(`answers ${REQUESTS} mutated requests, each with a result or an error of ksqlDB's kind`, async () => {
  const failures = [];
  for (const seed of seeds(REQUESTS)) failures.push(...(await fuzzServer(seed, BLOCK)));
  expect(failures).toEqual([]);
});
