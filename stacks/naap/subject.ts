import * as pulumi from '@pulumi/pulumi';

export type Compatibility =
  'BACKWARD' | 'BACKWARD_TRANSITIVE' | 'FORWARD' | 'FORWARD_TRANSITIVE' | 'FULL' | 'FULL_TRANSITIVE' | 'NONE';

export interface SchemaReferenceArgs {
  /** Full name of the type. */
  readonly name: pulumi.Input<string>;
  readonly subject: pulumi.Input<string>;
  readonly version: pulumi.Input<number>;
}

export interface SubjectArgs {
  /** Root of the registry's Confluent-compatible API. */
  readonly registryUrl: pulumi.Input<string>;
  readonly username?: pulumi.Input<string>;
  readonly password?: pulumi.Input<string>;
  /** `<topic>-value` or `<topic>-key`. */
  readonly subject: pulumi.Input<string>;
  readonly schemaType: pulumi.Input<'AVRO'>;
  /** Text of the schema. */
  readonly schema: pulumi.Input<string>;
  readonly compatibility: pulumi.Input<Compatibility>;
  /** Schemas of other subjects that it names. */
  readonly references?: pulumi.Input<pulumi.Input<SchemaReferenceArgs>[]>;
}

/** A subject of the schema registry: its newest schema and its compatibility rule. */
export class Subject extends pulumi.CustomResource {
  static readonly TYPE = 'naap:registry:Subject';
  declare readonly subject: pulumi.Output<string>;
  declare readonly schema: pulumi.Output<string>;
  declare readonly compatibility: pulumi.Output<Compatibility>;
  /** Id of the schema in the registry. */
  declare readonly schemaId: pulumi.Output<number>;
  declare readonly version: pulumi.Output<number>;

  constructor(name: string, args: SubjectArgs, options?: pulumi.CustomResourceOptions) {
    const inputs = { ...args, password: secret(args.password), schemaId: undefined, version: undefined };
    super(Subject.TYPE, name, inputs, { additionalSecretOutputs: ['password'], ...options });
  }
}

function secret(value: pulumi.Input<string> | undefined): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.secret(value);
}
