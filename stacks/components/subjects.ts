import * as pulumi from '@pulumi/pulumi';
import type { Adopted } from '../adopted';
import type { Provider } from '../naap/provider';
import { Subject } from '../naap/subject';
import type { SubjectArgs } from '../naap/subject';
import type { SchemaFile } from '../schema-file';

export interface SubjectsArgs {
  readonly schemas: readonly SchemaFile[];
  readonly adopted: Adopted['subjects'];
  readonly registry: Pick<SubjectArgs, 'registryUrl' | 'username' | 'password'>;
  readonly provider: Provider;
}

/** One subject a schema file. New schemas must be readable by those who know the old one: BACKWARD. */
export class Subjects extends pulumi.ComponentResource {
  readonly subjects: readonly Subject[];

  constructor(name: string, args: SubjectsArgs, options?: pulumi.ComponentResourceOptions) {
    super('naap:stack:Subjects', name, {}, options);
    this.subjects = args.schemas.map(({ subject, schema }) => {
      const adopted = args.adopted[subject] ?? { compatibility: 'BACKWARD' };
      const own = { subject, schema, schemaType: 'AVRO', ...adopted } as const;
      // Kept: records written with it can only be read while it is there.
      return new Subject(
        subject,
        { ...args.registry, ...own },
        { parent: this, provider: args.provider, protect: true, retainOnDelete: true },
      );
    });
    this.registerOutputs({});
  }
}
