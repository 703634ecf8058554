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
  const newest = newestMetadata(await listObjects(client, bucket), table);
  return newest === undefined ? 0 : currentRows(await readText(client, bucket, newest));
}

/** An object of the store. */
export interface StoredObject {
  readonly key: string;
  /** When it was written, ms since the epoch. */
  readonly writtenAt: number;
}

/**
 * The table's metadata file that was written last: every commit writes the next one. The number in its name alone would not do, as a table
 * that was made anew in the same place counts from 0 again.
 */
export function newestMetadata(objects: readonly StoredObject[], table: string): string | undefined {
  const folder = `/${table.replace('.', '/')}/metadata/`;
  const numbered = objects.flatMap(({ key, writtenAt }) => {
    const number = key.includes(folder) ? METADATA_FILE.exec(key)?.[1] : undefined;
    return number === undefined ? [] : [{ key, writtenAt, number: Number(number) }];
  });
  return numbered.sort((a, b) => b.writtenAt - a.writtenAt || b.number - a.number)[0]?.key;
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

async function listObjects(client: Client, bucket: string): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const item of client.listObjectsV2(bucket, WAREHOUSE, true)) {
    const { name, lastModified } = item as { name?: string; lastModified?: Date };
    if (name) objects.push({ key: name, writtenAt: lastModified?.getTime() ?? 0 });
  }
  return objects;
}

async function readText(client: Client, bucket: string, key: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await client.getObject(bucket, key)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
