import { assertNever } from './assert-never';
import type { ConnectorDefinition } from './connector-definition';
import type { Environment } from './environment-schema';
import { currentUser } from './identities';
import { connectorPrincipal, controlGroupPrefix, lakeWriter, secretFile, transactionalPrefix } from './names';

type Config = Record<string, string>;

/** Connect's configuration of one connector in one environment. Secrets are references that the worker resolves. */
export function connectorConfig(definition: ConnectorDefinition, environment: Environment): Config {
  return {
    'connector.class': definition.class,
    'tasks.max': String(definition.tasks),
    topics: definition.topics.join(','),
    ...converters(definition, environment),
    ...transforms(definition),
    ...errorHandling(definition, environment),
    ...identity(definition, environment),
    ...table(definition),
    ...catalog(definition, environment),
    ...ownSettings(definition, environment),
  };
}

/** `${secret:NAME}` in a definition is the file NAME of the worker's secrets folder. */
function ownSettings(definition: ConnectorDefinition, environment: Environment): Config {
  const folder = environment.connect.secretsDirectory;
  const resolve = (value: unknown): string =>
    String(value).replace(/\$\{secret:([^}]+)\}/g, `\${directory:${folder}:$1}`);
  return Object.fromEntries(Object.entries(definition.config).map(([key, value]) => [key, resolve(value)]));
}

function converters(definition: ConnectorDefinition, environment: Environment): Config {
  const key = { 'key.converter': 'org.apache.kafka.connect.storage.StringConverter' };
  switch (definition.source) {
    case 'text':
      return { ...key, 'value.converter': 'org.apache.kafka.connect.storage.StringConverter' };
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
      return assertNever(definition.source);
  }
}

/** `dt` and `hr` are the UTC day and hour of the record's timestamp: the partitions of the lake. */
function transforms(definition: ConnectorDefinition): Config {
  const first = definition.source === 'text' ? 'hoist' : 'present';
  return {
    transforms: [first, 'meta', 'dt', 'dtText', 'hr', 'hrText'].join(','),
    ...(definition.source === 'text' ? hoistTransform() : presentTransform()),
    'transforms.meta.type': 'org.apache.iceberg.connect.transforms.KafkaMetadataTransform',
    'transforms.meta.field_name': 'kafka',
    'transforms.meta.nested': 'true',
    ...timePart('dt', 'yyyy-MM-dd'),
    ...timePart('hr', 'HH'),
  };
}

function hoistTransform(): Config {
  return {
    'transforms.hoist.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
    'transforms.hoist.field': 'value',
  };
}

/** A record without a value has nothing to write; as the first one of a new table it would end the task. */
function presentTransform(): Config {
  return {
    'transforms.present.type': 'org.apache.kafka.connect.transforms.Filter',
    'transforms.present.predicate': 'empty',
    predicates: 'empty',
    'predicates.empty.type': 'org.apache.kafka.connect.transforms.predicates.RecordIsTombstone',
  };
}

function timePart(field: string, format: string): Config {
  const insert = `transforms.${field}`;
  const convert = `transforms.${field}Text`;
  return {
    [`${insert}.type`]: 'org.apache.kafka.connect.transforms.InsertField$Value',
    [`${insert}.timestamp.field`]: field,
    [`${convert}.type`]: 'org.apache.kafka.connect.transforms.TimestampConverter$Value',
    [`${convert}.field`]: field,
    [`${convert}.target.type`]: 'string',
    [`${convert}.format`]: format,
  };
}

/** Errors are tolerated only because each goes to a dead-letter topic, with its reason in the headers. */
function errorHandling({ deadLetterTopic }: ConnectorDefinition, { topics }: Environment): Config {
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
function identity(definition: ConnectorDefinition, environment: Environment): Config {
  const user = currentUser(environment, connectorPrincipal(definition));
  const password = workerSecret(environment, secretFile.kafka(user));
  const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${password}";`;
  const clients = ['consumer.override.', 'producer.override.', 'admin.override.', 'iceberg.kafka.'];
  return Object.fromEntries(clients.map((prefix) => [`${prefix}sasl.jaas.config`, jaas]));
}

function table(definition: ConnectorDefinition): Config {
  const { lake, controlTopic, commitIntervalMs } = definition;
  return {
    'iceberg.tables': lake.table,
    'iceberg.tables.auto-create-enabled': 'true',
    'iceberg.tables.evolve-schema-enabled': 'true',
    'iceberg.tables.default-partition-by': 'dt,hr',
    'iceberg.tables.auto-create-props.write.parquet.compression-codec': 'zstd',
    'iceberg.tables.auto-create-props.format-version': '2',
    'iceberg.control.topic': controlTopic,
    'iceberg.control.group-id-prefix': controlGroupPrefix(definition),
    'iceberg.coordinator.transactional.prefix': transactionalPrefix(definition),
    'iceberg.control.commit.interval-ms': String(commitIntervalMs),
    'iceberg.control.commit.timeout-ms': String(Math.max(10_000, 2 * commitIntervalMs)),
  };
}

function catalog(definition: ConnectorDefinition, environment: Environment): Config {
  const { lake } = environment;
  const { username, file } = lakeWriter(definition.cluster);
  const location = `s3://${lake.bucket}`;
  return {
    'iceberg.tables.auto-create-props.write.data.path': `${location}/${definition.lake.path}`,
    'iceberg.catalog.catalog-impl': 'org.apache.iceberg.jdbc.JdbcCatalog',
    'iceberg.catalog.uri': lake.catalog.uri.replace('{connector}', definition.name),
    'iceberg.catalog.jdbc.schema-version': 'V1',
    ...catalogCredentials(environment),
    'iceberg.catalog.warehouse': `${location}/warehouse/${definition.lake.path.split('/')[0]}`,
    'iceberg.catalog.io-impl': 'org.apache.iceberg.aws.s3.S3FileIO',
    'iceberg.catalog.s3.endpoint': lake.endpoint,
    'iceberg.catalog.s3.path-style-access': 'true',
    'iceberg.catalog.s3.access-key-id': username,
    'iceberg.catalog.s3.secret-access-key': workerSecret(environment, file),
    'iceberg.catalog.client.region': lake.region,
  };
}

function catalogCredentials(environment: Environment): Config {
  const { credentials } = environment.lake.catalog;
  if (!credentials) return {};
  return {
    'iceberg.catalog.jdbc.user': credentials.username,
    'iceberg.catalog.jdbc.password': workerSecret(environment, secretFile.catalog),
  };
}

/** Resolved by the worker's DirectoryConfigProvider: the value never passes through Connect's API. */
function workerSecret(environment: Environment, file: string): string {
  return `\${directory:${environment.connect.secretsDirectory}:${file}}`;
}
