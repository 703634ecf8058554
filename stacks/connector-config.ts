import { assertNever } from './assert-never';
import type { Environment } from './environment-schema';
import { icebergSink, icebergTransforms } from './iceberg-sink';
import { currentUser } from './identities';
import { connectorPrincipal, secretFile } from './names';
import { aivenSink, confluentSink, objectTransforms } from './s3-sinks';
import type { SinkDefinition } from './sinks';
import { transformChain } from './transforms';
import { SESSION_MS } from './sink-session';
import { workerSecret } from './worker-secret';

type Config = Record<string, string>;

/** What writes the lake: Iceberg's sink, or one of those that write plain Parquet objects. */
export const SINK_VARIANTS = ['iceberg', 'confluent-s3', 'aiven-s3'] as const;
export type SinkVariant = (typeof SINK_VARIANTS)[number];

/**
 * Connect's configuration of one connector in one environment. Secrets are references that the worker resolves.
 * @param variant the sink that the connector's cluster has, unless told otherwise
 */
export function connectorConfig(
  definition: SinkDefinition,
  environment: Environment,
  variant: SinkVariant = environment.connect.clusters[definition.cluster].sink,
): Config {
  return {
    'connector.class': definition.class,
    'tasks.max': String(definition.tasks),
    topics: definition.topics.join(','),
    ...converters(definition, environment),
    ...errorHandling(definition, environment),
    ...identity(definition, environment),
    // What an aborted transaction left in a topic was never said.
    'consumer.override.isolation.level': 'read_committed',
    'consumer.override.session.timeout.ms': String(SESSION_MS),
    ...(definition.layers ? { 'consumer.override.metadata.max.age.ms': String(TOPIC_DISCOVERY_MS) } : {}),
    ...sink(definition, environment, variant),
    ...ownSettings(definition, environment),
  };
}

/** Topics of ksqlDB may come after the connector: so soon they are seen. */
const TOPIC_DISCOVERY_MS = 10_000;

function sink(definition: SinkDefinition, environment: Environment, variant: SinkVariant): Config {
  switch (variant) {
    case 'iceberg':
      return { ...transformChain(icebergTransforms(definition)), ...icebergSink(definition, environment) };
    case 'confluent-s3':
      return { ...transformChain(objectTransforms(definition)), ...confluentSink(definition, environment) };
    case 'aiven-s3':
      return { ...transformChain(objectTransforms(definition)), ...aivenSink(definition, environment) };
    default:
      return assertNever(variant);
  }
}

/** `${secret:NAME}` in a definition is the file NAME of the worker's secrets folder. */
function ownSettings(definition: SinkDefinition, environment: Environment): Config {
  const folder = environment.connect.secretsDirectory;
  const resolve = (value: unknown): string =>
    String(value).replace(/\$\{secret:([^}]+)\}/g, `\${directory:${folder}:$1}`);
  return Object.fromEntries(Object.entries(definition.config).map(([key, value]) => [key, resolve(value)]));
}

const BYTES = 'org.apache.kafka.connect.converters.ByteArrayConverter';
const TEXT = 'org.apache.kafka.connect.storage.StringConverter';

function converters({ source, layers }: SinkDefinition, environment: Environment): Config {
  // The window of a key is no text.
  const key = { 'key.converter': layers ? BYTES : TEXT };
  switch (source) {
    case 'text':
      return { ...key, 'value.converter': TEXT };
    case 'avro':
      return {
        ...key,
        'value.converter': 'io.apicurio.registry.utils.converter.AvroConverter',
        'value.converter.apicurio.registry.url': environment.registry.nativeUrl,
        'value.converter.apicurio.registry.as-confluent': 'true',
        'value.converter.apicurio.registry.use-id': 'contentId',
        'value.converter.apicurio.registry.headers.enabled': 'false',
      };
    default:
      return assertNever(source);
  }
}

/** Errors are tolerated only because each goes to a dead-letter topic, with its reason in the headers. */
function errorHandling({ deadLetterTopic }: SinkDefinition, { topics }: Environment): Config {
  return {
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': deadLetterTopic,
    'errors.deadletterqueue.topic.replication.factor': String(topics.replicationFactor),
    'errors.deadletterqueue.context.headers.enable': 'true',
    'errors.retry.timeout': '300000',
    'errors.retry.delay.max.ms': '10000',
    'errors.log.enable': 'true',
    // Messages may hold IP addresses.
    'errors.log.include.messages': 'false',
  };
}

/** The connector acts under its own identity, not under the worker's: for its records, its DLQ and its control topic. */
function identity(definition: SinkDefinition, environment: Environment): Config {
  const user = currentUser(environment, connectorPrincipal(definition));
  const password = workerSecret(environment, secretFile.kafka(user));
  const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${password}";`;
  const clients = ['consumer.override.', 'producer.override.', 'admin.override.', 'iceberg.kafka.'];
  return Object.fromEntries(clients.map((prefix) => [`${prefix}sasl.jaas.config`, jaas]));
}
