import path from 'node:path';
import type { Ports } from '../ports';
import { readPassword } from '../secrets';
import { PRINCIPALS, kafkaCredentials, runLayout } from './layout';
import type { BrokerCount, PlatformContext } from './part';
import { PLAIN_MODULE, SCRAM_MODULE, jaasEntry } from './properties';
import type { IngestTls } from './tls';

export type BrokerId = 1 | 2 | 3;

export interface BrokerPorts {
  /** SASL_PLAINTEXT with SCRAM-SHA-512: every component but the gateways. */
  readonly client: number;
  /** SASL_SSL with PLAIN: gateways. */
  readonly ingest: number;
  readonly controller: number;
}

const HOST = '127.0.0.1';
/** So long a connection of a gateway that was taken out may stand. It can do nothing, as its rights went with it. */
const PLAIN_SESSION_MS = 600_000;
const INTERNAL_PARTITIONS = 4;

export function brokerIds(brokers: BrokerCount): BrokerId[] {
  return brokers === 1 ? [1] : [1, 2, 3];
}

export function brokerPorts(ports: Ports, id: BrokerId): BrokerPorts {
  switch (id) {
    case 1:
      return { client: ports.kafka, ingest: ports.ingest, controller: ports.controller };
    case 2:
      return { client: ports.kafka2, ingest: ports.ingest2, controller: ports.controller2 };
    case 3:
      return { client: ports.kafka3, ingest: ports.ingest3, controller: ports.controller3 };
  }
}

export interface BrokerInput extends PlatformContext {
  readonly id: BrokerId;
  readonly tls: IngestTls;
  /** File with the gateways' users. */
  readonly usersFile: string;
}

/** `server.properties` of one broker. */
export function brokerSettings(input: BrokerInput): Record<string, string | number | boolean> {
  return {
    ...quorumSettings(input),
    ...listenerSettings(input),
    ...securitySettings(input),
    ...ingestSettings(input),
    ...topicSettings(input.brokers),
    'log.dirs': path.join(
      runLayout(input.settings.runDir).data,
      input.id === 1 ? 'kafka' : `kafka-${input.id}`,
    ),
  };
}

function quorumSettings({ settings, brokers, id }: BrokerInput): Record<string, string | number> {
  const voters = brokerIds(brokers).map(
    (voter) => `${voter}@${HOST}:${brokerPorts(settings.ports, voter).controller}`,
  );
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters.join(','),
    // Kafka gathers changes of its metadata for 25 ms; here that only delays every topic, right and user that is made.
    'controller.quorum.append.linger.ms': 1,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'CLIENT',
  };
}

function listenerSettings({ settings, id }: BrokerInput): Record<string, string> {
  const { client, ingest, controller } = brokerPorts(settings.ports, id);
  const advertised = [`CLIENT://${HOST}:${client}`, `INGEST://${HOST}:${ingest}`];
  return {
    listeners: [...advertised, `CONTROLLER://${HOST}:${controller}`].join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': 'CLIENT:SASL_PLAINTEXT,INGEST:SASL_SSL,CONTROLLER:SASL_PLAINTEXT',
  };
}

function securitySettings({ settings }: BrokerInput): Record<string, string | boolean> {
  const admin = kafkaCredentials(settings.runDir, 'admin');
  const controller = readPassword(kafkaCredentials(settings.runDir, 'controller'));
  return {
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'sasl.mechanism.controller.protocol': 'PLAIN',
    'listener.name.client.scram-sha-512.sasl.jaas.config': jaasEntry(SCRAM_MODULE, {
      username: admin.username,
      password: readPassword(admin),
    }),
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': jaasEntry(PLAIN_MODULE, {
      username: PRINCIPALS.controller,
      password: controller,
      [`user_${PRINCIPALS.controller}`]: controller,
    }),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': false,
    'super.users': `User:${PRINCIPALS.admin};User:${PRINCIPALS.controller}`,
  };
}

function ingestSettings({ tls, usersFile }: BrokerInput): Record<string, string | number> {
  const listener = 'listener.name.ingest';
  return {
    [`${listener}.sasl.enabled.mechanisms`]: 'PLAIN',
    [`${listener}.plain.sasl.jaas.config`]: jaasEntry(PLAIN_MODULE, { users_file: usersFile }),
    [`${listener}.plain.sasl.server.callback.handler.class`]: 'org.naap.kafka.UsersFileCallbackHandler',
    [`${listener}.plain.connections.max.reauth.ms`]: PLAIN_SESSION_MS,
    [`${listener}.ssl.keystore.type`]: 'PKCS12',
    [`${listener}.ssl.keystore.location`]: tls.keyStore,
    [`${listener}.ssl.keystore.password`]: readPassword({
      username: 'key store',
      passwordFile: tls.passwordFile,
    }),
    [`${listener}.ssl.enabled.protocols`]: 'TLSv1.2,TLSv1.3',
  };
}

function topicSettings(brokers: BrokerCount): Record<string, string | number | boolean> {
  const { replicas, minInSync } = replication(brokers);
  return {
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'min.insync.replicas': minInSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': INTERNAL_PARTITIONS,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': minInSync,
    'transaction.state.log.num.partitions': INTERNAL_PARTITIONS,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': minInSync,
    // One consumer a group is the rule here: waiting for a second one only delays the first.
    'group.initial.rebalance.delay.ms': 0,
  };
}

/** Copies of a partition, and how many must confirm a write. */
export function replication(brokers: BrokerCount): { replicas: number; minInSync: number } {
  return brokers === 1 ? { replicas: 1, minInSync: 1 } : { replicas: 3, minInSync: 2 };
}
