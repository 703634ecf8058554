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
import { CONNECT_GROUP, CONNECT_TOPIC_PREFIX, KSQL_SERVICE_ID } from './names';
import { PRINCIPALS, kafkaCredentials } from './layout';
import type { PlatformContext } from './part';

const CONNECTION_TIMEOUT_MS = 1000;
const ANY_HOST = '*';

/** `host:port` of every broker's SCRAM listener. */
export function bootstrapServers(context: Pick<PlatformContext, 'settings' | 'brokers'>): string[] {
  const { settings, brokers } = context;
  return brokerIds(brokers).map((id) => `127.0.0.1:${brokerPorts(settings.ports, id).client}`);
}

/** Whether that broker has joined the cluster and the administrator gets in. */
export async function brokerAnswers(context: PlatformContext, id: BrokerId): Promise<boolean> {
  try {
    return await withAdmin(context, async (admin) => {
      const { brokers } = await admin.describeCluster();
      return brokers.some((broker) => broker.nodeId === id);
    });
  } catch {
    return false;
  }
}

/** Gives Connect and the engine what they need for themselves. Everything about declared topics comes from the stack. */
export async function grantPlatformAcls(context: PlatformContext): Promise<void> {
  await withAdmin(context, (admin) => admin.createAcls({ acl: platformAcls() }));
}

export function platformAcls(): AclEntry[] {
  return [...connectAcls(), ...ksqldbAcls()];
}

function connectAcls(): AclEntry[] {
  const grant = grants(PRINCIPALS.connect);
  return [
    ...grant.prefixed(AclResourceTypes.TOPIC, CONNECT_TOPIC_PREFIX, [
      'CREATE',
      'READ',
      'WRITE',
      'DESCRIBE_CONFIGS',
    ]),
    ...grant.literal(AclResourceTypes.GROUP, CONNECT_GROUP, ['READ']),
  ];
}

// https://docs.confluent.io/platform/7.9/ksqldb/operate-and-deploy/installation/security.html (ACLs on the service id).
function ksqldbAcls(): AclEntry[] {
  const grant = grants(PRINCIPALS.ksqldb);
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

async function withAdmin<T>(context: PlatformContext, work: (admin: Admin) => Promise<T>): Promise<T> {
  const credentials = kafkaCredentials(context.settings.runDir, 'admin');
  const kafka = new Kafka({
    clientId: 'naap-lab',
    brokers: bootstrapServers(context),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    authenticationTimeout: CONNECTION_TIMEOUT_MS,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
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
