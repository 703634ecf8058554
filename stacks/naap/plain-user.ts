import * as pulumi from '@pulumi/pulumi';

export interface PlainUserArgs {
  /** File of the users, as whoever applies sees it. */
  readonly usersFile: pulumi.Input<string>;
  readonly username: pulumi.Input<string>;
  readonly password: pulumi.Input<string>;
}

/**
 * A user of the listener for gateways, which speaks SASL/PLAIN (all that go-livepeer can). Brokers read such users
 * from a file (`resources/plain-user/broker`), so they are a kind of their own and not SCRAM credentials.
 */
export class PlainUser extends pulumi.CustomResource {
  static readonly TYPE = 'naap:kafka:PlainUser';
  declare readonly username: pulumi.Output<string>;

  constructor(name: string, args: PlainUserArgs, options?: pulumi.CustomResourceOptions) {
    const inputs = { ...args, password: pulumi.secret(args.password) };
    super(PlainUser.TYPE, name, inputs, { additionalSecretOutputs: ['password'], ...options });
  }
}
