import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, startTimeOf } from './identity';
import type { ProcessIdentity } from './identity';

const POLL_MS = 200;

/** Whoever holds `file` now; undefined when it is free or its holder has died. */
export function lockHolder(file: string): ProcessIdentity | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
    return isRunning(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Runs `work` while holding the lock; waits for a living holder, takes over from a dead one. */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait?: (pid: number) => void,
): Promise<T> {
  await acquire(file, onWait);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

async function acquire(file: string, onWait?: (pid: number) => void): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  while (!tryAcquire(file)) {
    const holder = lockHolder(file);
    if (holder) {
      onWait?.(holder.pid);
      await sleep(POLL_MS);
    } else {
      rmSync(file, { force: true });
    }
  }
}

function tryAcquire(file: string): boolean {
  const self = { pid: process.pid, startTime: startTimeOf(process.pid) };
  try {
    writeFileSync(file, JSON.stringify(self), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
