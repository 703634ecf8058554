import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { LaunchSpec } from '../process/supervisor';
import { readPassword, writePrivateFile } from '../secrets';
import { httpStatus } from './http';
import { bootstrapServers } from './kafka-admin';
import { replication } from './kafka-settings';
import { connectWorkerUrl } from './connect-worker';
import { runLayout } from './layout';
import { KSQL_SERVICE_ID } from './names';
import type { PlatformContext, PlatformPart } from './part';
import { logsInAsAnother, partLogin } from './part-login';
import { propertiesText, scramClientSettings } from './properties';
import { confluentUrl } from './registry';

export const ksqldbPart: PlatformPart = {
  name: 'ksqldb',
  title: 'ksqlDB (local engine)',
  installs: [],
  needs: ['kafka', 'kafka-2', 'kafka-3', 'registry'],
  ports: ({ settings }) => [settings.ports.ksqldb],
  prepare: (context) => Promise.resolve(launch(context)),
  isOutdated: ({ settings }) => logsInAsAnother(configFile(settings), partLogin(settings, 'ksqldb')),
  isReady: async ({ settings }) => (await httpStatus(`${ksqldbUrl(settings.ports.ksqldb)}/info`)) === 200,
};

export function ksqldbUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** `ksql-server.properties`: the same file starts the local engine and a stock server. */
export function ksqlServerSettings(context: PlatformContext): Record<string, string | number | boolean> {
  const { settings, brokers } = context;
  const credentials = partLogin(settings, 'ksqldb');
  const { replicas } = replication(brokers);
  return {
    'bootstrap.servers': bootstrapServers(context).join(','),
    ...scramClientSettings(credentials.username, readPassword(credentials)),
    listeners: ksqldbUrl(settings.ports.ksqldb),
    'ksql.service.id': KSQL_SERVICE_ID,
    'ksql.schema.registry.url': confluentUrl(settings.ports.registry),
    'ksql.connect.url': connectWorkerUrl(settings.ports, 'curated'),
    'ksql.internal.topic.replicas': replicas,
    'ksql.streams.replication.factor': replicas,
    'ksql.streams.state.dir': path.join(runLayout(settings.runDir).data, 'ksqldb'),
    'ksql.streams.auto.offset.reset': 'earliest',
    'ksql.logging.processing.topic.auto.create': true,
    'ksql.logging.processing.topic.replication.factor': replicas,
    'ksql.logging.processing.stream.auto.create': true,
  };
}

function configFile({ runDir }: PlatformContext['settings']): string {
  return path.join(runLayout(runDir).config, 'ksql-server.properties');
}

function launch(context: PlatformContext): LaunchSpec {
  const { settings } = context;
  const program = path.join(settings.root, 'dist', 'ksqldb-engine.js');
  if (!existsSync(program)) throw new Error(`"${program}" does not exist: run ./naap, which builds it`);
  const file = configFile(settings);
  mkdirSync(path.join(runLayout(settings.runDir).data, 'ksqldb'), { recursive: true, mode: 0o700 });
  writePrivateFile(file, propertiesText(ksqlServerSettings(context)));
  return {
    name: 'ksqldb',
    command: process.execPath,
    args: ['--enable-source-maps', program, '--config', file],
    version: 'local engine',
    port: settings.ports.ksqldb,
  };
}
