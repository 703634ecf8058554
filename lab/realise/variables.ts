import path from 'node:path';
import type { PlatformEndpoints } from '../../resources/endpoints';
import type { Variables } from '../../stacks/references';
import { runLayout } from '../platform/layout';
import { plainUsersFile } from '../platform/plain-users';

/**
 * What `Pulumi.dev.yaml` leaves to the machine, for the platform of `runDir`: the lab's own realisation uses it, and so
 * does a real `pulumi up --stack dev` onto the same platform.
 */
export function stackVariables(endpoints: PlatformEndpoints, runDir: string): Variables {
  const { kafka, registry, connect, ksqldb, minio } = endpoints;
  return {
    NAAP_SECRETS_DIR: path.dirname(kafka.admin.passwordFile),
    NAAP_KAFKA_BOOTSTRAP: kafka.bootstrap.join(','),
    NAAP_PLAIN_USERS_FILE: plainUsersFile(runDir),
    NAAP_REGISTRY_URL: registry.url,
    NAAP_REGISTRY_NATIVE_URL: registry.nativeUrl,
    NAAP_CONNECT_CRITICAL_URL: connect.critical?.url,
    NAAP_CONNECT_CURATED_URL: connect.curated?.url,
    NAAP_KSQLDB_URL: ksqldb.url,
    NAAP_LAKE_ENDPOINT: minio.endpoint,
    NAAP_LAKE_REGION: minio.region,
    NAAP_LAKE_CATALOG_URI: `jdbc:sqlite:${path.join(runLayout(runDir).catalogs, '{connector}.db')}`,
  };
}
