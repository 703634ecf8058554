import type { Versions } from '../resources/query/versions';
import type { ConnectorDefinition } from './connector-definition';
import type { ClusterName } from './environment-schema';

/** Users of Kafka that the declaration makes, besides the gateways and the Connect workers. */
export const PRINCIPAL = { scraper: 'scraper', ksqldb: 'ksqldb', query: 'query', drift: 'drift' } as const;

/** Topics that producers outside ksqlDB write; into the last two, ksqlDB inserts what it finds in scrapes. */
export const TELEMETRY_TOPIC = {
  gateway: 'telemetry.gateway.v1',
  scrape: 'telemetry.orchestrator_scrape.v1',
  gpuMetrics: 'telemetry.gpu_metrics.v1',
  jobResults: 'telemetry.job_results.v1',
} as const;

/** Where `ksql/` puts aside what is malformed: the topic of the version that runs of `gateway_dlq.sql`. */
export function deadLetterTopic({ gateway_dlq: own }: Versions): string {
  return `telemetry.dlq.v${own?.running ?? 1}`;
}

/** Names of the files in the secrets folder. */
export const secretFile = {
  kafka: (principal: string): string => `kafka-${principal}`,
  plain: (gateway: string): string => `plain-${gateway}`,
  lake: (user: string): string => user,
  catalog: 'iceberg-catalog',
  minioAdmin: 'minio-admin',
} as const;

/** Connectors of one worker group share an identity. */
export function connectorPrincipal({ cluster }: Pick<ConnectorDefinition, 'cluster'>): string {
  return `connect-${cluster}`;
}

/** The bucket user of a worker group's connectors. */
export function lakeWriter(cluster: ClusterName): { readonly username: string; readonly file: string } {
  const username = `lake-connect-${cluster}`;
  return { username, file: secretFile.lake(username) };
}

/** Consumer groups with which the sink's tasks listen to its control topic: this and a random id. */
export function controlGroupPrefix({ name }: Pick<ConnectorDefinition, 'name'>): string {
  return `${name}-control-`;
}

export function transactionalPrefix({ name }: Pick<ConnectorDefinition, 'name'>): string {
  return `${name}-`;
}

/** The consumer group that Connect gives a sink. */
export function connectorGroup({ name }: Pick<ConnectorDefinition, 'name'>): string {
  return `connect-${name}`;
}
