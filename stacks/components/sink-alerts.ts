import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { Environment } from '../environment-schema';
import { sinkAlerts } from '../sink-alerts';
import type { SinkDefinition } from '../sinks';

const NAME = 'naap-sinks';

export interface SinkAlertsArgs {
  readonly alerts: NonNullable<Environment['alerts']>;
  readonly sinks: readonly SinkDefinition[];
  readonly provider: kubernetes.Provider;
}

/** The alerts of every sink, for Prometheus' operator: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule. */
export class SinkAlerts extends pulumi.ComponentResource {
  constructor(name: string, args: SinkAlertsArgs, options?: pulumi.ComponentResourceOptions) {
    super('naap:stack:SinkAlerts', name, {}, options);
    const { namespace, labels } = args.alerts;
    const groups = args.sinks.map((sink) => ({ name: `naap.${sink.name}`, rules: sinkAlerts(sink) }));
    new kubernetes.apiextensions.CustomResource(
      NAME,
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { name: NAME, namespace, labels },
        spec: { groups },
      },
      { parent: this, provider: args.provider },
    );
    this.registerOutputs({});
  }
}
