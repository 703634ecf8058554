import { updateIf } from '../change';
import type { Change, PropertyChange } from '../change';
import { compareDeclared } from '../compare-properties';
import type { LiveTopic, Topic } from './topic';

/**
 * What makes the live topic as declared. Partitions only grow; Kafka cannot take them away, and a topic that is deleted
 * and made again has lost its records, so both fewer partitions and another replication factor are refused.
 */
export function compareTopic(desired: Topic, live: LiveTopic | undefined): Change<Topic>[] {
  if (!live) return [{ action: 'create', desired }];
  const refusal = refuseShape(desired, live);
  if (refusal) return [refusal];
  const partitions: PropertyChange[] =
    desired.partitions === live.partitions
      ? []
      : [{ path: 'partitions', before: live.partitions, after: desired.partitions }];
  return updateIf(desired, [...partitions, ...compareDeclared(desired.config, live.config, 'config.')]);
}

function refuseShape(desired: Topic, live: LiveTopic): Change<Topic> | undefined {
  if (desired.partitions < live.partitions) {
    return {
      action: 'refused',
      desired,
      properties: [{ path: 'partitions', before: live.partitions, after: desired.partitions }],
      reason: `it has ${live.partitions} partitions and ${desired.partitions} are declared, but Kafka cannot take partitions away`,
      remedy: `declare ${live.partitions} partitions, or move to a topic of the next version`,
    };
  }
  if (desired.replicationFactor === live.replicationFactor) return undefined;
  return {
    action: 'refused',
    desired,
    properties: [
      { path: 'replicationFactor', before: live.replicationFactor, after: desired.replicationFactor },
    ],
    reason: `its replication factor is ${live.replicationFactor} and ${desired.replicationFactor} is declared, which would move all of its data`,
    remedy: 'reassign its partitions with kafka-reassign-partitions first',
  };
}
