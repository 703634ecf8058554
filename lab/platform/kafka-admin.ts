import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  ResourcePatternTypes,
  logLevel,
} from 'kafkajs';
import type { AclEntry, Admin } from 'kafkajs';
import { readPassword } from '../secrets';
import { brokerIds, brokerPorts } from './kafka-settings';
import type { BrokerId } from './kafka-settings';
import { CONNECT_CLUSTERS, connectWorker } from './connect-worker';
import type { ConnectClusterName } from './connect-worker';
import { KSQL_SERVICE_ID } from './names';
import { kafkaCredentials } from './layout';
import type { PlatformContext } from './part';
import { partLogin } from './part-login';

const CONNECTION_TIMEOUT_MS = 1000;
/** Another broker may be away, and the controller just moving. */
const GRANT_RETRIES = 8;
const ANY_HOST = '*';

/** `host:port` of every broker's SCRAM listener. */
export function bootstrapServers(context: Pick<PlatformContext, 'settings' | 'brokers'>): string[] {
  const { settings, brokers } = context;
  return brokerIds(brokers).map((id) => `127.0.0.1:${brokerPorts(settings.ports, id).client}`);
}

/** Whether that broker has joined the cluster and the administrator gets in. */
export async function brokerAnswers(context: PlatformContext, id: BrokerId): Promise<boolean> {
  try {
    // Of itself alone: another one may be away.
    const own = `127.0.0.1:${brokerPorts(context.settings.ports, id).client}`;
    return await withAdmin(context, { brokers: [own], retries: 0 }, async (admin) => {
      const { brokers } = await admin.describeCluster();
      return brokers.some((broker) => broker.nodeId === id);
    });
  } catch {
    return false;
  }
}

/** Gives Connect and the engine what they need for themselves. Everything about declared topics comes from the stack. */
export async function grantPlatformAcls(context: PlatformContext): Promise<void> {
  const all = { brokers: bootstrapServers(context), retries: GRANT_RETRIES };
  await withAdmin(context, all, (admin) => admin.createAcls({ acl: platformAcls(context.settings) }));
}

export function platformAcls(settings: PlatformContext['settings']): AclEntry[] {
  return [...CONNECT_CLUSTERS.flatMap((cluster) => connectAcls(settings, cluster)), ...ksqldbAcls(settings)];
}

function connectAcls(settings: PlatformContext['settings'], cluster: ConnectClusterName): AclEntry[] {
  const { principal, group, topicPrefix } = connectWorker(cluster);
  const grant = grants(partLogin(settings, principal).username);
  return [
    ...grant.prefixed(AclResourceTypes.TOPIC, topicPrefix, ['CREATE', 'READ', 'WRITE', 'DESCRIBE_CONFIGS']),
    ...grant.literal(AclResourceTypes.GROUP, group, ['READ']),
  ];
}

// https://docs.confluent.io/platform/7.9/ksqldb/operate-and-deploy/installation/security.html (ACLs on the service id).
function ksqldbAcls(settings: PlatformContext['settings']): AclEntry[] {
  const grant = grants(partLogin(settings, 'ksqldb').username);
  const internal = `_confluent-ksql-${KSQL_SERVICE_ID}`;
  return [
    ...grant.literal(AclResourceTypes.CLUSTER, 'kafka-cluster', ['DESCRIBE_CONFIGS']),
    ...grant.prefixed(AclResourceTypes.TOPIC, internal, ['ALL']),
    ...grant.prefixed(AclResourceTypes.GROUP, internal, ['ALL']),
    ...grant.prefixed(AclResourceTypes.TRANSACTIONAL_ID, KSQL_SERVICE_ID, ['WRITE', 'DESCRIBE']),
    ...grant.prefixed(AclResourceTypes.TRANSACTIONAL_ID, internal, ['WRITE', 'DESCRIBE']),
    ...grant.literal(AclResourceTypes.TOPIC, '__consumer_offsets', ['DESCRIBE']),
    ...grant.literal(AclResourceTypes.TOPIC, '__transaction_state', ['DESCRIBE']),
    ...grant.literal(AclResourceTypes.TOPIC, `${KSQL_SERVICE_ID}ksql_processing_log`, ['ALL']),
  ];
}

type Operation = keyof typeof AclOperationTypes;
type Grant = (type: AclResourceTypes, name: string, operations: readonly Operation[]) => AclEntry[];

function grants(principal: string): { literal: Grant; prefixed: Grant } {
  const grant =
    (pattern: ResourcePatternTypes): Grant =>
    (resourceType, resourceName, operations) =>
      operations.map((operation) => ({
        resourceType,
        resourceName,
        resourcePatternType: pattern,
        principal: `User:${principal}`,
        host: ANY_HOST,
        operation: AclOperationTypes[operation],
        permissionType: AclPermissionTypes.ALLOW,
      }));
  return { literal: grant(ResourcePatternTypes.LITERAL), prefixed: grant(ResourcePatternTypes.PREFIXED) };
}

async function withAdmin<T>(
  context: PlatformContext,
  { brokers, retries }: { readonly brokers: string[]; readonly retries: number },
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const credentials = kafkaCredentials(context.settings.runDir, 'admin');
  const kafka = new Kafka({
    clientId: 'naap-lab',
    brokers,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    authenticationTimeout: CONNECTION_TIMEOUT_MS,
    logLevel: logLevel.NOTHING,
    retry: { retries },
    sasl: { mechanism: 'scram-sha-512', username: credentials.username, password: readPassword(credentials) },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
