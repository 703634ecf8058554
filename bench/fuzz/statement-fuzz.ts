import { FrontEnd } from './front-end';
import { Random } from './random';
import type { Failure } from './server-fuzz';
import { nextStatement } from './statements';

/** A statement that takes longer is a way to stall the server. */
const SLOW_MS = 2000;

export interface StatementRun {
  readonly failures: readonly Failure[];
  /** How many were valid: a fuzzer that is only ever refused tests little. */
  readonly planned: number;
}

/** Parses, prints and plans a block of statements. */
export function fuzzStatements(seed: number, count: number): StatementRun {
  const frontEnd = new FrontEnd();
  const random = new Random(seed);
  const failures: Failure[] = [];
  let planned = 0;
  for (let index = 0; index < count; index++) {
    const input = nextStatement(random);
    const started = process.cpuUsage();
    try {
      if (frontEnd.try(input) === 'planned') planned++;
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push({ seed, index, reason, input });
    }
    const { user, system } = process.cpuUsage(started);
    if ((user + system) / 1000 > SLOW_MS)
      failures.push({ seed, index, reason: `took ${(user + system) / 1000} ms`, input });
  }
  return { failures, planned };
}
