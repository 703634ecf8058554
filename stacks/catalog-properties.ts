import { assertNever } from './assert-never';
import type { Environment } from './environment-schema';

/** What a program other than a sink needs to open a table: where it lies, and who opens it. */
export interface CatalogPlace {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly layer: string;
  readonly catalog: Pick<Environment['lake']['catalog'], 'kind' | 'uri' | 'warehouse' | 'oauthUri'>;
  readonly store: Login;
  readonly catalogLogin?: Login;
}

interface Login {
  readonly username: string;
  /** A secret, or a reference that whoever gets the properties resolves. */
  readonly password: string;
}

/** Under which name all writers put their tables into a JDBC catalog: several catalogs may share a database. */
export const CATALOG_NAME = 'iceberg';

/** https://iceberg.apache.org/docs/latest/configuration/#catalog-properties, as the sink of the table has them. */
export function catalogProperties(place: CatalogPlace): Record<string, string> {
  const { endpoint, region, bucket, layer, store } = place;
  return {
    warehouse: layer === 'raw' ? `s3://${bucket}/warehouse/raw` : `s3://${bucket}`,
    ...ofKind(place),
    'io-impl': 'org.apache.iceberg.aws.s3.S3FileIO',
    's3.endpoint': endpoint,
    's3.path-style-access': 'true',
    's3.access-key-id': store.username,
    's3.secret-access-key': store.password,
    'client.region': region,
  };
}

function ofKind({ catalog, catalogLogin: login }: CatalogPlace): Record<string, string> {
  const { kind, uri, warehouse, oauthUri } = catalog;
  switch (kind) {
    case 'jdbc':
      return {
        'catalog-impl': 'org.apache.iceberg.jdbc.JdbcCatalog',
        uri: withPatience(uri),
        'jdbc.schema-version': 'V1',
        ...(login ? { 'jdbc.user': login.username, 'jdbc.password': login.password } : {}),
      };
    case 'rest':
      return {
        type: 'rest',
        uri,
        ...(warehouse ? { warehouse } : {}),
        ...(login ? { 'rest.auth.type': 'oauth2', credential: `${login.username}:${login.password}` } : {}),
        ...(oauthUri ? { 'oauth2-server-uri': oauthUri } : {}),
      };
    default:
      return assertNever(kind);
  }
}

/** A SQLite file is locked for some milliseconds while the sink commits: waiting is better than failing. */
function withPatience(uri: string): string {
  return uri.startsWith('jdbc:sqlite:') && !uri.includes('?') ? `${uri}?busy_timeout=30000` : uri;
}
