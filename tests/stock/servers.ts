import { GenericContainer, Network, Wait } from 'testcontainers';
import type { StartedNetwork, StartedTestContainer } from 'testcontainers';
import { dockerMissing } from '../support/docker';

/** Stock servers that a test may fill: they are somebody's own, or containers of the test. */
export interface StockServers {
  readonly ksqldbUrl: string;
  readonly registryUrl: string;
  readonly bootstrap: readonly string[];
  /** SASL login where the brokers ask for one. */
  readonly login?: {
    readonly mechanism: 'plain' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  stop(): Promise<void>;
}

const VARIABLES = ['STOCK_KSQLDB_URL', 'STOCK_REGISTRY_URL', 'STOCK_KAFKA_BOOTSTRAP'] as const;
/** Confluent Platform of ksqlDB 7.9; `STOCK_VERSION` names another. */
const VERSION = process.env.STOCK_VERSION ?? '7.9.0';
const START_MS = 180_000;

/** Why there are none: neither are they named, nor can containers be started. Throws when only some are named. */
export function stockMissing(): string | undefined {
  const unset = VARIABLES.filter((name) => !process.env[name]);
  if (unset.length === 0) return undefined;
  if (unset.length < VARIABLES.length)
    throw new Error(`set ${unset.join(' and ')} too, or none of ${VARIABLES.join(', ')}`);
  const docker = dockerMissing();
  return docker && `${VARIABLES.join(', ')} are not set, and ${docker}`;
}

/** Those that the environment's variables name, otherwise containers. */
export function startStockServers(): Promise<StockServers> {
  return process.env[VARIABLES[0]] ? Promise.resolve(namedServers()) : startContainers();
}

function namedServers(): StockServers {
  const {
    STOCK_KSQLDB_URL,
    STOCK_REGISTRY_URL,
    STOCK_KAFKA_BOOTSTRAP,
    STOCK_KAFKA_USERNAME,
    STOCK_KAFKA_PASSWORD,
  } = process.env;
  const mechanism = process.env.STOCK_KAFKA_MECHANISM === 'plain' ? 'plain' : 'scram-sha-512';
  return {
    ksqldbUrl: STOCK_KSQLDB_URL!.replace(/\/$/, ''),
    registryUrl: STOCK_REGISTRY_URL!.replace(/\/$/, ''),
    bootstrap: STOCK_KAFKA_BOOTSTRAP!.split(','),
    login: STOCK_KAFKA_USERNAME
      ? { mechanism, username: STOCK_KAFKA_USERNAME, password: STOCK_KAFKA_PASSWORD ?? '' }
      : undefined,
    stop: () => Promise.resolve(),
  };
}

/** A broker in KRaft mode, a registry and a ksqlDB server, of the stock images. */
async function startContainers(): Promise<StockServers> {
  const network = await new Network().start();
  const started: StartedTestContainer[] = [];
  const stop = async (): Promise<void> => {
    for (const container of started.reverse()) await container.stop();
    await network.stop();
  };
  try {
    // The broker must advertise a port that the host reaches, so it has to be known before.
    const port = 19_000 + Math.floor(Math.random() * 10_000);
    started.push(await broker(network, port).start());
    const registry = await registryContainer(network).start();
    started.push(registry);
    const ksqldb = await ksqldbContainer(network).start();
    started.push(ksqldb);
    return {
      bootstrap: [`localhost:${port}`],
      registryUrl: `http://${registry.getHost()}:${registry.getMappedPort(8081)}`,
      ksqldbUrl: `http://${ksqldb.getHost()}:${ksqldb.getMappedPort(8088)}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function broker(network: StartedNetwork, port: number): GenericContainer {
  return new GenericContainer(`confluentinc/cp-kafka:${VERSION}`)
    .withNetwork(network)
    .withNetworkAliases('kafka')
    .withExposedPorts({ container: 9093, host: port })
    .withEnvironment({
      CLUSTER_ID: 'c3RvY2stdGVzdC1jbHVzdA',
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@kafka:9094',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: 'INSIDE://:9092,OUTSIDE://:9093,CONTROLLER://:9094',
      KAFKA_ADVERTISED_LISTENERS: `INSIDE://kafka:9092,OUTSIDE://localhost:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(START_MS);
}

function registryContainer(network: StartedNetwork): GenericContainer {
  return new GenericContainer(`confluentinc/cp-schema-registry:${VERSION}`)
    .withNetwork(network)
    .withNetworkAliases('registry')
    .withExposedPorts(8081)
    .withEnvironment({
      SCHEMA_REGISTRY_HOST_NAME: 'registry',
      SCHEMA_REGISTRY_LISTENERS: 'http://0.0.0.0:8081',
      SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: 'kafka:9092',
    })
    .withWaitStrategy(Wait.forHttp('/subjects', 8081))
    .withStartupTimeout(START_MS);
}

function ksqldbContainer(network: StartedNetwork): GenericContainer {
  return new GenericContainer(`confluentinc/cp-ksqldb-server:${VERSION}`)
    .withNetwork(network)
    .withExposedPorts(8088)
    .withEnvironment({
      KSQL_BOOTSTRAP_SERVERS: 'kafka:9092',
      KSQL_LISTENERS: 'http://0.0.0.0:8088',
      KSQL_KSQL_SCHEMA_REGISTRY_URL: 'http://registry:8081',
      KSQL_KSQL_STREAMS_PROCESSING_GUARANTEE: 'exactly_once_v2',
      KSQL_KSQL_STREAMS_REPLICATION_FACTOR: '1',
      KSQL_KSQL_INTERNAL_TOPIC_REPLICAS: '1',
      KSQL_KSQL_QUERY_PULL_TABLE_SCAN_ENABLED: 'true',
      KSQL_HEAP_OPTS: '-Xmx2g',
    })
    .withWaitStrategy(Wait.forHttp('/healthcheck', 8088))
    .withStartupTimeout(START_MS);
}
