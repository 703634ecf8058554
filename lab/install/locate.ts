import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LabSettings } from '../settings';
import type { InstallPart } from './parts';
import { fingerprint } from './fingerprint';

/** Where an installed part lies. */
export interface Installed {
  readonly part: InstallPart;
  /** Folder of the part; for a program taken from PATH or a variable, the folder that holds the program. */
  readonly folder: string;
  /** The program, for a part that is one. */
  readonly program?: string;
  readonly source: 'variable' | 'PATH' | 'cache';
}

/** What an installation writes beside the part when it is complete. */
export interface Stamp {
  readonly fingerprint: string;
  readonly version: string;
  readonly installedAt: string;
  readonly bytes: number;
  readonly seconds: number;
}

export function partFolder(settings: LabSettings, part: InstallPart): string {
  return path.join(settings.home, part.name, part.version);
}

export function stampFile(folder: string): string {
  return path.join(folder, '.installed.json');
}

/** The part if it needs no installation: named by its variable, on PATH, or in the cache with the same fingerprint. */
export function locate(settings: LabSettings, part: InstallPart): Installed | undefined {
  return namedByVariable(settings, part) ?? onPath(settings, part) ?? inCache(settings, part);
}

function namedByVariable(settings: LabSettings, part: InstallPart): Installed | undefined {
  const value = settings.env[part.variable];
  if (!value) return undefined;
  const target = path.resolve(value);
  if (!existsSync(target)) throw new Error(`${part.variable} names "${target}", which does not exist`);
  if (part.how.kind !== 'go') {
    if (!statSync(target).isDirectory())
      throw new Error(`${part.variable} names "${target}", expected a folder`);
    return { part, folder: target, source: 'variable' };
  }
  if (!isProgram(target)) throw new Error(`${part.variable} names "${target}", expected an executable file`);
  return { part, folder: path.dirname(target), program: target, source: 'variable' };
}

function onPath(settings: LabSettings, part: InstallPart): Installed | undefined {
  if (!part.onPath) return undefined;
  const folder = (settings.env.PATH ?? '')
    .split(path.delimiter)
    .find((candidate) => candidate !== '' && isProgram(path.join(candidate, part.onPath!)));
  return folder ? { part, folder, program: path.join(folder, part.onPath), source: 'PATH' } : undefined;
}

function inCache(settings: LabSettings, part: InstallPart): Installed | undefined {
  const folder = partFolder(settings, part);
  if (!existsSync(path.join(folder, part.check)) || !existsSync(stampFile(folder))) return undefined;
  const stamp = JSON.parse(readFileSync(stampFile(folder), 'utf8')) as Stamp;
  if (stamp.fingerprint !== fingerprint(settings.root, part)) return undefined;
  return { part, folder, source: 'cache', ...programOf(part, folder) };
}

function programOf(part: InstallPart, folder: string): { program?: string } {
  return part.how.kind === 'go' ? { program: path.join(folder, part.check) } : {};
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
