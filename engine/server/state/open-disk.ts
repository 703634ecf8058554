import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LevelDisk } from './level-disk';
import type { StateDisk, StateDiskOpener } from './state-disk';

/** A process that was killed may still be going away, its lock with it. */
const LOCK_WAIT_MS = 5000;
const LOCK_PAUSE_MS = 50;

export interface StateDirectory {
  /** `ksql.streams.state.dir` */
  readonly directory: string;
  /** Names the folder in it, as Kafka Streams names it after the application. */
  readonly applicationId: string;
  readonly clusterId: string;
  readonly log: (message: string) => void;
}

/** The disk under a state directory, opened once and only when somebody needs it. */
export function stateDiskIn({ directory, applicationId, clusterId, log }: StateDirectory): StateDiskOpener {
  const path = join(directory, applicationId);
  let opening: Promise<StateDisk | undefined> | undefined;
  return {
    hasState: () => existsSync(path),
    open: () =>
      (opening ??= openDirectory(path, `${clusterId}/${applicationId}`, log).catch((error: unknown) => {
        log(`state stays in memory, as ${path} cannot be used: ${messageOf(error)}`);
        return undefined;
      })),
  };
}

async function openDirectory(
  path: string,
  owner: string,
  log: (message: string) => void,
): Promise<StateDisk> {
  mkdirSync(path, { recursive: true });
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      return await LevelDisk.open(path, owner);
    } catch (error) {
      if (isDamaged(error)) {
        log(`${path} is damaged and is made anew from the changelogs: ${messageOf(error)}`);
        rmSync(path, { recursive: true });
        mkdirSync(path);
      } else if (!isLocked(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
    }
  }
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return (cause as { code?: string } | undefined)?.code;
}
function isLocked(error: unknown): boolean {
  return codeOf(error) === 'LEVEL_LOCKED';
}
function isDamaged(error: unknown): boolean {
  return codeOf(error) === 'LEVEL_CORRUPTION' || error instanceof SyntaxError;
}
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
