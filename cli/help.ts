import type { Command } from 'commander';
import { EXIT_CODES_HELP } from './exit-codes';

/** Adds examples and exit codes below the help of a command. */
export function withExamples(
  command: Command,
  examples: readonly string[],
  exitCodes = EXIT_CODES_HELP,
): Command {
  const title = examples.length === 1 ? 'Example:' : 'Examples:';
  return command.addHelpText(
    'after',
    `\n${title}\n${examples.map((line) => `  ${line}`).join('\n')}\n\n${exitCodes}`,
  );
}
