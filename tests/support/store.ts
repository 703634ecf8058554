import { Client } from 'minio';
import { readPassword } from '../../lab';
import type { PlatformEndpoints } from '../../resources/endpoints';

/** The object store's administrator. */
export function storeClient({ minio: { endpoint, admin } }: PlatformEndpoints): Client {
  const { hostname, port } = new URL(endpoint);
  return new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey: admin.username,
    secretKey: readPassword(admin),
  });
}
