import type { Command } from 'commander';
import { UsageError } from '../exit-codes';

/** The command `ksql` that holds check, graph and their like: the first that registers makes it. */
export function ksqlCommand(program: Command): Command {
  const existing = program.commands.find((command) => command.name() === 'ksql');
  return existing ?? program.command('ksql').description('Work on SQL: check, draw and test files without a server, or run the engine alone.');
}

/** Collects `--define name=value`. */
export function collectDefine(given: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(given);
  if (!match) throw new UsageError(`--define ${given}: expected NAME=VALUE`);
  return { ...before, [match[1]!]: match[2]! };
}
