import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { ClusterName, Environment } from '../environment-schema';
import { currentUser } from '../identities';
import { secretFile } from '../names';

export interface ConnectClustersArgs {
  readonly environment: Environment;
  readonly provider: kubernetes.Provider;
}

/** What Strimzi calls this sort of object: https://strimzi.io/docs/operators/latest/configuring.html#type-KafkaConnect-reference. */
export const KAFKA_CONNECT = { apiVersion: 'kafka.strimzi.io/v1beta2', kind: 'KafkaConnect' } as const;
const PROVIDERS = 'org.apache.kafka.common.config.provider';
const STORAGE_PARTITIONS = { offset: 25, status: 5 } as const;

/** The workers of each Connect cluster that is deployed here: critical and curated sinks never share one. */
export class ConnectClusters extends pulumi.ComponentResource {
  constructor(name: string, args: ConnectClustersArgs, options?: pulumi.ComponentResourceOptions) {
    super('naap:stack:ConnectClusters', name, {}, options);
    const clusters = Object.keys(args.environment.connect.clusters) as ClusterName[];
    for (const cluster of clusters) {
      const deployment = args.environment.connect.clusters[cluster].deployment;
      if (!deployment) continue;
      const metadata = { name: `naap-connect-${cluster}`, namespace: deployment.namespace };
      const spec = workerSpec(args.environment, cluster, deployment);
      new kubernetes.apiextensions.CustomResource(
        metadata.name,
        // Connectors are made through the REST API, by the resources of their own.
        { ...KAFKA_CONNECT, metadata, spec },
        { parent: this, provider: args.provider },
      );
    }
    this.registerOutputs({});
  }
}

type Deployment = NonNullable<Environment['connect']['clusters']['critical']['deployment']>;

function workerSpec(environment: Environment, cluster: ClusterName, deployment: Deployment): object {
  const { kafka, connect } = environment;
  const { worker } = connect.clusters[cluster];
  const { image, workers, memory, secret } = deployment;
  const username = currentUser(environment, worker.principal);
  return {
    image,
    replicas: workers,
    bootstrapServers: kafka.bootstrap.join(','),
    ...(kafka.tls ? { tls: { trustedCertificates: [{ secretName: secret, certificate: 'ca.pem' }] } } : {}),
    authentication: {
      type: 'scram-sha-512',
      username,
      passwordSecret: { secretName: secret, password: secretFile.kafka(username) },
    },
    config: workerConfig(environment, cluster),
    resources: { requests: { cpu: '500m', memory }, limits: { memory } },
    template: {
      pod: {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        topologySpreadConstraints: [spread(cluster)],
        volumes: [{ name: 'connector-secrets', secret: { secretName: secret, defaultMode: 0o440 } }],
      },
      connectContainer: {
        volumeMounts: [{ name: 'connector-secrets', mountPath: connect.secretsDirectory, readOnly: true }],
      },
      podDisruptionBudget: { maxUnavailable: 1 },
    },
  };
}

function workerConfig({ connect, topics }: Environment, cluster: ClusterName): Record<string, unknown> {
  const { group, topicPrefix } = connect.clusters[cluster].worker;
  const storage = (name: string, partitions?: number): [string, unknown][] => [
    [`${name}.storage.topic`, `${topicPrefix}${name}s`.replace('statuss', 'status')],
    [`${name}.storage.replication.factor`, topics.replicationFactor],
    ...(partitions === undefined ? [] : [[`${name}.storage.partitions`, partitions] as [string, unknown]]),
  ];
  return {
    'group.id': group,
    ...Object.fromEntries([
      ...storage('config'),
      ...storage('offset', STORAGE_PARTITIONS.offset),
      ...storage('status', STORAGE_PARTITIONS.status),
    ]),
    'connector.client.config.override.policy': 'All',
    'offset.flush.interval.ms': 1_000,
    'config.providers': 'directory',
    'config.providers.directory.class': `${PROVIDERS}.DirectoryConfigProvider`,
    'config.providers.directory.param.allowed.paths': connect.secretsDirectory,
  };
}

/** No two workers of a cluster on one node while there is another. */
function spread(cluster: ClusterName): object {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { 'strimzi.io/cluster': `naap-connect-${cluster}` } },
  };
}
