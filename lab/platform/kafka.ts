import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { runTool } from '../install/run';
import type { LaunchSpec } from '../process/supervisor';
import { readPassword, writePrivateFile } from '../secrets';
import { brokerAnswers, grantPlatformAcls } from './kafka-admin';
import { brokerPorts, brokerSettings } from './kafka-settings';
import type { BrokerId } from './kafka-settings';
import { fastStartFlags, jarFolder, writeLogConfiguration } from './java';
import type { Credentials } from '../../resources/endpoints';
import type { LabSettings } from '../settings';
import { kafkaCredentials, runLayout } from './layout';
import type { PartName, PlatformContext, PlatformPart } from './part';
import { partLogin } from './part-login';
import { propertiesText } from './properties';
import { plainUsersFile } from './plain-users';
import { plainUsersJar } from './plain-users-jar';
import { ensureIngestTls } from './tls';

const HEAP = ['-Xms128m', '-Xmx512m'];
const CLUSTER_ID_BYTES = 16;
/** Identities whose parts log in before the stack is realised. */
const FIRST_IDENTITIES = ['connectCritical', 'connectCurated', 'ksqldb'] as const;

/** Kafka's users that exist from the first start on; the rest is declared in the stack. */
export function brokerUsers(settings: LabSettings): Credentials[] {
  const own = FIRST_IDENTITIES.map((identity) => partLogin(settings, identity));
  return [kafkaCredentials(settings.runDir, 'admin'), ...own];
}

/** One broker (and controller) process. */
export function kafkaPart(id: BrokerId): PlatformPart {
  return {
    name: brokerName(id),
    title: id === 1 ? 'Kafka broker' : `Kafka broker ${id}`,
    installs: ['kafka'],
    needs: [],
    ports: ({ settings }) => Object.values<number>({ ...brokerPorts(settings.ports, id) }),
    prepare: (context) => prepareBroker(context, id),
    isReady: (context) => brokerAnswers(context, id),
    afterStart: id === 1 ? grantPlatformAcls : undefined,
  };
}

export function brokerName(id: BrokerId): PartName {
  return id === 1 ? 'kafka' : `kafka-${id}`;
}

async function prepareBroker(context: PlatformContext, id: BrokerId): Promise<LaunchSpec> {
  const { settings } = context;
  const file = path.join(runLayout(settings.runDir).config, `${brokerName(id)}.properties`);
  const tls = await ensureIngestTls(settings.runDir);
  const usersFile = plainUsersFile(settings.runDir);
  writePrivateFile(file, propertiesText(brokerSettings({ ...context, id, tls, usersFile })));
  await formatOnce(context, id, file);
  const { folder, part } = context.installed('kafka');
  const jars = jarFolder(folder);
  const login = await plainUsersJar(settings, jars);
  const archive = `broker-${path.basename(path.dirname(login))}`;
  const flags = [...HEAP, ...fastStartFlags(settings, archive, jars), ...logFlags(settings.runDir)];
  return {
    name: brokerName(id),
    command: 'java',
    args: [...flags, '-cp', [path.join(jars, '*'), login].join(path.delimiter), 'kafka.Kafka', file],
    version: part.version,
    port: brokerPorts(settings.ports, id).client,
  };
}

function logFlags(runDir: string): string[] {
  return [`-Dlog4j2.configurationFile=${writeLogConfiguration(runDir)}`];
}

/** Writes the cluster id and the first SCRAM users into an empty data folder. */
async function formatOnce(context: PlatformContext, id: BrokerId, properties: string): Promise<void> {
  const layout = runLayout(context.settings.runDir);
  if (existsSync(path.join(layout.data, brokerName(id), 'meta.properties'))) return;
  const users = brokerUsers(context.settings).map(
    (user) => `"SCRAM-SHA-512=[name=${user.username},password=${readPassword(user)}]"`,
  );
  const jars = path.join(jarFolder(context.installed('kafka').folder), '*');
  const args = [...logFlags(context.settings.runDir), '-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', jars];
  const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId(layout.config), '-c', properties];
  const scram = users.flatMap((user) => ['--add-scram', user]);
  // From a file, as a command line can be read by every user of the machine.
  const argumentFile = path.join(layout.secrets, `${brokerName(id)}-format.args`);
  writePrivateFile(argumentFile, [...args, ...format, ...scram].join('\n'));
  try {
    await runTool('java', [`@${argumentFile}`]);
  } finally {
    rmSync(argumentFile);
  }
}

/** One id for all brokers of the run directory. */
function clusterId(folder: string): string {
  const file = path.join(folder, 'cluster-id');
  if (!existsSync(file)) writePrivateFile(file, randomClusterId());
  return readFileSync(file, 'utf8').trim();
}

/** 16 random bytes in URL-safe base64 that do not start with a dash, which the tool would take for an option. */
function randomClusterId(): string {
  const id = randomBytes(CLUSTER_ID_BYTES).toString('base64url');
  return id.startsWith('-') ? randomClusterId() : id;
}
