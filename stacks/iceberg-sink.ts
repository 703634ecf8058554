import { assertNever } from './assert-never';
import type { Environment } from './environment-schema';
import { controlGroupPrefix, lakeWriter, secretFile, transactionalPrefix } from './names';
import { SESSION_MS, controlTopicStart } from './sink-session';
import type { SinkDefinition } from './sinks';
import { rowTransform, timePart } from './transforms';
import type { Transform } from './transforms';
import { workerSecret } from './worker-secret';

type Config = Record<string, string>;

/** A rewrite of small files may commit at the same moment: the sink tries again. */
const COMMIT_RETRIES = '10';
const AUTO_CREATE = 'iceberg.tables.auto-create-props';
const LOWEST_COMMIT_TIMEOUT_MS = 10_000;

/** `dt` and `hr` are the UTC day and hour of the record's timestamp: the partitions of the lake. Curated tables have days only. */
export function icebergTransforms(definition: SinkDefinition): Transform[] {
  const origin: Transform = {
    name: 'meta',
    settings: {
      type: 'org.apache.iceberg.connect.transforms.KafkaMetadataTransform',
      field_name: 'kafka',
      nested: 'true',
    },
  };
  const hour = definition.layers ? [] : timePart('hr', 'HH');
  return [rowTransform(definition), origin, ...timePart('dt', 'yyyy-MM-dd'), ...hour];
}

/** The tables, when they are committed, and the catalog that knows them. */
export function icebergSink(definition: SinkDefinition, environment: Environment): Config {
  return {
    ...tables(definition),
    ...commits(definition),
    ...place(definition, environment),
    ...catalog(definition, environment),
    ...store(definition, environment),
  };
}

function tables({ tables: all, layers, fileBytes }: SinkDefinition): Config {
  return {
    'iceberg.tables': all.map(({ name }) => name).join(','),
    ...(layers ? routes(all) : {}),
    'iceberg.tables.auto-create-enabled': 'true',
    'iceberg.tables.evolve-schema-enabled': 'true',
    'iceberg.tables.default-partition-by': layers ? 'dt' : 'dt,hr',
    [`${AUTO_CREATE}.write.parquet.compression-codec`]: 'zstd',
    [`${AUTO_CREATE}.write.target-file-size-bytes`]: String(fileBytes),
    [`${AUTO_CREATE}.commit.retry.num-retries`]: COMMIT_RETRIES,
    [`${AUTO_CREATE}.format-version`]: '2',
    // Also for tables that were made before this was declared.
    'iceberg.tables.write-props.write.target-file-size-bytes': String(fileBytes),
  };
}

/** Each table takes the records of its topics. */
function routes(all: SinkDefinition['tables']): Config {
  const regexes = all.map(
    ({ name, topics }) => [`iceberg.table.${name}.route-regex`, topics.map(escaped).join('|')] as const,
  );
  return { 'iceberg.tables.route-field': 'kafka.topic', ...Object.fromEntries(regexes) };
}

function escaped(topic: string): string {
  return topic.replaceAll('.', '\\.');
}

function commits(definition: SinkDefinition): Config {
  const { controlTopic, commitIntervalMs } = definition;
  return {
    'iceberg.control.topic': controlTopic,
    // Of the coordinator's consumer, which takes up where that of a dead worker stood.
    'iceberg.kafka.session.timeout.ms': String(SESSION_MS),
    'iceberg.kafka.auto.offset.reset': controlTopicStart(commitIntervalMs),
    'iceberg.control.group-id-prefix': controlGroupPrefix(definition),
    'iceberg.coordinator.transactional.prefix': transactionalPrefix(definition),
    'iceberg.control.commit.interval-ms': String(commitIntervalMs),
    'iceberg.control.commit.timeout-ms': String(Math.max(LOWEST_COMMIT_TIMEOUT_MS, 2 * commitIntervalMs)),
  };
}

/** Raw data lies exactly where its path says; a curated table with its metadata in a folder of its own, `curated/<table>`. */
function place({ tables: all, layers }: SinkDefinition, { lake }: Environment): Config {
  const location = `s3://${lake.bucket}`;
  if (layers) return { 'iceberg.catalog.warehouse': location };
  return {
    [`${AUTO_CREATE}.write.data.path`]: `${location}/${all[0]!.path}`,
    'iceberg.catalog.warehouse': `${location}/warehouse/${all[0]!.path.split('/')[0]}`,
  };
}

function catalog(definition: SinkDefinition, environment: Environment): Config {
  const { catalog: declared } = environment.lake;
  switch (declared.kind) {
    case 'jdbc':
      return {
        'iceberg.catalog.catalog-impl': 'org.apache.iceberg.jdbc.JdbcCatalog',
        'iceberg.catalog.uri': declared.uri.replace('{connector}', definition.name),
        'iceberg.catalog.jdbc.schema-version': 'V1',
        ...jdbcLogin(environment),
      };
    case 'rest':
      return {
        'iceberg.catalog.type': 'rest',
        'iceberg.catalog.uri': declared.uri,
        ...(declared.warehouse ? { 'iceberg.catalog.warehouse': declared.warehouse } : {}),
        ...restTables(definition, environment),
        ...restLogin(environment),
      };
    default:
      return assertNever(declared.kind);
  }
}

function jdbcLogin(environment: Environment): Config {
  const { credentials } = environment.lake.catalog;
  if (!credentials) return {};
  return {
    'iceberg.catalog.jdbc.user': credentials.username,
    'iceberg.catalog.jdbc.password': workerSecret(environment, secretFile.catalog),
  };
}

/** https://iceberg.apache.org/docs/latest/rest-catalog/: client credentials of OAuth2. */
function restLogin(environment: Environment): Config {
  const { credentials, oauthUri } = environment.lake.catalog;
  if (!credentials) return {};
  return {
    'iceberg.catalog.rest.auth.type': 'oauth2',
    'iceberg.catalog.credential': `${credentials.username}:${workerSecret(environment, secretFile.catalog)}`,
    ...(oauthUri ? { 'iceberg.catalog.oauth2-server-uri': oauthUri } : {}),
  };
}

/** A REST catalog places tables itself: only the data's folder can be told. */
function restTables({ tables: all, layers }: SinkDefinition, { lake }: Environment): Config {
  if (layers) return {};
  return { [`${AUTO_CREATE}.write.metadata.path`]: `s3://${lake.bucket}/warehouse/${all[0]!.path}` };
}

function store(definition: SinkDefinition, environment: Environment): Config {
  const { lake } = environment;
  const { username, file } = lakeWriter(definition.cluster);
  return {
    'iceberg.catalog.io-impl': 'org.apache.iceberg.aws.s3.S3FileIO',
    'iceberg.catalog.s3.endpoint': lake.endpoint,
    'iceberg.catalog.s3.path-style-access': 'true',
    'iceberg.catalog.s3.access-key-id': username,
    'iceberg.catalog.s3.secret-access-key': workerSecret(environment, file),
    'iceberg.catalog.client.region': lake.region,
  };
}
