import type { ConnectClient } from '../../resources/connector/connect-client';
import { SINK_VARIANTS, connectorConfig } from '../../stacks/connector-config';
import type { SinkVariant } from '../../stacks/connector-config';
import type { ClusterName, Environment } from '../../stacks/environment-schema';
import type { SinkDefinition } from '../../stacks/sinks';
import { askConnect } from './ask';

/** Asks the workers of a cluster, by its REST root. */
export type ConnectOf = (url: string) => Pick<ConnectClient, 'plugins' | 'validate'>;

/**
 * What the workers say of the sinks that an environment could choose and has not: each connector in each other variant. A variant whose
 * plugin they lack is named as not checked. None of it is part of the change.
 */
export async function checkSinkVariants(
  sinks: readonly SinkDefinition[],
  environment: Environment,
  connect: ConnectOf,
): Promise<string[]> {
  const clusters = [...new Set(sinks.map(({ cluster }) => cluster))];
  const checks = clusters.flatMap((cluster) =>
    SINK_VARIANTS.filter((variant) => variant !== environment.connect.clusters[cluster].sink).map((variant) =>
      checkVariant(
        variant,
        cluster,
        sinks.filter((sink) => sink.cluster === cluster),
      ),
    ),
  );
  return (await Promise.all(checks)).flat();

  async function checkVariant(
    variant: SinkVariant,
    cluster: ClusterName,
    own: readonly SinkDefinition[],
  ): Promise<string[]> {
    const client = connect(environment.connect.clusters[cluster].url);
    const configs = own.map((sink) => ({
      name: sink.name,
      config: connectorConfig(sink, environment, variant),
    }));
    const plugin = configs[0]!.config['connector.class']!;
    if (!(await client.plugins()).includes(plugin))
      return [`not checked: sink ${variant} on the ${cluster} cluster: its workers have no plugin ${plugin}`];
    const answers = await Promise.all(
      configs.map(async (one) =>
        (await askConnect(client, one)).map(({ reason }) => `${one.name}: ${reason}`),
      ),
    );
    return answers
      .flat()
      .map((reason) => `sink ${variant} on the ${cluster} cluster would be refused: ${reason}`);
  }
}
