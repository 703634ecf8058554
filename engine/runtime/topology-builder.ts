import type { PersistentQueryPlan, PushQueryPlan } from '../planner/plan';
import { StepBuilder } from './step-builder';
import { TaskContext } from './task-context';
import { TopologyTask } from './task';
import type { Pipe } from './pipe';
import type { SubTopologyBuild } from './sub-topology-build';
import type { Materialization, SubTopology, Topology, TopologyDeps } from './topology';

/** Compiles a plan into its sub-topologies. Throws where the plan cannot be run: our bug, plans are checked before. */
export function buildTopology(plan: PersistentQueryPlan, deps: TopologyDeps): Topology {
  const builder = new StepBuilder(plan.queryId, deps);
  return topologyOf(plan.queryId, plan.root.topic.name, builder, builder.sink(plan.root));
}

/** Compiles a push query: no sink; its tasks hand results to {@link TaskDeps.answer}. */
export function buildPushTopology(plan: PushQueryPlan, deps: TopologyDeps): Topology {
  const builder = new StepBuilder(plan.queryId, deps);
  return topologyOf(plan.queryId, '', builder, builder.answer(plan.root));
}

function topologyOf(queryId: string, sinkTopic: string, builder: StepBuilder, result: Pipe): Topology {
  const builds = [...new Set(builder.subTopologies.map((sub) => sub.find()))];
  return {
    queryId,
    subTopologies: builds.map(subTopology),
    repartitionTopics: builder.repartitions.map(({ name, from, to, formats }) => ({
      name,
      formats,
      from: builds.indexOf(from.find()),
      to: builds.indexOf(to.find()),
    })),
    sinkTopic,
    materialization: materialization(result, builds),
    prepare: () => builder.prepare(),
    createTask(index, partition, taskDeps) {
      const context = new TaskContext(queryId, partition, taskDeps);
      for (const root of builds[index]!.roots) root(context);
      return new TopologyTask(context);
    },
  };
}

function subTopology(build: SubTopologyBuild, id: number): SubTopology {
  return {
    id,
    sourceTopics: [...build.topics],
    repartitionSources: [...build.repartitionTopics],
    copartitionGroups: build.groups,
    stores: build.stores,
  };
}

function materialization(result: Pipe, builds: readonly SubTopologyBuild[]): Materialization | undefined {
  const { stored, schema } = result;
  if (!result.isTable || stored === undefined) return undefined;
  return {
    subTopology: builds.indexOf(result.sub.find()),
    windowed: result.window !== undefined,
    keyColumns: schema.key,
    valueColumns: schema.value,
    read(task) {
      const store = task.store?.(stored.store);
      if (store === undefined) throw new Error(`invariant violated: task has no store ${stored.store}`);
      return stored.map(store);
    },
  };
}
