import { residentBytes } from '../process/identity';
import { findProcess, listProcesses } from '../process/supervisor';
import type { ProcessRecord } from '../process/supervisor';
import type { LabSettings } from '../settings';
import type { PlatformContext, PlatformPart } from './part';
import { platformParts } from './parts';
import { runningContext } from './start';
import { readState } from './state';

export type Health = 'healthy' | 'unhealthy' | 'stopped' | 'running';

/** One line of status. */
export interface PartStatus {
  readonly name: string;
  readonly title: string;
  /** `running`: a process that has no health check. */
  readonly health: Health;
  readonly version?: string;
  readonly port?: number;
  readonly pid?: number;
  readonly memoryBytes?: number;
  readonly startedAt?: string;
}

/** The parts of the platform, then whatever else was started beside it. */
export async function platformStatus(settings: LabSettings): Promise<PartStatus[]> {
  const context = runningContext(settings);
  const state = readState(settings.runDir);
  const parts = platformParts(context.brokers).filter((part) => !state?.without.includes(part.name));
  const own = await Promise.all(parts.map((part) => partStatus(context, part)));
  const names = new Set<string>(parts.map((part) => part.name));
  return [
    ...own,
    ...listProcesses(settings.runDir)
      .filter((it) => !names.has(it.name))
      .map((it) => otherStatus(settings, it)),
  ];
}

async function partStatus(context: PlatformContext, part: PlatformPart): Promise<PartStatus> {
  const record = findProcess(context.settings.runDir, part.name);
  const { name, title } = part;
  if (!record) return { name, title, health: 'stopped' };
  const health = (await part.isReady(context)) ? 'healthy' : 'unhealthy';
  return { name, title, health, ...processFacts(record) };
}

function otherStatus(settings: LabSettings, known: ProcessRecord): PartStatus {
  const record = findProcess(settings.runDir, known.name);
  const { name } = known;
  return record
    ? { name, title: name, health: 'running', ...processFacts(record) }
    : { name, title: name, health: 'stopped' };
}

function processFacts(record: ProcessRecord): Omit<PartStatus, 'name' | 'title' | 'health'> {
  const { version, port, pid, startedAt } = record;
  return { version, port, pid, startedAt, memoryBytes: residentBytes(pid) };
}
