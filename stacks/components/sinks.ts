import * as pulumi from '@pulumi/pulumi';
import { connectorConfig } from '../connector-config';
import type { ConnectorDefinition } from '../connector-definition';
import type { Environment } from '../environment-schema';
import { Connector } from '../naap/connector';
import type { Provider } from '../naap/provider';

export interface SinksArgs {
  readonly environment: Environment;
  readonly connectors: readonly ConnectorDefinition[];
  readonly provider: Provider;
}

/** The connectors, each in the worker group that its definition names. */
export class Sinks extends pulumi.ComponentResource {
  constructor(
    name: string,
    { environment, connectors, provider }: SinksArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('naap:stack:Sinks', name, {}, options);
    for (const definition of connectors) {
      const connectUrl = environment.connect.clusters[definition.cluster].url;
      const config = connectorConfig(definition, environment);
      const args = { connectUrl, connector: definition.name, config, state: 'RUNNING' } as const;
      new Connector(definition.name, args, { parent: this, provider });
    }
    this.registerOutputs({});
  }
}
