import type { Span } from '../source/source';
import type { ColumnRef, Expression, TimeUnit, TypeExpression } from './expressions';

interface Node {
  readonly loc: Span;
}

export type SourceKind = 'STREAM' | 'TABLE';
/** Value of a WITH property: a literal expression. Names are upper-cased. */
export type WithProperties = ReadonlyMap<string, Expression>;

/** `KEY`, `PRIMARY KEY`, `HEADERS`, `HEADER('x')` or none. */
export type ColumnConstraint =
  | { readonly kind: 'NONE' }
  | { readonly kind: 'KEY' }
  | { readonly kind: 'PRIMARY KEY' }
  | { readonly kind: 'HEADERS' }
  | { readonly kind: 'HEADER'; readonly key: string };

export interface TableElement extends Node {
  readonly name: string;
  readonly type: TypeExpression;
  readonly constraint: ColumnConstraint;
}

export interface CreateSource extends Node {
  readonly kind: 'CreateSource';
  readonly sourceKind: SourceKind;
  readonly name: string;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  /** `CREATE SOURCE …`: read-only. */
  readonly isSource: boolean;
  readonly elements: readonly TableElement[];
  readonly properties: WithProperties;
}
export interface CreateAsSelect extends Node {
  readonly kind: 'CreateAsSelect';
  readonly sourceKind: SourceKind;
  readonly name: string;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly properties: WithProperties;
  readonly query: Query;
}
export interface InsertIntoSelect extends Node {
  readonly kind: 'InsertIntoSelect';
  readonly target: string;
  readonly properties: WithProperties;
  readonly query: Query;
}
export interface InsertValues extends Node {
  readonly kind: 'InsertValues';
  readonly target: string;
  readonly columns: readonly string[];
  readonly values: readonly Expression[];
}
/** A SELECT on its own: a pull query without EMIT, a push query with it. */
export interface QueryStatement extends Node {
  readonly kind: 'QueryStatement';
  readonly query: Query;
}

export interface DropSource extends Node {
  readonly kind: 'DropSource';
  readonly sourceKind: SourceKind;
  readonly name: string;
  readonly ifExists: boolean;
  readonly deleteTopic: boolean;
}
export interface AlterSource extends Node {
  readonly kind: 'AlterSource';
  readonly sourceKind: SourceKind;
  readonly name: string;
  readonly addColumns: readonly { readonly name: string; readonly type: TypeExpression }[];
}
/** `queryId` absent: ALL. */
export interface TerminateQuery extends Node {
  readonly kind: 'TerminateQuery';
  readonly queryId?: string;
}
export interface PauseQuery extends Node {
  readonly kind: 'PauseQuery';
  readonly queryId?: string;
}
export interface ResumeQuery extends Node {
  readonly kind: 'ResumeQuery';
  readonly queryId?: string;
}

export type ListTarget =
  | 'STREAMS'
  | 'TABLES'
  | 'TOPICS'
  | 'QUERIES'
  | 'FUNCTIONS'
  | 'PROPERTIES'
  | 'TYPES'
  | 'VARIABLES'
  | 'CONNECTORS'
  | 'CONNECTOR PLUGINS';
