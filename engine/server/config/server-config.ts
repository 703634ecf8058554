import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type { SaslOptions } from '../kafka/connection';
import { readUsers } from './basic-users';
import type { BasicUser } from './basic-users';
import { KeyStoreReader } from './key-stores';
import { parseProperties } from './properties-file';
import { readServerTls } from './server-tls';
import type { ServerTls } from './server-tls';

/** Where the server listens. */
export interface Listener {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}
export interface Limits {
  readonly maxRequestBytes: number;
  readonly maxStatementsPerRequest: number;
  /** `ksql.query.persistent.active.limit` */
  readonly maxPersistentQueries: number;
  readonly maxPushQueries: number;
  readonly maxPullRows: number;
  /** `ksql.query.pull.max.qps`, `….max.concurrent.requests`, `….max.hourly.bandwidth.megabytes` */
  readonly maxPullQps: number;
  readonly maxConcurrentPulls: number;
  readonly maxPullMegabytesPerHour: number;
  readonly pullTimeoutMs: number;
}
export interface ServerConfig {
  readonly listeners: readonly Listener[];
  readonly serviceId: string;
  readonly bootstrap: readonly { readonly host: string; readonly port: number }[];
  readonly kafkaTls?: ConnectionOptions;
  readonly kafkaSasl?: SaslOptions;
  readonly registry?: RegistryConfig;
  readonly serverTls?: ServerTls;
  /** Absent: everybody is let in. */
  readonly basicAuth?: BasicAuth;
  /** No broker: nothing is kept. */
  readonly inMemory?: boolean;
  readonly internalReplicas: number;
  /** `ksql.streams.state.dir`: where state goes that is too much for memory. */
  readonly stateDirectory: string;
  /** `ksql.local.state.memory.bytes`: about what tables may take in memory before the largest go to disk. */
  readonly stateMemoryBytes: number;
  readonly limits: Limits;
  /** Host names that requests may come for, beside loopback names and the listeners' own. */
  readonly allowedHosts: readonly string[];
  readonly processingLog: {
    readonly toTopic: boolean;
    readonly topic: string;
    readonly stream: boolean;
    readonly partitions: number;
    readonly replicas: number;
    readonly includeRows: boolean;
  };
  /** All properties as given, for SHOW PROPERTIES and as defaults of statements. */
  readonly properties: Readonly<Record<string, string>>;
}
export interface BasicAuth {
  readonly realm: string;
  readonly users: readonly BasicUser[];
  /** `authentication.skip.paths`: served to everybody; a `*` at the end stands for any rest. */
  readonly skipPaths: readonly string[];
}
export interface RegistryConfig {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly caFile?: string;
}

/** Everything that is wrong with a configuration, at once. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`the configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** With what else the process needs this stays below 1 GiB. */
const DEFAULT_STATE_MEMORY = 128 * 1024 * 1024;
/** What stock means by no limit. */
const UNLIMITED = 2 ** 31 - 1;
export const DEFAULT_LISTENER = 'http://127.0.0.1:8088';

