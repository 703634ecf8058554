import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { PlatformEndpoints } from '../../resources/endpoints';
import type { Ports } from '../ports';
import { writePrivateFile } from '../secrets';
import type { LabSettings } from '../settings';
import { connectWorkerUrl } from './connect-worker';
import { bootstrapServers } from './kafka-admin';
import { brokerIds, brokerPorts } from './kafka-settings';
import { ksqldbUrl } from './ksqldb';
import { kafkaCredentials, minioCredentials, runLayout } from './layout';
import { minioEndpoint } from './minio';
import { LAKE_REGION } from './names';
import type { BrokerCount, PartName } from './part';
import { confluentUrl, nativeUrl } from './registry';

/** What was started, so that another command finds it whatever its own variables say. */
export interface PlatformState {
  readonly brokers: BrokerCount;
  readonly without: readonly PartName[];
  /** A ksqlDB server of one's own that takes the engine's place. */
  readonly ksqldbUrl?: string;
  readonly ports: Ports;
}

function stateFile(runDir: string): string {
  return path.join(runDir, 'state.json');
}

export function readState(runDir: string): PlatformState | undefined {
  if (!existsSync(stateFile(runDir))) return undefined;
  return JSON.parse(readFileSync(stateFile(runDir), 'utf8')) as PlatformState;
}

/** Records what is about to be started, and where it will answer. */
export function writeState(settings: LabSettings, state: PlatformState): PlatformEndpoints {
  // The ports of what runs already: this command's own variables may say others.
  const endpoints = platformEndpoints({ ...settings, ports: state.ports }, state);
  writePrivateFile(stateFile(settings.runDir), JSON.stringify(state, null, 2));
  writePrivateFile(runLayout(settings.runDir).endpoints, JSON.stringify(endpoints, null, 2));
  return endpoints;
}

/** Says that nothing answers any more. The state stays: its brokers and data belong together. */
export function removeEndpoints(runDir: string): void {
  rmSync(runLayout(runDir).endpoints, { force: true });
}

/** Where the platform of that run directory answers. Throws when none was started. */
export function loadEndpoints(runDir: string): PlatformEndpoints {
  const file = runLayout(runDir).endpoints;
  if (!existsSync(file)) throw new Error(`no platform is up in "${runDir}": start one with ./naap up`);
  return JSON.parse(readFileSync(file, 'utf8')) as PlatformEndpoints;
}

function platformEndpoints(settings: LabSettings, state: PlatformState): PlatformEndpoints {
  const { ports, runDir } = settings;
  return {
    kafka: kafkaEndpoints(settings, state.brokers),
    registry: { url: confluentUrl(ports.registry), nativeUrl: nativeUrl(ports.registry) },
    connect: {
      critical: { url: connectWorkerUrl(ports, 'critical') },
      curated: { url: connectWorkerUrl(ports, 'curated') },
    },
    ksqldb: { url: state.ksqldbUrl ?? ksqldbUrl(ports.ksqldb) },
    minio: { endpoint: minioEndpoint(ports.minio), region: LAKE_REGION, admin: minioCredentials(runDir) },
  };
}

function kafkaEndpoints(settings: LabSettings, brokers: BrokerCount): PlatformEndpoints['kafka'] {
  const ingest = brokerIds(brokers).map((id) => `127.0.0.1:${brokerPorts(settings.ports, id).ingest}`);
  return {
    bootstrap: bootstrapServers({ settings, brokers }),
    admin: kafkaCredentials(settings.runDir, 'admin'),
    ingest: { bootstrap: ingest, caFile: path.join(runLayout(settings.runDir).secrets, 'ingest-ca.pem') },
    brokers,
  };
}
