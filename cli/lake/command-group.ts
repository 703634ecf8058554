import type { Command } from 'commander';
import { LAKE_READER, install, openStack, readSettings } from '../../lab';
import { LakeSession, lakeAccess } from '../../lake';
import type { LakeAccess, LakeSessionOptions } from '../../lake';

/** The command `lake` that holds query and check: the first that registers makes it. */
export function lakeCommand(program: Command): Command {
  const existing = program.commands.find((command) => command.name() === 'lake');
  return (
    existing ?? program.command('lake').description('Ask the lake, and check that nothing is missing there.')
  );
}

/** What `stack` declares of its lake, and what opens it. */
export interface OpenLake {
  readonly stack: ReturnType<typeof openStack>;
  readonly access: LakeAccess;
  readonly open: (options?: Pick<LakeSessionOptions, 'asOf' | 'only'>) => Promise<LakeSession>;
}

/** DuckDB's extensions are installed when they are first needed (45 MB to download). */
export async function openLake(stackName: string): Promise<OpenLake> {
  const settings = readSettings();
  const stack = openStack(settings, stackName);
  const access = lakeAccess(stack.environment, stack.declaration);
  const onProgress = (text: string): void => console.error(`${LAKE_READER.title}: ${text}`);
  const { folder } = await install(settings, LAKE_READER, { onProgress });
  return { stack, access, open: (options) => LakeSession.open({ access, extensions: folder, ...options }) };
}