/** Reads a server's configuration. @throws ConfigError naming every property that is wrong, what was found and what is expected. */
export function loadConfig(text: string, overrides: Readonly<Record<string, string>> = {}): ServerConfig {
  const properties = { ...Object.fromEntries(parseProperties(text)), ...overrides };
  const reader = new PropertyReader(properties);
  const config: ServerConfig = {
    listeners: reader.listeners(),
    serviceId: properties['ksql.service.id'] ?? 'default_',
    bootstrap: reader.hosts('bootstrap.servers'),
    kafkaTls: reader.kafkaTls(),
    kafkaSasl: reader.kafkaSasl(),
    registry: reader.registry(),
    serverTls: readServerTls(properties, (message) => reader.problems.push(message)),
    basicAuth: reader.basicAuth(),
    internalReplicas: reader.integer('ksql.internal.topic.replicas', 1, 1, 1000),
    stateDirectory: properties['ksql.streams.state.dir'] ?? join(tmpdir(), 'kafka-streams'),
    stateMemoryBytes: reader.integer('ksql.local.state.memory.bytes', DEFAULT_STATE_MEMORY, 2 ** 20, 2 ** 40),
    limits: {
      maxRequestBytes: reader.integer('ksql.max.request.bytes', 8 * 1024 * 1024, 1024, 2 ** 31),
      maxStatementsPerRequest: reader.integer('ksql.max.statements.per.request', 1000, 1, 100_000),
      maxPersistentQueries: reader.integer('ksql.query.persistent.active.limit', 2 ** 31 - 1, 1, 2 ** 31 - 1),
      maxPushQueries: reader.integer('ksql.max.push.queries', 100, 1, 10_000),
      maxPullRows: reader.integer('ksql.query.pull.max.rows', 1_000_000, 1, 2 ** 31),
      maxPullQps: reader.integer('ksql.query.pull.max.qps', UNLIMITED, 1, UNLIMITED),
      maxConcurrentPulls: reader.integer('ksql.query.pull.max.concurrent.requests', UNLIMITED, 1, UNLIMITED),
      maxPullMegabytesPerHour: reader.integer(
        'ksql.query.pull.max.hourly.bandwidth.megabytes',
        UNLIMITED,
        1,
        UNLIMITED,
      ),
      pullTimeoutMs: reader.integer('ksql.query.pull.timeout.ms', 60_000, 1, 2 ** 31),
    },
    allowedHosts: listOf(properties['ksql.allowed.hosts']).map((host) => host.toLowerCase()),
    processingLog: {
      toTopic: reader.boolean('ksql.logging.processing.topic.auto.create', false),
      stream: reader.boolean('ksql.logging.processing.stream.auto.create', false),
      topic:
        properties['ksql.logging.processing.topic.name'] ??
        `${properties['ksql.service.id'] ?? 'default_'}ksql_processing_log`,
      partitions: reader.integer('ksql.logging.processing.topic.partitions', 1, 1, 10_000),
      replicas: reader.integer('ksql.logging.processing.topic.replication.factor', 1, 1, 100),
      includeRows: reader.boolean('ksql.logging.processing.rows.include', false),
    },
    properties,
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return Object.freeze(config);
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}

const PLAIN_LOGIN = /username\s*=\s*"((?:[^"\\]|\\.)*)"/;
const PLAIN_PASSWORD = /password\s*=\s*"((?:[^"\\]|\\.)*)"/;
const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

class PropertyReader {
  readonly problems: string[] = [];
  constructor(private readonly properties: Readonly<Record<string, string>>) {}

  /** Client properties may carry Kafka Streams' prefix. */
  private client(name: string): string | undefined {
    return this.properties[name] ?? this.properties[`ksql.streams.${name}`];
  }

  integer(name: string, fallback: number, minimum: number, maximum: number): number {
    const text = this.properties[name];
    if (text === undefined) return fallback;
    const value = Number(text.trim());
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    this.problems.push(`${name} is "${text}", a whole number from ${minimum} to ${maximum} is expected`);
    return fallback;
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.properties[name]?.trim().toLowerCase();
    if (text === undefined) return fallback;
    if (text === 'true' || text === 'false') return text === 'true';
    this.problems.push(`${name} is "${text}", true or false is expected`);
    return fallback;
  }

