import { builtinFunctions } from '../../engine/index';
import type { PersistentQueryPlan, PlanningContext } from '../../engine/index';
import { buildTopology } from '../../engine/runtime/topology-builder';
import { repartitionTopicPartitions } from '../../engine/runtime/topology';
import type { Topology } from '../../engine/runtime/topology';

/** A topic that a query keeps for itself. */
export interface InternalTopic {
  readonly name: string;
  readonly partitions: number;
  readonly isChangelog: boolean;
}

/** The topics that ksqlDB makes for a query besides its sink: what is repartitioned, and a changelog a store. */
export function internalTopics(
  plan: PersistentQueryPlan,
  world: PlanningContext,
  serviceId: string,
): InternalTopic[] {
  const topology = buildTopology(plan, { serviceId, functions: builtinFunctions, serdes: NO_SERDES });
  const known = new Map([...world.topics].map(([name, { partitions }]) => [name, partitions]));
  const repartition = repartitionTopicPartitions(topology, (topic) => known.get(topic) ?? 1);
  return [
    ...[...repartition].map(([name, partitions]) => ({ name, partitions, isChangelog: false })),
    ...changelogs(topology, new Map([...known, ...repartition])),
  ];
}

function changelogs({ subTopologies }: Topology, partitions: ReadonlyMap<string, number>): InternalTopic[] {
  return subTopologies.flatMap(({ sourceTopics, stores }) => {
    const tasks = Math.max(1, ...sourceTopics.map((topic) => partitions.get(topic) ?? 1));
    return stores.map(({ changelogTopic }) => ({
      name: changelogTopic,
      partitions: tasks,
      isChangelog: true,
    }));
  });
}

/** Nothing is read or written: only the shape is asked for. */
const NO_SERDES = new Proxy(
  {},
  {
    get: () => () => new Proxy({}, { get: () => () => undefined }),
  },
) as Parameters<typeof buildTopology>[1]['serdes'];
