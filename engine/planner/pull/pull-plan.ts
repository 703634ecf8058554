import type { Expression } from '../../ast/expressions';
import type { Column, DataSource, HeaderColumn } from '../../catalog/catalog';
import type { SqlValue } from '../../types/sql-type';
import type { NamedExpression, PushQueryPlan } from '../plan';

/** A bound in milliseconds since the epoch. */
export interface TimeBound {
  readonly ms: number;
  readonly inclusive: boolean;
}
export interface TimeRange {
  readonly lower?: TimeBound;
  readonly upper?: TimeBound;
}
/** One row's key, and the windows of it that can satisfy the condition. */
export interface KeyLookup {
  /** In the order of the table's key columns. */
  readonly key: readonly SqlValue[];
  readonly windowStart: TimeRange;
  readonly windowEnd: TimeRange;
}
/** Keys in their order: `from` is the first one, `below` the first one after it. */
export interface KeyRange {
  readonly from?: readonly [string];
  readonly below?: readonly [string];
}
export interface PullColumn extends Column {
  /** The column is a key column of the table, or a bound of its window, as it is. */
  readonly isKey: boolean;
  /** The column is a header column of the table, and came from `*`: shown as such in the answer's schema. */
  readonly header?: HeaderColumn;
}

/** A pull query on a table: its rows now. */
export interface TablePullPlan {
  readonly kind: 'TABLE';
  readonly queryId: string;
  readonly table: DataSource;
  /** Keys that can satisfy the condition, each once; absent: every row is looked at. */
  readonly lookups?: readonly KeyLookup[];
  /** Keys that can satisfy the condition, where it compares the one STRING key column with a constant. */
  readonly keyRange?: KeyRange;
  /**
   * The whole condition; rows for which it is not TRUE are left out, also those found by key.
   * Over `rowColumns`, as `selects` are.
   */
  readonly predicate?: Expression;
  /** Key columns, WINDOWSTART and WINDOWEND of windowed tables, value columns, header columns, ROWTIME. */
  readonly rowColumns: readonly Column[];
  readonly selects: readonly NamedExpression[];
  /** Names and types of the answer, one for each of `selects`. */
  readonly columns: readonly PullColumn[];
  readonly limit?: number;
}

/** A pull query on a stream: what its topic holds when the query begins, from the first record to the last. */
export interface StreamPullPlan {
  readonly kind: 'STREAM';
  readonly queryId: string;
  readonly query: PushQueryPlan;
}

export type PullQueryPlan = TablePullPlan | StreamPullPlan;
