import { setTimeout as sleep } from 'node:timers/promises';
import { findProcess, stopProcess } from '../process/supervisor';
import type { LabSettings } from '../settings';
import type { PlatformPart } from './part';
import { platformParts } from './parts';
import { runningContext } from './start';
import { startPart } from './start-part';

const POLL_MS = 10;

/** A part of the platform that was started here. Throws with the names that there are. */
export function partNamed(settings: LabSettings, name: string): PlatformPart {
  const parts = platformParts(runningContext(settings).brokers);
  const found = parts.find((part) => part.name === name);
  if (found) return found;
  throw new Error(`unknown part "${name}", expected one of: ${parts.map((part) => part.name).join(', ')}`);
}

/** Ends a process of this run directory as a crash would (SIGKILL); resolves when it is gone. */
export async function killProcess(settings: LabSettings, name: string): Promise<void> {
  const record = findProcess(settings.runDir, name);
  if (!record) throw new Error(`${name} does not run`);
  process.kill(record.pid, 'SIGKILL');
  while (findProcess(settings.runDir, name)) await sleep(POLL_MS);
}

/** Asks a process of this run directory to end, and waits. Its data stays. */
export function stopOne(settings: LabSettings, name: string): ReturnType<typeof stopProcess> {
  return stopProcess(settings.runDir, name);
}

/** Starts one part of a platform that is up and waits until it answers; declares nothing. */
export async function startOne(settings: LabSettings, name: string, signal?: AbortSignal): Promise<void> {
  await startPart(runningContext(settings), partNamed(settings, name), signal);
}
