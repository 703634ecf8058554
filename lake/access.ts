import { existsSync } from 'node:fs';
import path from 'node:path';
import { forEnvironment } from '../stacks/connector-definition';
import type { ConnectorDefinition } from '../stacks/connector-definition';
import type { Environment } from '../stacks/environment-schema';
import { secretFile } from '../stacks/names';
import { readSecret } from '../stacks/secrets';

/** A table of the lake, as the connector that fills it declares it. */
export interface LakeTable {
  /** `<namespace>.<table>`. */
  readonly name: string;
  readonly layer: 'raw' | 'curated';
  readonly topics: readonly string[];
  readonly connector: string;
  readonly deadLetterTopic: string;
  /** JDBC URI of the catalog that knows where the table's metadata lies. */
  readonly catalogUri: string;
}

/** Everything that a reader of one environment's lake needs. Holds secrets: never printed. */
export interface LakeAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly tables: readonly LakeTable[];
  readonly readers: readonly LakeReader[];
  /** Of the catalog's database, where it has users. */
  readonly catalogLogin?: { readonly username: string; readonly password: string };
}

/** A user of the bucket that may read one layer. */
export interface LakeReader {
  readonly layer: LakeTable['layer'];
  readonly username: string;
  readonly password: string;
}

const READERS = [
  { layer: 'raw', username: 'lake-replay' },
  { layer: 'curated', username: 'lake-query' },
] as const;

/** What the declaration says of the lake, with the secrets of those readers whose files are there. */
export function lakeAccess(environment: Environment, connectors: readonly ConnectorDefinition[]): LakeAccess {
  const { lake, secretsDirectory } = environment;
  const { credentials } = lake.catalog;
  return {
    endpoint: lake.endpoint,
    region: lake.region,
    bucket: lake.bucket,
    tables: lakeTables(environment, connectors),
    readers: READERS.flatMap((reader) => {
      const file = path.join(secretsDirectory, secretFile.lake(reader.username));
      return existsSync(file) ? [{ ...reader, password: readSecret(`file:${file}`) }] : [];
    }),
    ...(credentials
      ? {
          catalogLogin: {
            username: credentials.username,
            password: readSecret(
              credentials.password ?? `file:${path.join(secretsDirectory, secretFile.catalog)}`,
            ),
          },
        }
      : {}),
  };
}

/** The declared tables, by name. */
export function lakeTables(
  { name, lake }: Environment,
  connectors: readonly ConnectorDefinition[],
): LakeTable[] {
  const tables = connectors.map((declared) => {
    const connector = forEnvironment(declared, name);
    return {
      name: connector.lake.table,
      layer: connector.lake.path.startsWith('raw/') ? ('raw' as const) : ('curated' as const),
      topics: connector.topics,
      connector: connector.name,
      deadLetterTopic: connector.deadLetterTopic,
      catalogUri: lake.catalog.uri.replace('{connector}', connector.name),
    };
  });
  return tables.sort((a, b) => (a.name < b.name ? -1 : 1));
}
