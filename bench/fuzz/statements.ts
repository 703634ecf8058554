import { Grammar } from './grammar';
import { mutateStatement } from './mutate';
import type { Random } from './random';
import { ROWS, WORLD } from './world';

const SEEDS = `${WORLD}${ROWS}`
  .split(/;\s*\n/)
  .map((text) => `${text.trim()};`)
  .filter((text) => text.length > 1);

/** One statement after the other: random ones, mutated random ones, and mutated good ones. */
export function nextStatement(random: Random): string {
  const grammar = new Grammar(random);
  const kind = random.next();
  if (kind < 0.5) return grammar.statement();
  return mutateStatement(kind < 0.85 ? grammar.statement() : random.pick(SEEDS), random);
}

/** As {@link nextStatement}, and mostly a query that is not mutated: for the endpoints that take nothing else. */
export function nextQuery(random: Random): string {
  return random.chance(0.7) ? new Grammar(random).query() : nextStatement(random);
}
