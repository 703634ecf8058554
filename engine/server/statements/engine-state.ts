import type { Catalog } from '../../catalog/catalog';
import { emptyCatalog } from '../../catalog/memory-catalog';
import type { PersistentQueryPlan } from '../../planner/plan';
import type { StatementPlan } from '../../planner/statement-plan';
import { applyPlan } from '../../planner/statement-plan';
import { isKeptSourceTable, sourceTableQueryId } from './source-table';

/** A persistent query as clients see it. */
export interface PersistentQuery {
  readonly id: string;
  /** The statement that made it, in ksqlDB's layout. */
  readonly sql: string;
  readonly plan: PersistentQueryPlan;
  readonly sinkTopic: string;
  /** Configuration with the overrides that the statement was given. */
  readonly config: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly paused: boolean;
}

/** What statements build up: immutable, so that validating a request is a fold over a copy. */
export interface EngineState {
  readonly catalog: Catalog;
  readonly queries: ReadonlyMap<string, PersistentQuery>;
  /** Ids of the queries that keep source tables, by the table's name. */
  readonly sourceQueries: ReadonlyMap<string, string>;
}

export const EMPTY_STATE: EngineState = {
  catalog: emptyCatalog(),
  queries: new Map(),
  sourceQueries: new Map(),
};

/** What a plan needs beside itself to become part of the state. */
export interface AppliedStatement {
  readonly sql: string;
  readonly config: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  /** What a query that the statement starts has at the end of its id. */
  readonly queryNumber: number;
}

/** The state after a statement's plan. */
export function advance(state: EngineState, plan: StatementPlan, applied: AppliedStatement): EngineState {
  return {
    catalog: applyPlan(state.catalog, withText(plan, applied.sql)),
    queries: queriesAfter(state.queries, plan, applied),
    sourceQueries: sourceQueriesAfter(state.sourceQueries, plan, applied),
  };
}

/** DESCRIBE shows the statement as it was understood, not as it was typed. */
function withText(plan: StatementPlan, sql: string): StatementPlan {
  if (plan.kind === 'createSource') return { ...plan, source: { ...plan.source, sql } };
  if (plan.kind === 'persistentQuery' && plan.sink) return { ...plan, sink: { ...plan.sink, sql } };
  return plan;
}

function sourceQueriesAfter(
  queries: EngineState['sourceQueries'],
  plan: StatementPlan,
  { queryNumber }: AppliedStatement,
): EngineState['sourceQueries'] {
  if (plan.kind !== 'createSource' && plan.kind !== 'dropSource') return queries;
  const next = new Map(queries);
  next.delete(plan.source.name);
  if (plan.kind === 'createSource' && isKeptSourceTable(plan.source))
    next.set(plan.source.name, sourceTableQueryId(plan.source.name, queryNumber));
  return next;
}

function queriesAfter(
  queries: ReadonlyMap<string, PersistentQuery>,
  plan: StatementPlan,
  applied: AppliedStatement,
): ReadonlyMap<string, PersistentQuery> {
  const next = new Map(queries);
  switch (plan.kind) {
    case 'persistentQuery':
      next.set(plan.query.queryId, {
        id: plan.query.queryId,
        plan: plan.query,
        sinkTopic: plan.topic.name,
        paused: false,
        sql: applied.sql,
        config: applied.config,
        overrides: applied.overrides,
      });
      return next;
    case 'dropSource':
      for (const id of plan.terminates) next.delete(id);
      return next;
    case 'terminateQueries':
      for (const id of plan.queryIds) next.delete(id);
      return next;
    case 'pauseQueries':
    case 'resumeQueries':
      for (const id of plan.queryIds) {
        const query = next.get(id);
        if (query) next.set(id, { ...query, paused: plan.kind === 'pauseQueries' });
      }
      return next;
    case 'createSource':
    case 'alterSource':
    case 'registerType':
    case 'dropType':
    case 'insertValues':
    case 'noChange':
      return queries;
  }
}
