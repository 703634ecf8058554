import { existsSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { startProcess } from '../process/supervisor';
import type { ProcessRecord } from '../process/supervisor';
import { writePrivateFile } from '../secrets';
import type { LabSettings } from '../settings';
import { runLayout } from './layout';

/** A node that the scraper polls, as its list of targets names it. */
export interface ScrapeTarget {
  readonly id: string;
  readonly role: string;
  readonly url: string;
  readonly orchestrator?: string;
  readonly pin_sha256?: string;
}

const PRINCIPAL = 'scraper';

/** Starts the scraper as a process of its own; in a real environment it is a container. */
export function startScraper(
  settings: LabSettings,
  endpoints: PlatformEndpoints,
  targets: readonly ScrapeTarget[],
): Promise<ProcessRecord> {
  const { config, secrets } = runLayout(settings.runDir);
  const program = path.join(settings.root, 'dist', 'scraper.js');
  if (!existsSync(program)) throw new Error(`"${program}" does not exist: run ./naap, which builds it`);
  const targetFile = path.join(config, 'scrape-targets.yaml');
  const configFile = path.join(config, 'scraper.yaml');
  writePrivateFile(targetFile, stringify(targets));
  writePrivateFile(
    configFile,
    stringify({
      kafka: {
        brokers: endpoints.kafka.bootstrap,
        username: PRINCIPAL,
        password_file: path.join(secrets, `kafka-${PRINCIPAL}`),
      },
      registry: { url: endpoints.registry.url },
      listen: { host: '127.0.0.1', port: settings.ports.scraper },
      allowed_cidrs: ['127.0.0.0/8'],
      sources: [{ type: 'file', path: targetFile }],
    }),
  );
  const kinds = path.join(settings.root, 'scraper', 'kinds');
  return startProcess(settings.runDir, {
    name: 'scraper',
    command: process.execPath,
    args: ['--enable-source-maps', program, '--config', configFile, '--kinds', kinds],
    port: settings.ports.scraper,
  });
}
