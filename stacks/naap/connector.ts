import * as pulumi from '@pulumi/pulumi';

export interface OffsetRequestArgs {
  /** Any text; another one asks again. */
  readonly request: pulumi.Input<string>;
  /** `earliest`, or what `GET /connectors/<name>/offsets` gives. */
  readonly to: pulumi.Input<'earliest' | { partition: object; offset: object | null }[]>;
}

export interface ConnectorArgs {
  /** REST root of the Connect cluster. */
  readonly connectUrl: pulumi.Input<string>;
  readonly username?: pulumi.Input<string>;
  readonly password?: pulumi.Input<string>;
  readonly connector: pulumi.Input<string>;
  /** Without `name`. Secrets are references that the worker resolves (`${directory:…}`), never values. */
  readonly config: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly state: pulumi.Input<'RUNNING' | 'PAUSED' | 'STOPPED'>;
  /** Offsets to go on from, set once for each `request`. */
  readonly offsets?: pulumi.Input<OffsetRequestArgs>;
}

/** A connector of Kafka Connect. It is there when it and all its tasks are in the declared state. */
export class Connector extends pulumi.CustomResource {
  static readonly TYPE = 'naap:connect:Connector';
  declare readonly connector: pulumi.Output<string>;
  declare readonly config: pulumi.Output<Record<string, string>>;
  declare readonly state: pulumi.Output<string>;
  declare readonly tasks: pulumi.Output<{ id: number; state: string }[]>;

  constructor(name: string, args: ConnectorArgs, options?: pulumi.CustomResourceOptions) {
    const password = args.password === undefined ? undefined : pulumi.secret(args.password);
    super(
      Connector.TYPE,
      name,
      { ...args, password, tasks: undefined },
      { additionalSecretOutputs: ['password'], ...options },
    );
  }
}
