import type { Format } from '../../catalog/catalog';
import type { SerdeFactory, SerdeSpec } from '../../formats/contracts';
import type { PersistentQueryPlan, Step } from '../../planner/plan';
import type { Row } from '../../runtime/contracts';

/**
 * Rows of a table as stock reads them back from its state. Stock keeps the rows of a join in the value format of the join's
 * leftmost source, ours as they are: a format that has no NULL for some types makes defaults of them.
 */
export function storedRows(plan: PersistentQueryPlan, serdes: SerdeFactory): (row: Row) => Row {
  const format = keepsJoinedRows(plan.root) ? leftmostFormat(plan.root) : undefined;
  if (format?.name !== 'PROTOBUF' && format?.name !== 'PROTOBUF_NOSR') return (row) => row;
  const spec: SerdeSpec = {
    topic: plan.queryId,
    // Without a registry, where nothing needs to be registered for the detour.
    format: { name: 'PROTOBUF_NOSR', properties: format.properties },
    features: {},
    columns: plan.root.schema.value,
    isKey: false,
  };
  const writer = serdes.serializer(spec);
  const reader = serdes.deserializer(spec);
  return (row) => reader.deserialize(writer.serialize(row)) ?? row;
}

/** An aggregate keeps its own state; a table that is only projected keeps that of its source. */
function keepsJoinedRows(step: Step): boolean {
  if (step.kind === 'TableTableJoin' || step.kind === 'ForeignKeyTableTableJoin') return true;
  return 'source' in step && !step.kind.endsWith('Aggregate') && keepsJoinedRows(step.source);
}

function leftmostFormat(step: Step): Format | undefined {
  if ('left' in step) return leftmostFormat(step.left);
  if ('source' in step) return leftmostFormat(step.source);
  return 'topic' in step ? step.topic.valueFormat : undefined;
}