  listeners(): Listener[] {
    const text = this.properties['listeners'] ?? DEFAULT_LISTENER;
    return text.split(',').flatMap((entry) => {
      const match = /^(https?):\/\/(\[[^\]]+\]|[^:/]+):(\d+)\/?$/i.exec(entry.trim());
      const port = Number(match?.[3]);
      if (match && port <= 65535)
        return [
          {
            scheme: match[1]!.toLowerCase() as 'http' | 'https',
            host: match[2]!.replace(/^\[|\]$/g, ''),
            port,
          },
        ];
      this.problems.push(`listeners has "${entry.trim()}", something like ${DEFAULT_LISTENER} is expected`);
      return [];
    });
  }

  hosts(name: string): { host: string; port: number }[] {
    const text = this.client(name);
    if (!text) return [];
    return text.split(',').flatMap((entry) => {
      const match = /^(?:[A-Z_]+:\/\/)?(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry.trim());
      if (match) return [{ host: match[1]!.replace(/^\[|\]$/g, ''), port: Number(match[2]) }];
      this.problems.push(`${name} has "${entry.trim()}", host:port is expected`);
      return [];
    });
  }

  private protocol(): string {
    const protocol = (this.client('security.protocol') ?? 'PLAINTEXT').toUpperCase();
    if (['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol)) return protocol;
    this.problems.push(
      `security.protocol is "${protocol}", one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL is expected`,
    );
    return 'PLAINTEXT';
  }

  kafkaTls(): ConnectionOptions | undefined {
    if (!this.protocol().endsWith('SSL')) return undefined;
    const verifiesHost = this.client('ssl.endpoint.identification.algorithm') !== '';
    const stores = new KeyStoreReader(
      (name) => this.client(name),
      (message) => this.problems.push(message),
    );
    return {
      ca: stores.authorities(),
      ...stores.identity(),
      ...(verifiesHost ? {} : { checkServerIdentity: () => undefined }),
    };
  }

  kafkaSasl(): SaslOptions | undefined {
    if (!this.protocol().startsWith('SASL')) return undefined;
    const mechanism = (this.client('sasl.mechanism') ?? 'GSSAPI').toUpperCase();
    const jaas = this.client('sasl.jaas.config') ?? '';
    const username = PLAIN_LOGIN.exec(jaas)?.[1]?.replace(/\\(.)/g, '$1');
    const password = PLAIN_PASSWORD.exec(jaas)?.[1]?.replace(/\\(.)/g, '$1');
    const known = MECHANISMS.find((name) => name === mechanism);
    if (!known)
      this.problems.push(`sasl.mechanism is "${mechanism}", one of ${MECHANISMS.join(', ')} is expected`);
    if (username === undefined || password === undefined)
      this.problems.push('sasl.jaas.config must name username="…" and password="…"');
    return known && username !== undefined && password !== undefined
      ? { mechanism: known, username, password }
      : undefined;
  }

  registry(): RegistryConfig | undefined {
    const urls = this.properties['ksql.schema.registry.url'];
    if (!urls) return undefined;
    const userInfo = this.properties['ksql.schema.registry.basic.auth.user.info'];
    const separator = userInfo?.indexOf(':') ?? -1;
    return {
      urls: urls.split(',').map((url) => url.trim().replace(/\/+$/, '')),
      caFile: this.properties['ksql.schema.registry.ssl.truststore.location'],
      ...(userInfo && separator >= 0
        ? { username: userInfo.slice(0, separator), password: userInfo.slice(separator + 1) }
        : {}),
    };
  }

  basicAuth(): ServerConfig['basicAuth'] {
    const method = (this.properties['authentication.method'] ?? 'NONE').toUpperCase();
    if (method === 'NONE') return undefined;
    if (method !== 'BASIC') {
      this.problems.push(`authentication.method is "${method}", NONE or BASIC is expected`);
      return undefined;
    }
    const realm = this.properties['authentication.realm'] ?? 'KsqlServer-Props';
    const roles = (this.properties['authentication.roles'] ?? '*').split(',').map((role) => role.trim());
    const jaas = this.properties['java.security.auth.login.config'];
    if (!jaas) {
      this.problems.push(
        'authentication.method=BASIC needs java.security.auth.login.config: a JAAS file whose realm names the file of users',
      );
      return undefined;
    }
    try {
      const users = readUsers(jaas, realm).filter(
        (user) => roles.includes('*') || user.roles.some((role) => roles.includes(role)),
      );
      return { realm, users, skipPaths: listOf(this.properties['authentication.skip.paths']) };
    } catch (error) {
      this.problems.push(`java.security.auth.login.config: ${(error as Error).message}`);
      return undefined;
    }
  }
}
