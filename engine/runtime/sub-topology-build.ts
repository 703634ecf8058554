import type { TaskContext } from './task-context';
import type { StoreSpec } from './topology';

/** A sub-topology while it is put together; sub-topologies whose operators meet in a join become one. */
export class SubTopologyBuild {
  private mergedInto: SubTopologyBuild | undefined;
  readonly topics = new Set<string>();
  readonly repartitionTopics = new Set<string>();
  readonly groups: (readonly string[])[] = [];
  readonly stores: StoreSpec[] = [];
  /** Make the operators of one task, each from a sink or repartition writer up to the sources. */
  readonly roots: ((context: TaskContext) => void)[] = [];

  find(): SubTopologyBuild {
    return this.mergedInto === undefined ? this : this.mergedInto.find();
  }

  merge(other: SubTopologyBuild): SubTopologyBuild {
    const [into, from] = [this.find(), other.find()];
    if (into === from) return into;
    for (const topic of from.topics) into.topics.add(topic);
    for (const topic of from.repartitionTopics) into.repartitionTopics.add(topic);
    into.groups.push(...from.groups);
    into.stores.push(...from.stores);
    into.roots.push(...from.roots);
    from.mergedInto = into;
    return into;
  }
}
