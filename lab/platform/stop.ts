import { existsSync, readdirSync, rmSync } from 'node:fs';
import { listProcesses, stopProcess } from '../process/supervisor';
import type { LabSettings } from '../settings';
import { adoptClassArchives } from './java';
import { removeEndpoints } from './state';

const STOP_TIMEOUT_MS = 60_000;
/** Who is stopped after whom: users before what they use. Anything not named here comes first. */
const STOP_ORDER: readonly (readonly string[])[] = [
  ['ksqldb'],
  ['connect', 'connect-curated'],
  ['registry', 'minio'],
  ['kafka-3', 'kafka-2', 'kafka'],
];

export interface StopOptions {
  /** Only these; all by default. */
  readonly only?: ReadonlySet<string>;
  readonly onStopped?: (name: string, how: 'not running' | 'stopped' | 'killed') => void;
}

/** Stops the processes of a run directory in order. Its data stays. */
export async function stopPlatform(settings: LabSettings, options: StopOptions = {}): Promise<void> {
  const names = listProcesses(settings.runDir)
    .map((record) => record.name)
    .filter((name) => options.only?.has(name) ?? true);
  for (const group of stopGroups(names)) {
    await Promise.all(
      group.map(async (name) => {
        const how = await stopProcess(settings.runDir, name, STOP_TIMEOUT_MS);
        options.onStopped?.(name, how);
      }),
    );
  }
  adoptClassArchives(settings);
  if (listProcesses(settings.runDir).length === 0) removeEndpoints(settings.runDir);
}

/** The names in groups to stop one after the other. */
export function stopGroups(names: readonly string[]): string[][] {
  const ordered = new Set(STOP_ORDER.flat());
  const groups = [
    names.filter((name) => !ordered.has(name)),
    ...STOP_ORDER.map((group) => group.filter((it) => names.includes(it))),
  ];
  return groups.filter((group) => group.length > 0);
}

/** Deletes everything that a platform has written, secrets included. Throws when `runDir` is not a run directory. */
export function purge(runDir: string): void {
  if (!existsSync(runDir)) return;
  const known = new Set([
    'config',
    'data',
    'logs',
    'pids',
    'secrets',
    'platform.json',
    'state.json',
    '.lock',
  ]);
  const foreign = readdirSync(runDir).filter((name) => !known.has(name));
  if (foreign.length > 0)
    throw new Error(`"${runDir}" holds what no platform wrote (${foreign.join(', ')}): not deleted`);
  rmSync(runDir, { recursive: true });
}
