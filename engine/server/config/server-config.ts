import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type { SaslOptions } from '../kafka/connection';
import { readUsers } from './basic-users';
import type { BasicUser } from './basic-users';
import { parseProperties } from './properties-file';

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
  readonly pullTimeoutMs: number;
}
export interface ServerConfig {
  readonly listeners: readonly Listener[];
  readonly serviceId: string;
  readonly bootstrap: readonly { readonly host: string; readonly port: number }[];
  readonly kafkaTls?: ConnectionOptions;
  readonly kafkaSasl?: SaslOptions;
  readonly registry?: RegistryConfig;
  readonly serverTls?: {
    readonly key?: string;
    readonly cert?: string;
    readonly pfx?: Buffer;
    readonly passphrase?: string;
  };
  /** Absent: everybody is let in. */
  readonly basicAuth?: { readonly realm: string; readonly users: readonly BasicUser[] };
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
const DEFAULT_STATE_MEMORY = 256 * 1024 * 1024;
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
    serverTls: reader.serverTls(),
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
      pullTimeoutMs: reader.integer('ksql.query.pull.timeout.ms', 60_000, 1, 2 ** 31),
    },
    allowedHosts: (properties['ksql.allowed.hosts'] ?? '')
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter(Boolean),
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
    return {
      ...this.trust('ssl.truststore'),
      ...this.identity('ssl.keystore', (name) => this.client(name)),
      ...(verifiesHost ? {} : { checkServerIdentity: () => undefined }),
    };
  }

  /** Authorities to believe: PEM text or file, or PKCS12. */
  private trust(prefix: string): ConnectionOptions {
    const inline = this.client(`${prefix}.certificates`);
    if (inline) return { ca: inline };
    const file = this.client(`${prefix}.location`);
    if (!file) return {};
    const type = (
      this.client(`${prefix}.type`) ?? (/\.(pem|crt|cer)$/i.test(file) ? 'PEM' : 'JKS')
    ).toUpperCase();
    if (type === 'PEM') return { ca: this.file(`${prefix}.location`, file)?.toString() };
    this.problems.push(
      `${prefix}.type is ${type}: the local engine reads PEM (set ${prefix}.type=PEM and give the authority's certificate as PEM)`,
    );
    return {};
  }

  private identity(
    prefix: string,
    get: (name: string) => string | undefined,
  ): { key?: string; cert?: string; pfx?: Buffer; passphrase?: string } {
    const passphrase = get('ssl.key.password') ?? get(`${prefix}.password`);
    const chain = get(`${prefix}.certificate.chain`);
    if (chain) return { cert: chain, key: get(`${prefix}.key`), passphrase };
    const file = get(`${prefix}.location`);
    if (!file) return {};
    const type = (
      get(`${prefix}.type`) ?? (/\.pem$/i.test(file) ? 'PEM' : /\.(p12|pfx)$/i.test(file) ? 'PKCS12' : 'JKS')
    ).toUpperCase();
    const content = this.file(`${prefix}.location`, file);
    if (type === 'PEM') return { cert: content?.toString(), key: content?.toString(), passphrase };
    if (type === 'PKCS12') return { pfx: content, passphrase };
    this.problems.push(`${prefix}.type is ${type}: the local engine reads PEM and PKCS12`);
    return {};
  }

  private file(name: string, path: string): Buffer | undefined {
    try {
      return readFileSync(path);
    } catch (error) {
      this.problems.push(`${name} names the file ${path}, which cannot be read: ${(error as Error).message}`);
      return undefined;
    }
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

  serverTls(): ServerConfig['serverTls'] {
    if (!(this.properties['listeners'] ?? '').includes('https://')) return undefined;
    const identity = this.identity('ssl.keystore', (name) => this.properties[name]);
    if (!identity.cert && !identity.pfx)
      this.problems.push(
        'an https listener needs ssl.keystore.location (PEM with key and certificates, or PKCS12)',
      );
    return identity;
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
      return { realm, users };
    } catch (error) {
      this.problems.push(`java.security.auth.login.config: ${(error as Error).message}`);
      return undefined;
    }
  }
}
