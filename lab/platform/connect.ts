import path from 'node:path';
import { mkdirSync } from 'node:fs';
import type { LaunchSpec } from '../process/supervisor';
import { readPassword, writePrivateFile } from '../secrets';
import { fastStartFlags, jarFolder, writeLogConfiguration } from './java';
import { httpStatus } from './http';
import { bootstrapServers } from './kafka-admin';
import { replication } from './kafka-settings';
import { kafkaCredentials, runLayout } from './layout';
import { CONNECT_GROUP, CONNECT_TOPIC_PREFIX, LAKE_REGION } from './names';
import type { PlatformContext, PlatformPart } from './part';
import { propertiesText, scramClientSettings } from './properties';

const HEAP = ['-Xms128m', '-Xmx1g'];

export const connectPart: PlatformPart = {
  name: 'connect',
  title: 'Kafka Connect',
  installs: ['kafka', 'iceberg-sink', 'apicurio-converter'],
  needs: ['kafka', 'kafka-2', 'kafka-3'],
  ports: ({ settings }) => [settings.ports.connect],
  prepare: (context) => Promise.resolve(launch(context)),
  isReady: async ({ settings }) =>
    (await httpStatus(`${connectUrl(settings.ports.connect)}/connectors`)) === 200,
};

export function connectUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function launch(context: PlatformContext): LaunchSpec {
  const { settings } = context;
  const layout = runLayout(settings.runDir);
  const file = path.join(layout.config, 'connect.properties');
  mkdirSync(layout.catalogs, { recursive: true, mode: 0o700 });
  writePrivateFile(file, propertiesText(workerSettings(context)));
  const { folder, part } = context.installed('kafka');
  const jars = jarFolder(folder);
  const log = `-Dlog4j2.configurationFile=${writeLogConfiguration(settings.runDir)}`;
  const flags = [...HEAP, ...fastStartFlags(settings, 'connect', jars), `-Daws.region=${LAKE_REGION}`, log];
  const main = 'org.apache.kafka.connect.cli.ConnectDistributed';
  return {
    name: 'connect',
    command: 'java',
    args: [...flags, '-cp', path.join(jars, '*'), main, file],
    version: part.version,
    port: settings.ports.connect,
  };
}

/** `connect-distributed.properties`. */
export function workerSettings(context: PlatformContext): Record<string, string | number | boolean> {
  const url = connectUrl(context.settings.ports.connect);
  return {
    'bootstrap.servers': bootstrapServers(context).join(','),
    ...clientSettings(context.settings.runDir),
    ...storageSettings(context),
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': false,
    // How often an idle sink task is polled: it bounds how old the lake is.
    'offset.flush.interval.ms': 500,
    listeners: url,
    'rest.advertised.host.name': '127.0.0.1',
    'plugin.path': pluginPath(context),
    'plugin.discovery': 'service_load',
    // Each connector has an identity of its own.
    'connector.client.config.override.policy': 'All',
    ...secretReferences(context.settings.runDir),
  };
}

function clientSettings(runDir: string): Record<string, string> {
  const credentials = kafkaCredentials(runDir, 'connect');
  const password = readPassword(credentials);
  const prefixes = ['', 'consumer.', 'producer.', 'admin.'];
  return Object.assign(
    {},
    ...prefixes.map((prefix) => scramClientSettings(credentials.username, password, prefix)),
  ) as Record<string, string>;
}

function storageSettings({ brokers }: PlatformContext): Record<string, string | number> {
  const { replicas } = replication(brokers);
  return {
    'group.id': CONNECT_GROUP,
    'config.storage.topic': `${CONNECT_TOPIC_PREFIX}configs`,
    'config.storage.replication.factor': replicas,
    'offset.storage.topic': `${CONNECT_TOPIC_PREFIX}offsets`,
    'offset.storage.replication.factor': replicas,
    'offset.storage.partitions': 4,
    'status.storage.topic': `${CONNECT_TOPIC_PREFIX}status`,
    'status.storage.replication.factor': replicas,
    'status.storage.partitions': 2,
  };
}

function pluginPath(context: PlatformContext): string {
  return (['iceberg-sink', 'apicurio-converter'] as const)
    .map((name) => context.installed(name).folder)
    .join(',');
}

/** A connector's configuration holds `${file:…}` or `${directory:…}`, never a secret; only the secrets' folder can be read. */
function secretReferences(runDir: string): Record<string, string> {
  const provider = 'org.apache.kafka.common.config.provider';
  const { secrets } = runLayout(runDir);
  return {
    'config.providers': 'file,directory,env',
    'config.providers.file.class': `${provider}.FileConfigProvider`,
    'config.providers.file.param.allowed.paths': secrets,
    'config.providers.directory.class': `${provider}.DirectoryConfigProvider`,
    'config.providers.directory.param.allowed.paths': secrets,
    'config.providers.env.class': `${provider}.EnvVarConfigProvider`,
    'config.providers.env.param.allowlist.pattern': 'NAAP_.*',
  };
}
