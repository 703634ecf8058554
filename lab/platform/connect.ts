import path from 'node:path';
import { mkdirSync } from 'node:fs';
import type { LaunchSpec } from '../process/supervisor';
import { readPassword, writePrivateFile } from '../secrets';
import { fastStartFlags, jarFolder, writeLogConfiguration } from './java';
import { httpStatus } from './http';
import { bootstrapServers } from './kafka-admin';
import { replication } from './kafka-settings';
import { runLayout } from './layout';
import { CONNECT_CLUSTERS, connectWorker, connectWorkerUrl } from './connect-worker';
import type { ConnectClusterName, ConnectWorker } from './connect-worker';
import { LAKE_REGION } from './names';
import type { PlatformContext, PlatformPart } from './part';
import { connectTransforms } from './connect-transforms';
import { logsInAsAnother, partLogin } from './part-login';
import { propertiesText, scramClientSettings } from './properties';

/** One worker a cluster. */
export const connectParts: readonly PlatformPart[] = CONNECT_CLUSTERS.map(connectPart);

function connectPart(cluster: ConnectClusterName): PlatformPart {
  const { part: name, title, port } = connectWorker(cluster);
  return {
    name,
    title,
    installs: ['kafka', 'iceberg-sink', 'apicurio-converter'],
    needs: ['kafka', 'kafka-2', 'kafka-3'],
    ports: ({ settings }) => [settings.ports[port]],
    prepare: (context) => launch(context, cluster),
    isOutdated: ({ settings }) =>
      logsInAsAnother(
        configFile(settings, connectWorker(cluster)),
        partLogin(settings, connectWorker(cluster).principal),
      ),
    isReady: async ({ settings }) =>
      (await httpStatus(`${connectWorkerUrl(settings.ports, cluster)}/connectors`)) === 200,
  };
}

function configFile({ runDir }: PlatformContext['settings'], { part }: ConnectWorker): string {
  return path.join(runLayout(runDir).config, `${part}.properties`);
}

async function launch(context: PlatformContext, cluster: ConnectClusterName): Promise<LaunchSpec> {
  const { settings } = context;
  const worker = connectWorker(cluster);
  const layout = runLayout(settings.runDir);
  const file = configFile(settings, worker);
  const { folder, part } = context.installed('kafka');
  const jars = jarFolder(folder);
  mkdirSync(layout.catalogs, { recursive: true, mode: 0o700 });
  const transforms = await connectTransforms(settings, jars);
  writePrivateFile(file, propertiesText(workerSettings(context, cluster, transforms)));
  const log = `-Dlog4j2.configurationFile=${writeLogConfiguration(settings.runDir)}`;
  const flags = [...heap(worker), ...startFlags(context, cluster, jars), `-Daws.region=${LAKE_REGION}`, log];
  const main = 'org.apache.kafka.connect.cli.ConnectDistributed';
  return {
    name: worker.part,
    command: 'java',
    args: [...flags, '-cp', path.join(jars, '*'), main, file],
    version: part.version,
    port: settings.ports[worker.port],
  };
}

function heap({ maxHeap }: ConnectWorker): string[] {
  return ['-Xms128m', `-Xmx${maxHeap}`];
}

/** Both load the same classes: one of them writes the archive, both use it. */
function startFlags({ settings }: PlatformContext, cluster: ConnectClusterName, jars: string): string[] {
  return fastStartFlags(settings, 'connect', jars, { write: cluster === 'critical' });
}

/** `connect-distributed.properties`. */
function workerSettings(
  context: PlatformContext,
  cluster: ConnectClusterName,
  transforms: string,
): Record<string, string | number | boolean> {
  const worker = connectWorker(cluster);
  return {
    'bootstrap.servers': bootstrapServers(context).join(','),
    ...clientSettings(context.settings, worker),
    ...storageSettings(context, worker),
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': false,
    // How often an idle sink task is polled: it bounds how old the lake is.
    'offset.flush.interval.ms': 500,
    listeners: connectWorkerUrl(context.settings.ports, cluster),
    'rest.advertised.host.name': '127.0.0.1',
    'plugin.path': [...pluginFolders(context), transforms].join(','),
    'plugin.discovery': 'service_load',
    // Each connector has an identity of its own.
    'connector.client.config.override.policy': 'All',
    ...secretReferences(context.settings.runDir),
  };
}

function clientSettings(
  settings: PlatformContext['settings'],
  { principal }: ConnectWorker,
): Record<string, string> {
  const credentials = partLogin(settings, principal);
  const password = readPassword(credentials);
  const prefixes = ['', 'consumer.', 'producer.', 'admin.'];
  return Object.assign(
    {},
    ...prefixes.map((prefix) => scramClientSettings(credentials.username, password, prefix)),
  ) as Record<string, string>;
}

function storageSettings(
  { brokers }: PlatformContext,
  { group, topicPrefix }: ConnectWorker,
): Record<string, string | number> {
  const { replicas } = replication(brokers);
  return {
    'group.id': group,
    'config.storage.topic': `${topicPrefix}configs`,
    'config.storage.replication.factor': replicas,
    'offset.storage.topic': `${topicPrefix}offsets`,
    'offset.storage.replication.factor': replicas,
    'offset.storage.partitions': 4,
    'status.storage.topic': `${topicPrefix}status`,
    'status.storage.replication.factor': replicas,
    'status.storage.partitions': 2,
  };
}

function pluginFolders(context: PlatformContext): string[] {
  return (['iceberg-sink', 'apicurio-converter'] as const).map((name) => context.installed(name).folder);
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
