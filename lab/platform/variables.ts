import path from 'node:path';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { runLayout } from './layout';

/** What `Pulumi.dev.yaml` asks of the machine as `env:NAAP_…`, and what another program needs to use the platform. */
export function platformVariables(runDir: string, endpoints: PlatformEndpoints): Record<string, string> {
  const { secrets, catalogs } = runLayout(runDir);
  const connect = Object.entries(endpoints.connect).map(([name, { url }]) => [
    `NAAP_CONNECT_${name.toUpperCase()}_URL`,
    url,
  ]);
  return {
    NAAP_SECRETS_DIR: secrets,
    NAAP_KAFKA_BOOTSTRAP: endpoints.kafka.bootstrap.join(','),
    NAAP_KAFKA_ADMIN: endpoints.kafka.admin.username,
    NAAP_KAFKA_ADMIN_PASSWORD_FILE: endpoints.kafka.admin.passwordFile,
    NAAP_INGEST_BOOTSTRAP: endpoints.kafka.ingest.bootstrap.join(','),
    NAAP_INGEST_CA_FILE: endpoints.kafka.ingest.caFile,
    NAAP_REGISTRY_URL: endpoints.registry.url,
    NAAP_REGISTRY_NATIVE_URL: endpoints.registry.nativeUrl,
    ...(Object.fromEntries(connect) as Record<string, string>),
    NAAP_KSQLDB_URL: endpoints.ksqldb.url,
    NAAP_LAKE_ENDPOINT: endpoints.minio.endpoint,
    NAAP_LAKE_REGION: endpoints.minio.region,
    NAAP_LAKE_ADMIN: endpoints.minio.admin.username,
    NAAP_LAKE_ADMIN_PASSWORD_FILE: endpoints.minio.admin.passwordFile,
    // A SQLite catalog takes one writer at a time: each connector has its own.
    NAAP_LAKE_CATALOG_URI: `jdbc:sqlite:${path.join(catalogs, '{connector}.db')}`,
  };
}
