import type { Pipe } from '../pipe';
import type { SubTopologyBuild } from '../sub-topology-build';

/** Both inputs of a join in one sub-topology, with the same number of partitions. */
export function copartition(left: Pipe, right: Pipe): SubTopologyBuild {
  const sub = left.sub.merge(right.sub);
  sub.groups.push([...left.topics, ...right.topics]);
  return sub;
}
