import type { Expression, FunctionCall } from '../ast/expressions';
import type {
  Column,
  Format,
  KsqlTopic,
  LogicalSchema,
  SerdeFeatures,
  TimestampColumn,
  WindowType,
} from '../catalog/catalog';

/**
 * A physical plan is data: a tree of steps from the sources up to one sink. EXPLAIN prints it, the runtime builds its
 * operators from it. Names follow ksqlDB's own step names so that people who know its plans know these.
 *
 * Rows between steps: a key (array of key column values, or null for a record without a key), an optional window,
 * and a value row (array of value column values, or null: a tombstone in tables). Expressions in a step refer to columns
 * of the step's SOURCE schema by name (no qualifiers are left: joins and aliases were resolved to column names such as
 * `L_ID`), plus the pseudo columns ROWTIME, ROWPARTITION, ROWOFFSET, WINDOWSTART, WINDOWEND, which the source step
 * makes available as value columns where the query uses them.
 */
export interface StepBase {
  /** Unique within the query, used for the names of stores and internal topics, e.g. `Aggregate-GroupBy`. */
  readonly context: string;
  /** Schema of the rows that this step emits. */
  readonly schema: LogicalSchema;
}
/** Formats of an internal topic or store. */
export interface Formats {
  readonly keyFormat: Format;
  readonly valueFormat: Format;
  readonly keyFeatures: SerdeFeatures;
  readonly valueFeatures: SerdeFeatures;
}
export interface NamedExpression {
  readonly name: string;
  readonly expression: Expression;
}
export interface WindowSpec {
  readonly type: WindowType;
  /** TUMBLING, HOPPING: size; SESSION: inactivity gap. */
  readonly sizeMs: number;
  readonly advanceMs: number;
  readonly graceMs: number;
  readonly retentionMs: number;
}

export interface SourceStep extends StepBase {
  readonly kind: 'StreamSource' | 'TableSource';
  readonly sourceName: string;
  readonly topic: KsqlTopic;
  /**
   * Schema as declared. `schema` has the same key; its values are, in this order: the declared value columns, the header
   * columns, ROWTIME BIGINT, ROWPARTITION INTEGER, ROWOFFSET BIGINT, a copy of each key column, and, when keys carry a window,
   * WINDOWSTART BIGINT and WINDOWEND BIGINT. Its `headers` are empty.
   */
  readonly sourceSchema: LogicalSchema;
  readonly timestamp?: TimestampColumn;
  /** A time that cannot be told stops the query; else the record is skipped. */
  readonly failsOnInvalidTime: boolean;
  /** TableSource: keep the table's current value in a store, so that changes carry what they replace. */
  readonly materialized: boolean;
}
export interface FilterStep extends StepBase {
  readonly kind: 'StreamFilter' | 'TableFilter';
  readonly source: Step;
  readonly predicate: Expression;
}
export interface SelectStep extends StepBase {
  readonly kind: 'StreamSelect' | 'TableSelect';
  readonly source: Step;
  /** New names of the key columns (same values, same order; empty when there are none). Values are exactly `selects`. */
  readonly keyColumnNames: readonly string[];
  readonly selects: readonly NamedExpression[];
}
/** Table functions: one output row per element; `schema` = source's columns + one column per function. */
export interface FlatMapStep extends StepBase {
  readonly kind: 'StreamFlatMap';
  readonly source: Step;
  readonly tableFunctions: readonly FunctionCall[];
}
/**
 * PARTITION BY and the re-keying before joins. The value row passes unchanged: `schema.value` is the source's; `schema.key` has
 * one column per expression (none for PARTITION BY NULL).
 */
export interface SelectKeyStep extends StepBase {
  readonly kind: 'StreamSelectKey' | 'TableSelectKey';
  readonly source: Step;
  /** Empty: PARTITION BY NULL. */
  readonly keyExpressions: readonly Expression[];
  /** `true` before joins: rows pass through a repartition topic; `false`: the sink's topic partitions them (PARTITION BY). */
  readonly repartitions: boolean;
  readonly formats: Formats;
}
/**
 * Groups rows by new keys. `StreamGroupByKey` groups by the key that rows have already (no repartition topic); the others go
 * through one. The value row passes unchanged. A stream's row with a null in any grouping expression is dropped.
 */
export interface GroupByStep extends StepBase {
  readonly kind: 'StreamGroupBy' | 'StreamGroupByKey' | 'TableGroupBy';
  readonly source: Step;
  readonly groupBy: readonly Expression[];
  readonly formats: Formats;
}
/**
 * `schema.value` is, in this order: `nonAggregateColumns`, KSQL_AGG_VARIABLE_0, _1, … and, for windowed aggregates,
 * WINDOWSTART BIGINT and WINDOWEND BIGINT.
 */
