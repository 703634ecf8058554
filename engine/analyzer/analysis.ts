import type { Expression, FunctionCall } from '../ast/expressions';
import type { Column } from '../catalog/catalog';
import type { SqlType } from '../types/sql-type';
import type { JoinTree } from './joins';
import type { QueryScope } from './scope';
import type { ExpressionPrinter, ProjectionItem } from './select-items';

export type FunctionKind = 'SCALAR' | 'AGGREGATE' | 'TABLE';

/** What the analyzer asks about the world beside the catalog. */
export interface AnalyzerEnvironment {
  /** `undefined` for a name that is no function. */
  kindOf(functionName: string): FunctionKind | undefined;
  /** `true` for aggregates that can take a row back, so that they can be applied to tables. */
  aggregatesTables(functionName: string): boolean;
  /** Type over the given columns; null for NULL alone. */
  typeOf(expression: Expression, columns: readonly Column[]): SqlType | null;
  /** Type of the state that an aggregate keeps from row to row. */
  stateTypeOf(call: FunctionCall, columns: readonly Column[]): SqlType;
  /** How many of an aggregate's last arguments are constants of the whole aggregation, such as `k` of TOPK. */
  constantArguments(call: FunctionCall, columns: readonly Column[]): number;
  print: ExpressionPrinter;
}

/** Window of a windowed aggregation, in milliseconds. */
export interface AnalyzedWindow {
  readonly type: 'TUMBLING' | 'HOPPING' | 'SESSION';
  readonly sizeMs: number;
  readonly advanceMs: number;
  /** Absent: not given. */
  readonly graceMs?: number;
  readonly retentionMs?: number;
}

/** What a query means: names resolved, stars expanded, each clause checked for itself. Columns are qualified. */
export interface QueryAnalysis {
  readonly scope: QueryScope;
  readonly from: JoinTree;
  readonly projections: readonly ProjectionItem[];
  readonly where?: Expression;
  readonly groupBy: readonly Expression[];
  /** Absent: no PARTITION BY; empty: PARTITION BY NULL. */
  readonly partitionBy?: readonly Expression[];
  readonly having?: Expression;
  readonly window?: AnalyzedWindow;
  readonly emit?: 'CHANGES' | 'FINAL';
  readonly limit?: number;
  /** GROUP BY, or a call of an aggregate function. */
  readonly isAggregation: boolean;
  /** In the order of their first appearance, each once. */
  readonly tableFunctions: readonly FunctionCall[];
  /** Name of the key that a join synthesises, where its condition names no column. */
  readonly syntheticKey?: string;
}

/** Whose rules a query must keep: a persistent query declares its result, a transient one answers a client. */
export interface QueryPurpose {
  readonly kind: 'CREATE_STREAM' | 'CREATE_TABLE' | 'INSERT' | 'PUSH' | 'PULL';
}

export function isPersistent({ kind }: QueryPurpose): boolean {
  return kind !== 'PUSH' && kind !== 'PULL';
}
