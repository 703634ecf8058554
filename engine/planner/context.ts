import type { Catalog, Column, Format, SerdeFeatures } from '../catalog/catalog';
import type { FunctionRegistry } from '../functions/registry';
import type { RegisteredSchema, SchemaText } from '../runtime/contracts';
import type { PersistentQueryPlan } from './plan';

export interface TopicInfo {
  readonly partitions: number;
  readonly replicas: number;
  /** `retention.ms` of the topic, where it is known. */
  readonly retentionMs?: number;
}

/** What the schema registry said before planning began. Planning asks nothing itself. */
export interface FetchedSchemas {
  /** Latest schema of a subject (`<topic>-key`, `<topic>-value`). */
  latest(subject: string): RegisteredSchema | undefined;
  byId(id: number): RegisteredSchema | undefined;
}

export interface TranslationOptions {
  readonly isKey: boolean;
  readonly features: SerdeFeatures;
  /** `false`: names of columns and fields are put in upper case. */
  readonly keepCase: boolean;
}
/** Registered schemas to columns; `formats/` knows how. */
export interface SchemaTranslator {
  /** Columns that a schema declares; one that is no record gives a single column, ROWKEY or ROWVAL. */
  columnsOf(schema: SchemaText, format: Format, options: TranslationOptions): readonly Column[];
}

/** A persistent query that runs, as far as planning needs to know it. */
export interface RunningQuery {
  readonly plan: PersistentQueryPlan;
}

/** Everything that planning depends on: data that was read before, so that planning is pure and synchronous. */
export interface PlanningContext {
  readonly catalog: Catalog;
  readonly functions: FunctionRegistry;
  /** Server configuration with the request's overrides; names as ksqlDB writes them, values as text. */
  readonly config: Readonly<Record<string, string>>;
  /** Topics that exist. */
  readonly topics: ReadonlyMap<string, TopicInfo>;
  readonly schemas: FetchedSchemas;
  readonly translator: SchemaTranslator;
  /** Running persistent queries by id. */
  readonly queries: ReadonlyMap<string, RunningQuery>;
  /** Number of the next query id: ksqlDB takes the statement's offset in its command topic. */
  readonly nextQueryNumber: number;
  /** Clock and randomness for the constant expressions of INSERT VALUES. */
  readonly evaluation: { now(): number; random(): number };
  /** Number for the ids of transient queries, which are arbitrary but unique. */
  readonly transientId: string;
}
