import path from 'node:path';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { runLayout } from '../platform/layout';
import { httpStatus } from '../platform/http';
import { findProcess, logFile, startProcess, stopProcess, tailLog } from '../process/supervisor';
import { writePrivateFile } from '../secrets';
import type { LabSettings } from '../settings';
import { startSimulators } from '../simulators';
import type { SimulatedNetwork } from '../simulators';
import { scraperConfig } from './config';

/** The scraper at work on simulated nodes. */
export interface Scraping {
  /** Answers that the simulated nodes have given so far. */
  requests(): number;
  /** Stops the scraper first, so that what it polled is sent, then the nodes. */
  stop(): Promise<void>;
}

const NAME = 'scraper';
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 100;

/**
 * Starts the nodes of `network` in this process and the scraper as a process of its own that polls them. The stack must
 * be realised: the scraper logs in as itself and reads its schema from the registry.
 */
export async function startScraping(
  settings: LabSettings,
  endpoints: PlatformEndpoints,
  network: SimulatedNetwork,
): Promise<Scraping> {
  const simulators = await startSimulators(network, {
    host: '127.0.0.1',
    firstPort: settings.ports.simulators,
  });
  const folder = runLayout(settings.runDir).config;
  const targetsFile = path.join(folder, 'scraper-targets.json');
  const configFile = path.join(folder, 'scraper.json');
  writePrivateFile(targetsFile, JSON.stringify(simulators.targets, null, 2));
  writePrivateFile(configFile, JSON.stringify(scraperConfig(settings, endpoints, targetsFile), null, 2));
  try {
    await startScraper(settings, configFile);
  } catch (error) {
    await simulators.stop();
    throw error;
  }
  return {
    requests: () => Object.values(simulators.requests()).reduce((sum, count) => sum + count, 0),
    stop: async () => {
      await stopProcess(settings.runDir, NAME);
      await simulators.stop();
    },
  };
}

async function startScraper(settings: LabSettings, configFile: string): Promise<void> {
  const program = path.join(settings.root, 'dist', 'scraper.js');
  const kinds = path.join(settings.root, 'scraper', 'kinds');
  // The files hold this run's targets and ports: a scraper of an earlier run would poll others.
  await stopProcess(settings.runDir, NAME);
  await startProcess(settings.runDir, {
    name: NAME,
    command: process.execPath,
    args: ['--enable-source-maps', program, '--config', configFile, '--kinds', kinds],
    version: 'this project',
    port: settings.ports.scraper,
  });
  await waitUntilReady(settings);
}

async function waitUntilReady(settings: LabSettings): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while ((await httpStatus(`http://127.0.0.1:${settings.ports.scraper}/healthz`)) !== 200) {
    if (!findProcess(settings.runDir, NAME) || Date.now() > deadline) {
      const log = tailLog(settings.runDir, NAME, 10);
      throw new Error(
        `the scraper did not start. The end of its log (${logFile(settings.runDir, NAME)}):\n${log}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
