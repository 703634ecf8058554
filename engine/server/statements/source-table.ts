import type { DataSource } from '../../catalog/catalog';
import { sourceNode } from '../../planner/steps/source-steps';
import type { PushQueryPlan, SelectStep } from '../../planner/plan';
import { NOWHERE } from '../../source/source';

/** Id of the query that keeps a source table's rows. */
export function sourceTableQueryId(table: string, queryNumber: number): string {
  return `CST_${table}_${queryNumber}`;
}

/** `CREATE SOURCE TABLE` can be pulled from: a query without a sink keeps its rows, header columns included, in a store. */
export function sourceTablePlan(table: DataSource, queryId: string): PushQueryPlan {
  const { step } = sourceNode(table, 'KsqlTopic-Source', { config: {} });
  const columns = [...table.schema.value, ...table.schema.headers.map(({ name, type }) => ({ name, type }))];
  const root: SelectStep = {
    kind: 'TableSelect',
    context: 'Project',
    source: step,
    schema: { key: table.schema.key, value: columns, headers: [] },
    keyColumnNames: table.schema.key.map(({ name }) => name),
    selects: columns.map(({ name }) => ({ name, expression: { kind: 'ColumnRef', name, loc: NOWHERE } })),
  };
  return { queryId, sourceNames: [table.name], root, columns, isTable: true };
}

export function isKeptSourceTable(source: DataSource): boolean {
  return source.isSource && source.kind === 'TABLE' && source.topic.window === undefined;
}
