import { RECORD_COLUMNS, WINDOW_BOUNDS } from '../../analyzer/pseudo-columns';
import type { Column, DataSource } from '../../catalog/catalog';
import { NOWHERE } from '../../source/source';
import type { PlanningContext } from '../context';
import type { SelectStep, SourceStep } from '../plan';
import { failsOnInvalidTime } from '../timestamps';
import { schemaOf } from './node';
import type { PlanNode } from './node';

/** Reads a source; its rows have the pseudo columns and copies of the key columns among their values. */
export function sourceNode(
  source: DataSource,
  context: string,
  planning: Pick<PlanningContext, 'config'>,
): PlanNode {
  const step: SourceStep = {
    kind: source.kind === 'TABLE' ? 'TableSource' : 'StreamSource',
    context,
    schema: schemaOf(source.schema.key, readableColumns(source)),
    sourceName: source.name,
    topic: source.topic,
    sourceSchema: source.schema,
    timestamp: source.timestamp,
    failsOnInvalidTime: failsOnInvalidTime(planning),
    // A table's rows lie in a store: pull queries find them there, and changes know what they replace.
    materialized: source.kind === 'TABLE' && source.topic.window === undefined,
  };
  const { keyFormat, valueFormat, window } = source.topic;
  return { step, isTable: source.kind === 'TABLE', keyFormat, valueFormat, window, isKeyFromTopic: true };
}

function readableColumns(source: DataSource): readonly Column[] {
  const { key, value, headers } = source.schema;
  const plainHeaders = headers.map(({ name, type }) => ({ name, type }));
  const bounds = source.topic.window === undefined ? [] : WINDOW_BOUNDS;
  return [...value, ...plainHeaders, ...RECORD_COLUMNS, ...key, ...bounds];
}

/** `ORDERS.ID` becomes `ORDERS_ID`: columns of a join's two sides must not clash. */
export function prefixNode(node: PlanNode, alias: string, context: string): PlanNode {
  const { step } = node;
  const renamed = (column: Column): Column => ({ ...column, name: `${alias}_${column.name}` });
  const select: SelectStep = {
    kind: node.isTable ? 'TableSelect' : 'StreamSelect',
    context,
    source: step,
    schema: schemaOf(step.schema.key.map(renamed), step.schema.value.map(renamed)),
    keyColumnNames: step.schema.key.map((column) => renamed(column).name),
    selects: step.schema.value.map((column) => ({
      name: renamed(column).name,
      expression: { kind: 'ColumnRef', name: column.name, loc: NOWHERE },
    })),
  };
  return { ...node, step: select };
}
