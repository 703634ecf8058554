import * as pulumi from '@pulumi/pulumi';

export interface QueryStatementArgs {
  /** With its variables replaced. */
  readonly text: pulumi.Input<string>;
  /** Session properties of the statement, e.g. `auto.offset.reset`. */
  readonly properties: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

export interface QueryArgs {
  /** REST root of the ksqlDB server. */
  readonly ksqldbUrl: pulumi.Input<string>;
  readonly username?: pulumi.Input<string>;
  readonly password?: pulumi.Input<string>;
  /** Name of the object in ksqlDB: upper case unless it was quoted. */
  readonly object: pulumi.Input<string>;
  /** Statements of the object, in order. */
  readonly statements: pulumi.Input<pulumi.Input<QueryStatementArgs>[]>;
  /** Objects that must exist before. */
  readonly reads: pulumi.Input<pulumi.Input<string>[]>;
  /** File that the statements come from, shown in every message. */
  readonly file: pulumi.Input<string>;
  /** Version that its name carries, where it holds state. */
  readonly version?: pulumi.Input<number>;
  /** Whether its topic goes with it; kept unless told. */
  readonly deleteTopic?: pulumi.Input<boolean>;
}

/** One object of ksqlDB made by one `.sql` file: a source over a topic, a persistent query, or INSERT INTO. */
export class Query extends pulumi.CustomResource {
  static readonly TYPE = 'naap:ksqldb:Query';
  declare readonly object: pulumi.Output<string>;
  /** Its persistent queries, as the server names them. */
  declare readonly queries: pulumi.Output<{ id: string; state: string }[]>;
  declare readonly statements: pulumi.Output<{ text: string; properties: Record<string, string> }[]>;

  constructor(name: string, args: QueryArgs, options?: pulumi.CustomResourceOptions) {
    const password = args.password === undefined ? undefined : pulumi.secret(args.password);
    super(
      Query.TYPE,
      name,
      { ...args, password, queries: undefined },
      { additionalSecretOutputs: ['password'], ...options },
    );
  }
}
