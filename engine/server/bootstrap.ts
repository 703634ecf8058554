import { configuredFunctions } from '../functions/index';
import { createSchemaTranslator } from '../formats/schema-translator';
import { createSerdes } from '../formats/serdes';
import type { SchemaRegistry } from '../runtime/contracts';
import type { Broker } from './broker/broker';
import { KafkaBroker } from './broker/kafka-broker';
import { MemoryBroker } from './broker/memory-broker';
import { ConfigError, loadConfig } from './config/server-config';
import type { ServerConfig } from './config/server-config';
import { HttpSchemaRegistry } from './registry/http-registry';
import { MemorySchemaRegistry } from './registry/memory-registry';
import { startServer } from './server';
import type { KsqlServer } from './server';
import { KsqlEngine } from './statements/ksql-engine';
import { runKsqlRequest } from './statements/ksql-request';
import { ProcessingLog, processingLogStream } from './statements/processing-log';

const CONNECT_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 30_000;
const DEFAULT_BROKER_WAIT_MS = 30_000;

export interface StartOptions {
  /** Content of a `ksql-server.properties` file. */
  readonly text: string;
  readonly overrides?: Readonly<Record<string, string>>;
  /** No broker and no registry: everything in memory. */
  readonly memory: boolean;
  readonly log: (message: string) => void;
  /** With `memory`: another registry than an empty one. */
  readonly registry?: SchemaRegistry;
  /** How long a broker is waited for. */
  readonly brokerWaitMs?: number;
}
export interface RunningEngine {
  readonly engine: KsqlEngine;
  readonly broker: Broker;
  readonly registry: SchemaRegistry;
  readonly urls: readonly string[];
  readonly serviceId: string;
  stop(): Promise<void>;
}

/** Starts an engine and its server; resolves when both answer. @throws ConfigError when the configuration cannot be used */
export async function startEngine(options: StartOptions): Promise<RunningEngine> {
  const config = { ...loadConfig(options.text, options.overrides), inMemory: options.memory };
  const broker = options.memory ? new MemoryBroker() : await connect(config, options.brokerWaitMs);
  const registry =
    !options.memory && config.registry
      ? new HttpSchemaRegistry(config.registry)
      : (options.registry ?? new MemorySchemaRegistry());
  const clock = () => Date.now();
  const processingLog = new ProcessingLog(broker, config.processingLog, clock, options.log);
  const engine = await KsqlEngine.start({
    broker,
    registry,
    serdes: createSerdes(registry),
    translator: createSchemaTranslator(),
    functions: configuredFunctions(config.properties),
    config,
    processingLog,
    clock,
    log: options.log,
  });
  const server = await openServer(engine, config, options.log).catch(async (error: unknown) => {
    await engine.stop();
    await broker.close();
    throw error;
  });
  return {
    engine,
    broker,
    registry,
    urls: config.listeners.map(
      ({ scheme, host }, i) => `${scheme}://${host.includes(':') ? `[${host}]` : host}:${server.ports[i]}`,
    ),
    serviceId: config.serviceId,
    stop: async () => {
      await server.close();
      await engine.stop();
      await broker.close();
    },
  };
}

async function openServer(
  engine: KsqlEngine,
  config: ServerConfig,
  log: (message: string) => void,
): Promise<KsqlServer> {
  await openProcessingLog(engine, config);
  return startServer(engine, config, log);
}

function connect(config: ServerConfig, waitMs = DEFAULT_BROKER_WAIT_MS): Promise<KafkaBroker> {
  if (config.bootstrap.length === 0)
    throw new ConfigError(['bootstrap.servers is missing: host:port of one broker or more is expected']);
  return KafkaBroker.connect(
    config.bootstrap,
    {
      clientId: `_confluent-ksql-${config.serviceId}engine`,
      tls: config.kafkaTls,
      sasl: config.kafkaSasl,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    },
    waitMs,
  );
}

async function openProcessingLog(engine: KsqlEngine, { processingLog }: ServerConfig): Promise<void> {
  const { broker } = engine.deps;
  if (processingLog.toTopic && !(await broker.topic(processingLog.topic))) {
    await broker.createTopics([
      {
        name: processingLog.topic,
        partitions: processingLog.partitions,
        replicas: processingLog.replicas,
        configs: {},
      },
    ]);
  }
  if (!processingLog.stream || engine.catalog.getSource('KSQL_PROCESSING_LOG')) return;
  await runKsqlRequest(engine, {
    ksql: processingLogStream(processingLog),
    streamsProperties: {},
    variables: {},
  });
}
