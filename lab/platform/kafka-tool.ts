import { spawn } from 'node:child_process';
import path from 'node:path';
import { readPassword, writePrivateFile } from '../secrets';
import type { LabSettings } from '../settings';
import { jarFolder } from './java';
import { bootstrapServers } from './kafka-admin';
import { kafkaCredentials, runLayout } from './layout';
import { propertiesText, scramClientSettings } from './properties';
import { runningContext } from './start';

/** Kafka's own command-line tools, by the name of their script without `kafka-`. */
export const KAFKA_TOOLS: Readonly<Record<string, string>> = {
  acls: 'org.apache.kafka.tools.AclCommand',
  configs: 'kafka.admin.ConfigCommand',
  'consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  features: 'org.apache.kafka.tools.FeatureCommand',
  'leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
  'log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'metadata-quorum': 'org.apache.kafka.tools.MetadataQuorumCommand',
  'reassign-partitions': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  topics: 'org.apache.kafka.tools.TopicCommand',
};
/** A tool that calls the file with the login by another name. */
const CONFIG_OPTIONS: Readonly<Record<string, string>> = { 'leader-election': '--admin.config' };

/** Runs one of Kafka's tools as the administrator of the platform. Returns its exit code. */
export function runKafkaTool(settings: LabSettings, tool: string, args: readonly string[]): Promise<number> {
  const context = runningContext(settings);
  const { runDir } = context.settings;
  const login = kafkaCredentials(runDir, 'admin');
  const file = path.join(runLayout(runDir).config, 'admin.properties');
  writePrivateFile(file, propertiesText(scramClientSettings(login.username, readPassword(login))));
  // Without a configuration of logging they say what they found, and errors.
  const flags = ['-Xmx256m', '-XX:TieredStopAtLevel=1'];
  const jars = path.join(jarFolder(context.installed('kafka').folder), '*');
  const reach = [
    '--bootstrap-server',
    bootstrapServers(context).join(','),
    CONFIG_OPTIONS[tool] ?? '--command-config',
    file,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('java', [...flags, '-cp', jars, KAFKA_TOOLS[tool]!, ...reach, ...args], {
      stdio: 'inherit',
    });
    child.once('error', reject).once('exit', (code) => resolve(code ?? 1));
  });
}