export interface AggregateStep extends StepBase {
  readonly kind: 'StreamAggregate' | 'StreamWindowedAggregate' | 'TableAggregate';
  readonly source: Step;
  /** Columns of the source carried along with the last value of the group. */
  readonly nonAggregateColumns: readonly string[];
  /** Calls whose arguments are columns or literals; results are named KSQL_AGG_VARIABLE_0, _1, … in the schema. */
  readonly aggregates: readonly FunctionCall[];
  readonly window?: WindowSpec;
  readonly formats: Formats;
}
/**
 * All joins but the foreign-key one: `schema.key` is one column, `keyName`; `schema.value` is the left's value columns, then the
 * right's, and then, when the schema has one column more than those, a copy of the key (a synthesised key such as ROWKEY).
 * Column names of the two sides never clash (they were prefixed by a Select). Keys of both sides are comparable bytes: a side
 * that was not keyed so already has a SelectKey step.
 */
export interface StreamStreamJoinStep extends StepBase {
  readonly kind: 'StreamStreamJoin';
  readonly joinType: 'INNER' | 'LEFT' | 'RIGHT' | 'OUTER';
  readonly left: Step;
  readonly right: Step;
  /** Name of the synthesised or left key column. */
  readonly keyName: string;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Absent: no GRACE given; ksqlDB then emits padded rows eagerly and holds the default of 24 h. */
  readonly graceMs?: number;
  readonly leftFormats: Formats;
  readonly rightFormats: Formats;
}
export interface StreamTableJoinStep extends StepBase {
  readonly kind: 'StreamTableJoin';
  readonly joinType: 'INNER' | 'LEFT';
  readonly left: Step;
  readonly right: Step;
  readonly keyName: string;
  readonly formats: Formats;
}
export interface TableTableJoinStep extends StepBase {
  readonly kind: 'TableTableJoin';
  readonly joinType: 'INNER' | 'LEFT' | 'RIGHT' | 'OUTER';
  readonly left: Step;
  readonly right: Step;
  readonly keyName: string;
}
/** `schema.key` is the left's key; `schema.value` is the left's value columns, then the right's. */
export interface ForeignKeyJoinStep extends StepBase {
  readonly kind: 'ForeignKeyTableTableJoin';
  readonly joinType: 'INNER' | 'LEFT';
  readonly left: Step;
  readonly right: Step;
  /** Over the left schema; gives the right side's key. */
  readonly foreignKey: Expression;
  readonly formats: Formats;
}
/** EMIT FINAL: results of a window once it closes. */
export interface SuppressStep extends StepBase {
  readonly kind: 'TableSuppress';
  readonly source: Step;
  readonly formats: Formats;
}
/** `schema.key` and `schema.value` are what is written, in the order of the sink's columns. */
export interface SinkStep extends StepBase {
  readonly kind: 'StreamSink' | 'TableSink';
  readonly source: Step;
  readonly topic: KsqlTopic;
  readonly timestamp?: TimestampColumn;
  /** As of a source. */
  readonly failsOnInvalidTime: boolean;
}

export type Step =
  | SourceStep
  | FilterStep
  | SelectStep
  | FlatMapStep
  | SelectKeyStep
  | GroupByStep
  | AggregateStep
  | StreamStreamJoinStep
  | StreamTableJoinStep
  | TableTableJoinStep
  | ForeignKeyJoinStep
  | SuppressStep
  | SinkStep;

export interface PersistentQueryPlan {
  readonly queryId: string;
  readonly kind: 'CREATE_AS' | 'INSERT';
  /** The source that it writes to. */
  readonly sinkName: string;
  /** Names of the sources it reads. */
  readonly sourceNames: readonly string[];
  readonly root: SinkStep;
}

/** A push query (`SELECT … EMIT CHANGES`): the same steps without a sink; its rows go to one client. */
export interface PushQueryPlan {
  readonly queryId: string;
  readonly sourceNames: readonly string[];
  /**
   * The last step is always a Select (or a Suppress over one). Its VALUE columns are the answer's columns in the order asked for:
   * selected key columns stand there as values too.
   */
  readonly root: Step;
  /** Names and types of the answer. */
  readonly columns: readonly Column[];
  /** Rows change rows before them (the query reads or makes a table). */
  readonly isTable: boolean;
  readonly limit?: number;
}
