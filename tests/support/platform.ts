import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { killProcess, readSettings, startPlatform, stopPlatform } from '../../lab';
import type { LabSettings, PartName, StartOptions } from '../../lab';
import type { PlatformEndpoints } from '../../resources/endpoints';

/** A platform of its own for one test file: own folder, own ports, the installed parts of `NAAP_HOME`. */
export interface TestPlatform {
  readonly settings: LabSettings;
  readonly endpoints: PlatformEndpoints;
  /** Starts what does not run; resolves when all parts answer. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface TestPlatformOptions extends Pick<StartOptions, 'brokers' | 'without'> {
  /** 0 to 10, 600 ports each; `NAAP_TEST_PORT_BASE` moves them all. Files run one after the other, so two may share one. */
  readonly slot: number;
}

const PORTS_A_SLOT = 600;
const DEFAULT_TEST_PORT_BASE = 26000;

/** Starts a platform in a new folder. Its folder is removed when it is stopped. */
export async function startTestPlatform(options: TestPlatformOptions): Promise<TestPlatform> {
  const base =
    Number(process.env.NAAP_TEST_PORT_BASE ?? DEFAULT_TEST_PORT_BASE) + options.slot * PORTS_A_SLOT;
  const runDir = mkdtempSync(path.join(tmpdir(), 'naap-test-'));
  const settings = readSettings({ ...process.env, NAAP_PORT_BASE: String(base), NAAP_RUN_DIR: runDir });
  const start = async (): Promise<PlatformEndpoints> => {
    const run = startPlatform(settings, options);
    // All of them, also after a failure: a part that is still starting could not be stopped.
    const results = await Promise.allSettled(run.parts.map((part) => run.ready(part.name)));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    return run.endpoints;
  };
  const stop = async (): Promise<void> => {
    await stopPlatform(settings);
    rmSync(runDir, { recursive: true });
  };
  try {
    const endpoints = await start();
    return { settings, endpoints, start: () => start().then(() => undefined), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends a part as a crash would; resolves when it is gone. */
export function killPart(settings: LabSettings, name: PartName): Promise<void> {
  return killProcess(settings, name);
}
