import { Client } from 'minio';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { readPassword } from '../secrets';

/** The part of an Iceberg table's metadata file that counts rows. https://iceberg.apache.org/spec/#table-metadata */
interface TableMetadata {
  readonly 'current-snapshot-id'?: number | null;
  readonly snapshots?: readonly {
    readonly 'snapshot-id': number;
    readonly summary: Readonly<Record<string, string>>;
  }[];
}

/** Folder of the tables' metadata in the bucket; the data lies under `raw/` and `curated/`. */
const WAREHOUSE = 'warehouse/';
const METADATA_FILE = /\/metadata\/(\d+)-[^/]+\.metadata\.json$/;

/**
 * Rows of an Iceberg table that have been committed: `total-records` of its current snapshot. Files that a killed
 * writer left behind belong to no snapshot and do not count. `table` is `<namespace>.<table>`.
 * Returns 0 when the table does not exist yet.
 */
export async function lakeRows(endpoints: PlatformEndpoints, bucket: string, table: string): Promise<number> {
  const client = lakeClient(endpoints);
  const newest = newestMetadata(await listKeys(client, bucket), table);
  return newest === undefined ? 0 : currentRows(await readText(client, bucket, newest));
}

/** The table's metadata file with the highest number: every commit writes the next one. */
export function newestMetadata(keys: readonly string[], table: string): string | undefined {
  const folder = `/${table.replace('.', '/')}/metadata/`;
  const numbered = keys.flatMap((key) => {
    const number = key.includes(folder) ? METADATA_FILE.exec(key)?.[1] : undefined;
    return number === undefined ? [] : [{ key, number: Number(number) }];
  });
  return numbered.sort((a, b) => b.number - a.number)[0]?.key;
}

/** `total-records` of the snapshot that is current. Ids have 64 bits, so they are compared as text. */
export function currentRows(metadata: string): number {
  const exact = metadata.replace(/("(?:current-)?snapshot-id"\s*:\s*)(-?\d+)/g, '$1"$2"');
  const table = JSON.parse(exact) as TableMetadata;
  const snapshot = table.snapshots?.find((it) => it['snapshot-id'] === table['current-snapshot-id']);
  return Number(snapshot?.summary['total-records'] ?? 0);
}

function lakeClient({ minio }: PlatformEndpoints): Client {
  const url = new URL(minio.endpoint);
  return new Client({
    endPoint: url.hostname,
    port: Number(url.port),
    useSSL: url.protocol === 'https:',
    region: minio.region,
    accessKey: minio.admin.username,
    secretKey: readPassword(minio.admin),
  });
}

async function listKeys(client: Client, bucket: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const item of client.listObjectsV2(bucket, WAREHOUSE, true)) {
    const { name } = item as { name?: string };
    if (name) keys.push(name);
  }
  return keys;
}

async function readText(client: Client, bucket: string, key: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await client.getObject(bucket, key)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
