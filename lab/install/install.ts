import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertNever } from '../assert-never';
import { withLock } from '../process/lock';
import type { LabSettings } from '../settings';
import { fingerprint } from './fingerprint';
import { installWithGo } from './go';
import { locate, partFolder, stampFile } from './locate';
import type { Installed, Stamp } from './locate';
import { installWithMaven } from './maven';
import { installWithPip } from './pip';
import type { InstallPart } from './parts';
import type { InstallTarget } from './target';

const MS_PER_SECOND = 1000;

export interface InstallOptions {
  readonly signal?: AbortSignal;
  /** One line about how far it is, whenever that changes. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Brings one part into the cache, or finds it. Safe to call from several processes: one installs, the others wait.
 * A folder under its final name is complete: it is filled under another name and then moved.
 */
export async function install(
  settings: LabSettings,
  part: InstallPart,
  options: InstallOptions = {},
): Promise<Installed> {
  const found = locate(settings, part);
  if (found) return found;
  const lock = path.join(settings.home, part.name, '.lock');
  const onWait = (pid: number): void => options.onProgress?.(`waits for process ${pid}, which installs it`);
  return withLock(lock, () => installLocked(settings, part, options), onWait);
}

async function installLocked(
  settings: LabSettings,
  part: InstallPart,
  options: InstallOptions,
): Promise<Installed> {
  const found = locate(settings, part);
  if (found) return found;
  const started = Date.now();
  const target = prepareTarget(settings, part, options);
  await fill(part, target);
  finish(settings, part, target, (Date.now() - started) / MS_PER_SECOND);
  const installed = locate(settings, part);
  if (!installed)
    throw new Error(`${part.title} ${part.version} was installed, but "${part.check}" is not there`);
  return installed;
}

function prepareTarget(settings: LabSettings, part: InstallPart, options: InstallOptions): InstallTarget {
  const folder = `${partFolder(settings, part)}.partial`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const work = path.join(settings.home, part.name, 'work');
  mkdirSync(work, { recursive: true });
  return {
    root: settings.root,
    folder,
    work,
    signal: options.signal,
    onProgress: options.onProgress ?? ((): void => {}),
  };
}

function fill(part: InstallPart, target: InstallTarget): Promise<void> {
  switch (part.how.kind) {
    case 'maven':
      return installWithMaven(part.how, target);
    case 'go':
      return installWithGo(part.how, part.version, target);
    case 'pip':
      return installWithPip(part.how, part.version, target);
    default:
      return assertNever(part.how);
  }
}

function finish(settings: LabSettings, part: InstallPart, target: InstallTarget, seconds: number): void {
  const stamp: Stamp = {
    fingerprint: fingerprint(settings.root, part),
    version: part.version,
    installedAt: new Date().toISOString(),
    bytes: folderBytes(target.folder),
    seconds: Math.round(seconds * 10) / 10,
  };
  writeFileSync(stampFile(target.folder), JSON.stringify(stamp, null, 2));
  rmSync(partFolder(settings, part), { recursive: true, force: true });
  renameSync(target.folder, partFolder(settings, part));
  rmSync(target.work, { recursive: true, force: true });
}

/** Size of all files under `folder`, bytes. */
export function folderBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
