import { assertNever } from './assert-never';
import { CATALOG_NAME } from './catalog-properties';
import type { Environment } from './environment-schema';
import type { SinkDefinition } from './sinks';

type Settings = Record<string, string>;
type Lake = Environment['lake'];

/** Who reads which part of the bucket: one catalog a part, each with its own user. */
const READERS = { raw: 'lake-replay', curated: 'lake-query' } as const;
type Layer = keyof typeof READERS;

/** Trino's secrets are environment variables: https://trino.io/docs/current/security/secrets.html. */
const secret = (name: string): string => `\${ENV:${name}}`;
const CATALOG_PASSWORD = secret('ICEBERG_CATALOG_PASSWORD');

/**
 * Trino's catalog files (`etc/catalog/<name>.properties`) for the tables that the sinks fill, by name. A catalog of SQLite files has
 * one a connector.
 */
export function trinoCatalogs(
  { lake }: Environment,
  sinks: readonly SinkDefinition[],
): Record<string, string> {
  const files = sinks.flatMap((sink) => {
    const path = sink.tables[0]?.path;
    if (path === undefined) return [];
    const layer: Layer = path.startsWith('raw/') ? 'raw' : 'curated';
    const isShared = !lake.catalog.uri.includes('{connector}');
    const name = isShared ? `lake_${layer}` : `lake_${sink.name.replaceAll('-', '_')}`;
    return [[`${name}.properties`, propertiesText(catalogFile(lake, layer, sink.name))] as const];
  });
  return Object.fromEntries(files);
}

/** https://trino.io/docs/current/connector/iceberg.html */
function catalogFile(lake: Lake, layer: Layer, connector: string): Settings {
  const user = READERS[layer];
  return {
    'connector.name': 'iceberg',
    ...ofKind(lake, layer, connector),
    'fs.native-s3.enabled': 'true',
    's3.endpoint': lake.endpoint,
    's3.region': lake.region,
    's3.path-style-access': 'true',
    's3.aws-access-key': user,
    's3.aws-secret-key': secret(user.toUpperCase().replaceAll('-', '_')),
  };
}

function ofKind({ catalog, bucket }: Lake, layer: Layer, connector: string): Settings {
  const { kind, uri, warehouse, credentials, oauthUri } = catalog;
  const home = layer === 'raw' ? `s3://${bucket}/warehouse/raw` : `s3://${bucket}`;
  switch (kind) {
    case 'jdbc':
      return {
        'iceberg.catalog.type': 'jdbc',
        // Under which name the sinks write into the catalog's tables.
        'iceberg.jdbc-catalog.catalog-name': CATALOG_NAME,
        'iceberg.jdbc-catalog.driver-class': driver(uri),
        'iceberg.jdbc-catalog.connection-url': uri.replace('{connector}', connector),
        'iceberg.jdbc-catalog.schema-version': 'V1',
        ...(credentials
          ? {
              'iceberg.jdbc-catalog.connection-user': credentials.username,
              'iceberg.jdbc-catalog.connection-password': CATALOG_PASSWORD,
            }
          : {}),
        'iceberg.jdbc-catalog.default-warehouse-dir': home,
      };
    case 'rest':
      return {
        'iceberg.catalog.type': 'rest',
        'iceberg.rest-catalog.uri': uri,
        'iceberg.rest-catalog.warehouse': warehouse ?? home,
        ...(credentials
          ? {
              'iceberg.rest-catalog.security': 'OAUTH2',
              'iceberg.rest-catalog.oauth2.credential': `${credentials.username}:${CATALOG_PASSWORD}`,
            }
          : {}),
        ...(oauthUri ? { 'iceberg.rest-catalog.oauth2.server-uri': oauthUri } : {}),
      };
    default:
      return assertNever(kind);
  }
}

/** Trino brings none of them: the jar lies in its plugin's folder. */
function driver(uri: string): string {
  return uri.startsWith('jdbc:sqlite:') ? 'org.sqlite.JDBC' : 'org.postgresql.Driver';
}

function propertiesText(settings: Settings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
