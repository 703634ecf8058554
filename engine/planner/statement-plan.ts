import type { Catalog, Column, DataSource, Format, SerdeFeatures } from '../catalog/catalog';
import type { SqlType, SqlValue } from '../types/sql-type';
import type { PlanningContext } from './context';
import type { PersistentQueryPlan } from './plan';

/** What a statement needs of its topic before it can run. */
export interface TopicPlan {
  readonly name: string;
  /** Absent: the topic must exist. Present: it is made unless it exists. */
  readonly create?: {
    readonly partitions: number;
    readonly replicas: number;
    readonly retentionMs?: number;
    /** `cleanup.policy` of the topic: `delete`, `compact` or `compact,delete`. */
    readonly cleanupPolicy: string;
  };
}

/** A schema to be registered for one side of a topic, unless the subject has a compatible one. */
export interface SchemaRegistration {
  readonly topic: string;
  readonly isKey: boolean;
  readonly format: Format;
  readonly features: SerdeFeatures;
  readonly columns: readonly Column[];
}

/** CREATE STREAM, CREATE TABLE: a declaration over a topic. */
export interface CreateSourcePlan {
  readonly kind: 'createSource';
  readonly source: DataSource;
  readonly topic: TopicPlan;
  readonly schemas: readonly SchemaRegistration[];
  /** The declaration replaces one of the same name. */
  readonly replaces: boolean;
}
/** CREATE … AS SELECT, INSERT INTO … SELECT. */
export interface StartQueryPlan {
  readonly kind: 'persistentQuery';
  readonly query: PersistentQueryPlan;
  /** The sink that CREATE … AS SELECT declares; absent for INSERT INTO. */
  readonly sink?: DataSource;
  readonly topic: TopicPlan;
  readonly schemas: readonly SchemaRegistration[];
  /** CREATE OR REPLACE of a running query: the new one takes over its id, its stores and its offsets. */
  readonly replaces: boolean;
}
export interface DropSourcePlan {
  readonly kind: 'dropSource';
  readonly source: DataSource;
  /** The queries that write to it end with it. */
  readonly terminates: readonly string[];
  /** Set: the topic and its subjects are deleted too. */
  readonly deleteTopic: boolean;
}
/** ALTER STREAM / TABLE … ADD COLUMN. */
export interface AlterSourcePlan {
  readonly kind: 'alterSource';
  readonly source: DataSource;
  readonly schemas: readonly SchemaRegistration[];
}
export interface RegisterTypePlan {
  readonly kind: 'registerType';
  readonly name: string;
  readonly type: SqlType;
}
export interface DropTypePlan {
  readonly kind: 'dropType';
  readonly name: string;
}
/** TERMINATE, PAUSE, RESUME of these queries. */
export interface QueryControlPlan {
  readonly kind: 'terminateQueries' | 'pauseQueries' | 'resumeQueries';
  readonly queryIds: readonly string[];
}
/** One record: key and value rows in the order of the source's columns. */
export interface InsertValuesPlan {
  readonly kind: 'insertValues';
  readonly source: DataSource;
  readonly key: readonly SqlValue[];
  /** `null`: a tombstone. */
  readonly value: readonly SqlValue[];
  /** Milliseconds since the epoch; absent: now. */
  readonly timestamp?: number;
}
/** Nothing to do: IF EXISTS, IF NOT EXISTS. `message` is ksqlDB's. */
export interface NoChangePlan {
  readonly kind: 'noChange';
  readonly message: string;
}

/** What a statement does, as data: shown, validated as one of several, and run from the same value. */
export type StatementPlan =
  | CreateSourcePlan
  | StartQueryPlan
  | DropSourcePlan
  | AlterSourcePlan
  | RegisterTypePlan
  | DropTypePlan
  | QueryControlPlan
  | InsertValuesPlan
  | NoChangePlan;

/** The catalog after the plan: validating several statements is a fold over them. */
export function applyPlan(catalog: Catalog, plan: StatementPlan): Catalog {
  switch (plan.kind) {
    case 'createSource':
    case 'alterSource':
      return catalog.withSource(plan.source);
    case 'persistentQuery':
      return plan.sink === undefined ? catalog : catalog.withSource(plan.sink);
    case 'dropSource':
      return catalog.withoutSource(plan.source.name);
    case 'registerType':
      return catalog.withType(plan.name, plan.type);
    case 'dropType':
      return catalog.withoutType(plan.name);
    case 'terminateQueries':
    case 'pauseQueries':
    case 'resumeQueries':
    case 'insertValues':
    case 'noChange':
      return catalog;
  }
}

/**
 * The world after the plan, as far as planning sees it: catalog, topics, running queries and the number of the next query id.
 * Schemas that the plan registers are not among the fetched ones: nothing that follows needs them.
 */
export function advance(context: PlanningContext, plan: StatementPlan): PlanningContext {
  return {
    ...context,
    catalog: applyPlan(context.catalog, plan),
    topics: topicsAfter(context.topics, plan),
    queries: queriesAfter(context.queries, plan),
    nextQueryNumber: context.nextQueryNumber + 1,
  };
}

function topicsAfter(topics: PlanningContext['topics'], plan: StatementPlan): PlanningContext['topics'] {
  if (plan.kind === 'dropSource') {
    return plan.deleteTopic
      ? new Map([...topics].filter(([name]) => name !== plan.source.topic.name))
      : topics;
  }
  if (plan.kind !== 'createSource' && plan.kind !== 'persistentQuery') return topics;
  const { name, create } = plan.topic;
  return create === undefined || topics.has(name) ? topics : new Map(topics).set(name, create);
}

function queriesAfter(queries: PlanningContext['queries'], plan: StatementPlan): PlanningContext['queries'] {
  if (plan.kind === 'persistentQuery') return new Map(queries).set(plan.query.queryId, { plan: plan.query });
  const ended =
    plan.kind === 'dropSource' ? plan.terminates : plan.kind === 'terminateQueries' ? plan.queryIds : [];
  return ended.length === 0 ? queries : new Map([...queries].filter(([id]) => !ended.includes(id)));
}
