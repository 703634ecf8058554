import * as pulumi from '@pulumi/pulumi';
import { connectorConfig } from '../connector-config';
import type { SinkDefinition } from '../sinks';
import type { ClusterName, Environment } from '../environment-schema';
import { Connector } from '../naap/connector';
import type { ConnectorArgs } from '../naap/connector';
import { wholeConfig } from '../whole-connector';
import type { WholeConnector } from '../whole-connector';
import type { Provider } from '../naap/provider';

export interface SinksArgs {
  readonly environment: Environment;
  readonly connectors: readonly SinkDefinition[];
  readonly whole: readonly WholeConnector[];
  /** What makes the topics of curated sinks; raw ones do not wait for it. */
  readonly rollups: pulumi.Resource;
  /** Login of a cluster's REST API. */
  readonly login: (cluster: ClusterName) => Pick<ConnectorArgs, 'username' | 'password'>;
  readonly provider: Provider;
}

/** The connectors, each in the worker group that its definition names. */
export class Sinks extends pulumi.ComponentResource {
  constructor(
    name: string,
    { environment, connectors, whole, rollups, login, provider }: SinksArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('naap:stack:Sinks', name, {}, options);
    for (const definition of connectors) {
      const connectUrl = environment.connect.clusters[definition.cluster].url;
      const config = connectorConfig(definition, environment);
      const own = login(definition.cluster);
      const args = { ...own, connectUrl, connector: definition.name, config, state: 'RUNNING' } as const;
      const dependsOn = definition.layers ? [rollups] : [];
      new Connector(definition.name, args, { parent: this, provider, dependsOn });
    }
    for (const own of whole) {
      const { name: connector, cluster, state } = own;
      const connectUrl = environment.connect.clusters[cluster].url;
      const config = wholeConfig(own, environment);
      const args = { ...login(cluster), connectUrl, connector, config, state };
      new Connector(connector, args, { parent: this, provider });
    }
    this.registerOutputs({});
  }
}
