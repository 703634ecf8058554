import { Command, CommanderError } from 'commander';
import { EXIT, UsageError } from './exit-codes';
import { registerAdopt } from './adopt';
import { registerDemo } from './demo';
import { registerDlq } from './dlq';
import { registerDocs } from './docs';
import { registerDown } from './down';
import { registerDrill } from './drill';
import { registerDrift } from './drift';
import { registerEnv } from './env';
import { registerEvolve } from './evolve';
import { registerKsqlCheck } from './ksql-check';
import { registerKsqlGraph } from './ksql-graph';
import { registerKsqlMutate } from './ksql-mutate';
import { registerKsqlServe } from './ksql-serve';
import { registerKsqlTest } from './ksql-test';
import { registerLab } from './lab';
import { registerLakeCheck } from './lake/check';
import { registerLakeQuery } from './lake/query';
import { registerLakeStatus } from './lake/status';
import { registerLakeTrino } from './lake/trino';
import { registerLakeUpkeep } from './lake/upkeep';
import { registerLogs } from './logs';
import { registerPlan } from './plan';
import { registerQuery } from './query';
import { registerReplay } from './replay';
import { registerRotate } from './rotate';
import { registerStatus } from './status';
import { registerTest } from './test';
import { registerTopics } from './topics';
import { registerUp } from './up';

/** Every command registers itself on the program: one file a command. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  registerDemo,
  registerUp,
  registerDown,
  registerStatus,
  registerLogs,
  registerEnv,
  registerQuery,
  registerPlan,
  registerEvolve,
  registerDrift,
  registerAdopt,
  registerRotate,
  registerTopics,
  registerLab,
  registerDrill,
  registerTest,
  registerLakeQuery,
  registerLakeCheck,
  registerLakeStatus,
  registerLakeTrino,
  registerLakeUpkeep,
  registerReplay,
  registerDlq,
  registerKsqlCheck,
  registerKsqlGraph,
  registerKsqlServe,
  registerDocs,
  registerKsqlTest,
  registerKsqlMutate,
];

/** `./naap` with all its commands. */
export function createProgram(): Command {
  const program = new Command('naap');
  program.description('Streaming analytics of a GPU video/AI network as code.');
  program.showHelpAfterError('(./naap COMMAND --help says more)').exitOverride();
  for (const register of COMMANDS) register(program);
  return program;
}

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Prints what went wrong and returns the exit code. */
function report(error: unknown): number {
  // Commander has printed its own; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const message = error instanceof Error ? error.message : String(error);
  console.error(`naap: ${message}`);
  if (process.env.NAAP_DEBUG && error instanceof Error) console.error(error.stack);
  return error instanceof UsageError ? EXIT.usage : EXIT.error;
}

// A test may look at the program without running it.
if (require.main === module) void main();
