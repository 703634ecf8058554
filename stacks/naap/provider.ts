import * as pulumi from '@pulumi/pulumi';

export interface ProviderArgs {
  readonly registryUrl?: pulumi.Input<string>;
  readonly registryUsername?: pulumi.Input<string>;
  readonly registryPassword?: pulumi.Input<string>;
  readonly ksqldbUrl?: pulumi.Input<string>;
  readonly ksqldbUsername?: pulumi.Input<string>;
  readonly ksqldbPassword?: pulumi.Input<string>;
  /** REST roots of the Connect clusters, separated by commas. */
  readonly connectUrls?: pulumi.Input<string>;
  readonly connectUsername?: pulumi.Input<string>;
  readonly connectPassword?: pulumi.Input<string>;
  readonly plainUsersFile?: pulumi.Input<string>;
}

/**
 * The project's own provider (`resources/provider`). Every resource carries its endpoint; these arguments only serve
 * `pulumi import`, which knows nothing but a name.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, options?: pulumi.ResourceOptions) {
    const secret = (value: pulumi.Input<string> | undefined) =>
      value === undefined ? undefined : pulumi.secret(value);
    const { registryPassword, ksqldbPassword, connectPassword } = args;
    const inputs = {
      ...args,
      registryPassword: secret(registryPassword),
      ksqldbPassword: secret(ksqldbPassword),
      connectPassword: secret(connectPassword),
    };
    super('naap', name, inputs, options);
  }
}
