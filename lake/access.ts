import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Declaration } from '../stacks/declaration';
import type { Environment } from '../stacks/environment-schema';
import { secretFile } from '../stacks/names';
import { readSecret } from '../stacks/secrets';
import type { SinkDefinition, SinkTable } from '../stacks/sinks';
import { effectiveDeclaration } from '../stacks/effective-declaration';
import { tableRetention } from '../stacks/upkeep-job';
import type { TableRetention } from '../stacks/upkeep-job';

/** A table of the lake, as the connector that fills it declares it. */
export interface LakeTable {
  /** `<namespace>.<table>`. */
  readonly name: string;
  readonly layer: 'raw' | 'curated';
  readonly topics: readonly string[];
  /** `text`: the value as it came in one column; `avro`: a column a field. */
  readonly source: SinkDefinition['source'];
  /** Field or path that holds the record's key. */
  readonly key?: string;
  readonly connector: string;
  readonly deadLetterTopic: string;
  /** Of a copy of an object of ksqlDB: whether its rows change, and its window. */
  readonly row?: SinkTable['row'];
  readonly retention: TableRetention;
  /** Who knows where the table's metadata lies. */
  readonly catalog: LakeCatalog;
}

/** The declared catalog, with the URI of this table's. */
export type LakeCatalog = Pick<Environment['lake']['catalog'], 'kind' | 'uri' | 'warehouse' | 'oauthUri'>;

/** Everything that a reader of one environment's lake needs. Holds secrets: never printed. */
export interface LakeAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly tables: readonly LakeTable[];
  readonly readers: readonly LakeReader[];
  /** Of the catalog, where it has users. */
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
export function lakeAccess(environment: Environment, declaration: Declaration): LakeAccess {
  const { lake, secretsDirectory } = environment;
  const { credentials } = lake.catalog;
  const { connectors } = effectiveDeclaration({ environment, declaration });
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
export function lakeTables({ lake }: Environment, sinks: readonly SinkDefinition[]): LakeTable[] {
  const tables = sinks.flatMap((sink) => sink.tables.map((table) => lakeTable(sink, table, lake)));
  return tables.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function lakeTable(
  { name: connector, source, key, deadLetterTopic }: SinkDefinition,
  table: SinkTable,
  lake: Environment['lake'],
): LakeTable {
  const { name, path: folder, topics, row } = table;
  const layer = folder.startsWith('raw/') ? 'raw' : 'curated';
  return {
    name,
    layer,
    retention: tableRetention(table, lake),
    topics,
    source,
    ...(key === undefined ? {} : { key }),
    ...(row === undefined ? {} : { row }),
    connector,
    deadLetterTopic,
    catalog: { ...lake.catalog, uri: lake.catalog.uri.replace('{connector}', connector) },
  };
}