export interface ListStatement extends Node {
  readonly kind: 'List';
  readonly target: ListTarget;
  readonly extended: boolean;
  /** `LIST ALL TOPICS` */
  readonly all: boolean;
}
export interface Describe extends Node {
  readonly kind: 'Describe';
  /** A source's name, or `STREAMS` / `TABLES` for all of them. */
  readonly target:
    | { readonly kind: 'SOURCE'; readonly name: string }
    | { readonly kind: 'STREAMS' }
    | { readonly kind: 'TABLES' }
    | { readonly kind: 'FUNCTION'; readonly name: string }
    | { readonly kind: 'CONNECTOR'; readonly name: string };
  readonly extended: boolean;
}
/** EXPLAIN of a query id or of a statement. */
export interface Explain extends Node {
  readonly kind: 'Explain';
  readonly queryId?: string;
  readonly statement?: Statement;
  readonly analyze?: boolean;
}
export interface SetProperty extends Node {
  readonly kind: 'SetProperty';
  readonly name: string;
  readonly value: string;
}
export interface UnsetProperty extends Node {
  readonly kind: 'UnsetProperty';
  readonly name: string;
}
export interface AlterSystemProperty extends Node {
  readonly kind: 'AlterSystemProperty';
  readonly name: string;
  readonly value: string;
}
export interface DefineVariable extends Node {
  readonly kind: 'DefineVariable';
  readonly name: string;
  readonly value: string;
}
export interface UndefineVariable extends Node {
  readonly kind: 'UndefineVariable';
  readonly name: string;
}
export interface RegisterType extends Node {
  readonly kind: 'RegisterType';
  readonly name: string;
  readonly type: TypeExpression;
  readonly ifNotExists: boolean;
}
export interface DropType extends Node {
  readonly kind: 'DropType';
  readonly name: string;
  readonly ifExists: boolean;
}
export interface AssertTopic extends Node {
  readonly kind: 'AssertTopic';
  readonly topic: string;
  readonly config: WithProperties;
  readonly exists: boolean;
  readonly timeout?: WindowDuration;
}
export interface AssertSchema extends Node {
  readonly kind: 'AssertSchema';
  readonly subject?: string;
  readonly id?: number;
  readonly exists: boolean;
  readonly timeout?: WindowDuration;
}
export interface PrintTopic extends Node {
  readonly kind: 'PrintTopic';
  readonly topic: string;
  readonly fromBeginning: boolean;
  readonly interval?: number;
  readonly limit?: number;
}
export interface RunScript extends Node {
  readonly kind: 'RunScript';
  readonly path: string;
}
/** CREATE / DROP CONNECTOR: parsed so that they can be refused by name. */
export interface ConnectorStatement extends Node {
  readonly kind: 'ConnectorStatement';
  readonly action: 'CREATE' | 'DROP';
  readonly name: string;
}

export type Statement =
  | CreateSource
  | CreateAsSelect
  | InsertIntoSelect
  | InsertValues
  | QueryStatement
  | DropSource
  | AlterSource
  | TerminateQuery
  | PauseQuery
  | ResumeQuery
  | ListStatement
  | Describe
  | Explain
  | SetProperty
  | UnsetProperty
  | AlterSystemProperty
  | DefineVariable
  | UndefineVariable
  | RegisterType
  | DropType
  | AssertTopic
  | AssertSchema
  | PrintTopic
  | RunScript
  | ConnectorStatement;

// ---- queries ------------------------------------------------------------------------------------------------

export type SelectItem =
  | { readonly kind: 'Star'; readonly qualifier?: string; readonly loc: Span }
  /** `base->*` */
  | { readonly kind: 'StructStar'; readonly base: Expression; readonly loc: Span }
  | { readonly kind: 'Column'; readonly expression: Expression; readonly alias?: string; readonly loc: Span };

export interface AliasedSource extends Node {
  readonly kind: 'Source';
  readonly name: string;
  readonly alias: string;
  readonly explicitAlias: boolean;
}
export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'OUTER';
export interface Within {
  readonly before: WindowDuration;
  readonly after: WindowDuration;
  readonly grace?: WindowDuration;
}
export interface Join extends Node {
  readonly kind: 'Join';
  readonly joinType: JoinType;
  readonly left: Relation;
  readonly right: AliasedSource;
  readonly on: Expression;
  readonly within?: Within;
}
export type Relation = AliasedSource | Join;

export interface WindowDuration {
  readonly value: number;
  readonly unit: TimeUnit;
}
export type WindowExpression = {
  readonly loc: Span;
  readonly name?: string;
  readonly retention?: WindowDuration;
  readonly grace?: WindowDuration;
} & (
  | { readonly kind: 'TUMBLING'; readonly size: WindowDuration }
  | { readonly kind: 'HOPPING'; readonly size: WindowDuration; readonly advance: WindowDuration }
  | { readonly kind: 'SESSION'; readonly gap: WindowDuration }
);

export interface Query extends Node {
  readonly kind: 'Query';
  readonly select: readonly SelectItem[];
  readonly from: Relation;
  readonly window?: WindowExpression;
  readonly where?: Expression;
  readonly groupBy?: readonly Expression[];
  readonly partitionBy?: readonly Expression[];
  readonly having?: Expression;
  /** Absent: a pull query, or a persistent one written without EMIT. */
  readonly emit?: 'CHANGES' | 'FINAL';
  readonly limit?: number;
}

export type { ColumnRef };
