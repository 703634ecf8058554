import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

const NAME = 'naap-trino-catalogs';

export interface TrinoCatalogArgs {
  readonly namespace: string;
  /** By file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly provider: kubernetes.Provider;
}

/** Trino's catalogs of the lake, to be mounted as `etc/catalog`. Passwords are environment variables of Trino's pods. */
export class TrinoCatalog extends pulumi.ComponentResource {
  constructor(name: string, args: TrinoCatalogArgs, options?: pulumi.ComponentResourceOptions) {
    super('naap:stack:TrinoCatalog', name, {}, options);
    const { namespace, files, provider } = args;
    const metadata = { name: NAME, namespace, labels: { 'app.kubernetes.io/part-of': 'naap' } };
    new kubernetes.core.v1.ConfigMap(NAME, { metadata, data: { ...files } }, { parent: this, provider });
    this.registerOutputs({});
  }
}
