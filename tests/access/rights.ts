import { readFileSync } from 'node:fs';
import type { KafkaSession } from '../../resources/kafka/kafka-admin';
import { loadKafka } from '../../resources/kafka/library';

/** Bits of the brokers' answer, by operation code of the protocol. */
const OPERATIONS: Readonly<Record<number, string>> = {
  3: 'Read',
  4: 'Write',
  5: 'Create',
  6: 'Delete',
  7: 'Alter',
  8: 'Describe',
  9: 'ClusterAction',
  10: 'DescribeConfigs',
  11: 'AlterConfigs',
  12: 'IdempotentWrite',
};
const NOT_AUTHORIZED = new Set([29, 30, 31, 53]);

export type Rights = Readonly<Record<string, readonly string[]>>;

export interface BrokerRights {
  /** Of every topic asked for on which something is allowed. */
  readonly topics: Rights;
  readonly groups: Rights;
}

/** How a user comes in: SCRAM, or PLAIN over TLS as gateways do. */
export interface Entrance {
  readonly bootstrap: readonly string[];
  readonly mechanism: 'SCRAM-SHA-512' | 'PLAIN';
  readonly caFile?: string;
}

/** What a user may do, as the broker itself says it to that user: all operations on all of the objects named. */
export async function rightsOf(
  { bootstrap, mechanism, caFile }: Entrance,
  login: { readonly username: string; readonly password: string },
  asked: { readonly topics: readonly string[]; readonly groups: readonly string[] },
): Promise<BrokerRights> {
  const kafka = await loadKafka();
  const admin = new kafka.Admin({
    clientId: 'rights',
    bootstrapBrokers: [...bootstrap],
    sasl: { mechanism, ...login },
    ...(caFile ? { tls: { ca: readFileSync(caFile, 'utf8') } } : {}),
    retries: 1,
  });
  try {
    const [connection] = [...(await admin.connectToBrokers(null)).values()];
    const session = { kafka, connection: connection! };
    return {
      topics: await topicRights(session, asked.topics),
      groups: await groupRights(session, asked.groups),
    };
  } finally {
    await admin.close();
  }
}

type Session = Pick<KafkaSession, 'kafka' | 'connection'>;

async function topicRights({ kafka, connection }: Session, names: readonly string[]): Promise<Rights> {
  const answer = await kafka.metadataV12.api
    .async(connection, [...names], false, true)
    .catch((error: unknown) => partial<Awaited<ReturnType<typeof kafka.metadataV12.api.async>>>(error));
  const known = answer.topics.filter(({ errorCode }) => errorCode === 0);
  return Object.fromEntries(
    known.map(({ name, topicAuthorizedOperations }) => [name!, operations(topicAuthorizedOperations)]),
  );
}

async function groupRights({ kafka, connection }: Session, names: readonly string[]): Promise<Rights> {
  const answer = await kafka.describeGroupsV5.api
    .async(connection, [...names], true)
    .catch((error: unknown) => partial<Awaited<ReturnType<typeof kafka.describeGroupsV5.api.async>>>(error));
  const known = answer.groups.filter(({ errorCode }) => !NOT_AUTHORIZED.has(errorCode));
  return Object.fromEntries(
    known.map(({ groupId, authorizedOperations }) => [groupId, operations(authorizedOperations)]),
  );
}

/** An object that may not be seen makes the whole answer an error; what is said of the others is in it all the same. */
function partial<T>(error: unknown): T {
  const { response } = error as { response?: T };
  if (response) return response;
  throw error;
}

function operations(bits: number): string[] {
  return Object.entries(OPERATIONS)
    .filter(([code]) => (bits & (1 << Number(code))) !== 0)
    .map(([, name]) => name)
    .sort();
}
