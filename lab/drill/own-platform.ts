import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrokerCount } from '../platform/part';
import { startPlatform } from '../platform/start';
import { stopPlatform } from '../platform/stop';
import { realise } from '../realise';
import { readSettings } from '../settings';
import { copyProject } from './project-copy';
import type { DrillPlace } from './drill';

/** Ports of a platform for drills lie so far above the user's own. */
const PORTS_ABOVE = 2_000;

export interface OwnPlatform extends DrillPlace {
  readonly remove: () => Promise<void>;
}

/** Starts a platform for one drill, in a folder and on ports of its own, with the stack `dev` on it. */
export async function startOwnPlatform(root: string, brokers: BrokerCount): Promise<OwnPlatform> {
  const project = copyProject(root);
  const runDir = mkdtempSync(path.join(tmpdir(), 'naap-drill-run-'));
  const base = process.env.NAAP_DRILL_PORT_BASE ?? String(readSettings().ports.kafka - 92 + PORTS_ABOVE);
  const env = { ...process.env, NAAP_RUN_DIR: runDir, NAAP_PORT_BASE: base, NAAP_ROOT: project.folder };
  const settings = readSettings(env);
  const remove = async (): Promise<void> => {
    await stopPlatform(settings);
    rmSync(runDir, { recursive: true });
    project.remove();
  };
  try {
    const start = startPlatform(settings, { brokers });
    const results = await Promise.allSettled(start.parts.map((part) => start.ready(part.name)));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    await realise(start.endpoints, { settings });
    return { settings, endpoints: start.endpoints, folder: project.folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
