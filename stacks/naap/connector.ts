import * as pulumi from '@pulumi/pulumi';

export interface ConnectorArgs {
  /** REST root of the Connect cluster. */
  readonly connectUrl: pulumi.Input<string>;
  readonly connector: pulumi.Input<string>;
  /** Without `name`. Secrets are references that the worker resolves (`${directory:…}`), never values. */
  readonly config: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly state: pulumi.Input<'RUNNING' | 'PAUSED' | 'STOPPED'>;
}

/** A connector of Kafka Connect. It is there when it and all its tasks are in the declared state. */
export class Connector extends pulumi.CustomResource {
  static readonly TYPE = 'naap:connect:Connector';
  declare readonly connector: pulumi.Output<string>;
  declare readonly config: pulumi.Output<Record<string, string>>;
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: ConnectorArgs, options?: pulumi.CustomResourceOptions) {
    super(Connector.TYPE, name, { ...args }, options);
  }
}
