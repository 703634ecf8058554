import * as pulumi from '@pulumi/pulumi';
import type { SqlObject } from '../../resources/query/sql-files';
import type { Provider } from '../naap/provider';
import { Query } from '../naap/query';
import type { QueryArgs } from '../naap/query';

/** What a persistent query reads that came before it was made: everything that is still there. */
const SESSION_PROPERTIES = { 'auto.offset.reset': 'earliest' } as const;

export interface RollupsArgs {
  /** Each after those that it reads. */
  readonly queries: readonly SqlObject[];
  readonly ksqldb: Pick<QueryArgs, 'ksqldbUrl' | 'username' | 'password'>;
  readonly provider: Provider;
}

/** The objects of ksqlDB. */
export class Rollups extends pulumi.ComponentResource {
  constructor(name: string, args: RollupsArgs, options?: pulumi.ComponentResourceOptions) {
    super('naap:stack:Rollups', name, {}, options);
    const made = new Map<string, Query>();
    for (const query of args.queries) {
      const dependsOn = query.dependsOn.flatMap((needed) => made.get(needed) ?? []);
      const options = { parent: this, provider: args.provider, dependsOn };
      made.set(query.name, new Query(query.name, this.queryArgs(query, args), options));
    }
    this.registerOutputs({});
  }

  private queryArgs(query: SqlObject, { ksqldb }: RollupsArgs): QueryArgs {
    return {
      ...ksqldb,
      object: query.name,
      statements: query.statements.map(({ text, properties }) => ({
        text,
        properties: { ...SESSION_PROPERTIES, ...properties },
      })),
      reads: [...query.dependsOn],
      file: query.file,
      version: query.version,
    };
  }
}
