import type { Span } from '../source/source';
import type { SqlType } from '../types/sql-type';

interface Node {
  readonly loc: Span;
}

export interface NullLiteral extends Node {
  readonly kind: 'NullLiteral';
}
export interface BooleanLiteral extends Node {
  readonly kind: 'BooleanLiteral';
  readonly value: boolean;
}
/** Fits 32 bits. */
export interface IntegerLiteral extends Node {
  readonly kind: 'IntegerLiteral';
  readonly value: number;
}
/** Does not fit 32 bits but 64; `value` in canonical Long form. */
export interface LongLiteral extends Node {
  readonly kind: 'LongLiteral';
  readonly value: number | bigint;
}
/** Written with an exponent. */
export interface DoubleLiteral extends Node {
  readonly kind: 'DoubleLiteral';
  readonly value: number;
}
/** Written with a decimal point; `text` is kept, since it gives precision and scale. */
export interface DecimalLiteral extends Node {
  readonly kind: 'DecimalLiteral';
  readonly text: string;
}
export interface StringLiteral extends Node {
  readonly kind: 'StringLiteral';
  readonly value: string;
}

/** A column, pseudo column or lambda parameter. Unquoted names are upper-cased by the parser; quoted ones kept. */
export interface ColumnRef extends Node {
  readonly kind: 'ColumnRef';
  readonly qualifier?: string;
  readonly name: string;
}
/** `base->field` */
export interface Dereference extends Node {
  readonly kind: 'Dereference';
  readonly base: Expression;
  readonly field: string;
}
/** `base[index]` */
export interface Subscript extends Node {
  readonly kind: 'Subscript';
  readonly base: Expression;
  readonly index: Expression;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export interface ArithmeticBinary extends Node {
  readonly kind: 'ArithmeticBinary';
  readonly op: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface ArithmeticUnary extends Node {
  readonly kind: 'ArithmeticUnary';
  readonly op: '+' | '-';
  readonly operand: Expression;
}

export type ComparisonOperator =
  '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM';
export interface Comparison extends Node {
  readonly kind: 'Comparison';
  readonly op: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface LogicalBinary extends Node {
  readonly kind: 'LogicalBinary';
  readonly op: 'AND' | 'OR';
  readonly left: Expression;
  readonly right: Expression;
}
export interface Not extends Node {
  readonly kind: 'Not';
  readonly operand: Expression;
}
export interface IsNull extends Node {
  readonly kind: 'IsNull';
  readonly operand: Expression;
  readonly negated: boolean;
}
export interface Like extends Node {
  readonly kind: 'Like';
  readonly value: Expression;
  readonly pattern: Expression;
  readonly escape?: string;
  readonly negated: boolean;
}
export interface Between extends Node {
  readonly kind: 'Between';
  readonly value: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}
export interface InList extends Node {
  readonly kind: 'InList';
  readonly value: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
}
export interface WhenClause extends Node {
  readonly condition: Expression;
  readonly result: Expression;
}
/** `CASE operand WHEN … END`; ksqlDB's grammar. */
export interface SimpleCase extends Node {
  readonly kind: 'SimpleCase';
  readonly operand: Expression;
  readonly whens: readonly WhenClause[];
  readonly otherwise?: Expression;
}
export interface SearchedCase extends Node {
  readonly kind: 'SearchedCase';
  readonly whens: readonly WhenClause[];
  readonly otherwise?: Expression;
}
export interface Cast extends Node {
  readonly kind: 'Cast';
  readonly operand: Expression;
  readonly type: TypeExpression;
}
export interface FunctionCall extends Node {
  readonly kind: 'FunctionCall';
  /** Upper-cased unless quoted. */
  readonly name: string;
  readonly args: readonly Expression[];
  /** `COUNT(*)`: written with a star. */
  readonly star?: boolean;
}
export interface Lambda extends Node {
  readonly kind: 'Lambda';
  readonly parameters: readonly string[];
  readonly body: Expression;
}
export interface CreateArray extends Node {
  readonly kind: 'CreateArray';
  readonly items: readonly Expression[];
}
export interface CreateMap extends Node {
  readonly kind: 'CreateMap';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}
export interface CreateStruct extends Node {
  readonly kind: 'CreateStruct';
  readonly fields: readonly { readonly name: string; readonly value: Expression }[];
}
/** A bare unit such as DAYS, as TIMESTAMPADD and its relatives take it. */
export interface TimeUnitLiteral extends Node {
  readonly kind: 'TimeUnitLiteral';
  readonly unit: TimeUnit;
}

export type TimeUnit = 'DAYS' | 'HOURS' | 'MINUTES' | 'SECONDS' | 'MILLISECONDS' | 'YEARS' | 'MONTHS';

export type Expression =
  | NullLiteral
  | BooleanLiteral
  | IntegerLiteral
  | LongLiteral
  | DoubleLiteral
  | DecimalLiteral
  | StringLiteral
  | ColumnRef
  | Dereference
  | Subscript
  | ArithmeticBinary
  | ArithmeticUnary
  | Comparison
  | LogicalBinary
  | Not
  | IsNull
  | Like
  | Between
  | InList
  | SimpleCase
  | SearchedCase
  | Cast
  | FunctionCall
  | Lambda
  | CreateArray
  | CreateMap
  | CreateStruct
  | TimeUnitLiteral;

/** A type as written: a built-in type, or the name of a custom one that the catalog resolves (also nested). */
export type TypeExpression =
  | { readonly kind: 'BuiltIn'; readonly type: SqlType; readonly loc: Span }
  | { readonly kind: 'Custom'; readonly name: string; readonly loc: Span }
  | { readonly kind: 'ArrayOf'; readonly element: TypeExpression; readonly loc: Span }
  | {
      readonly kind: 'MapOf';
      readonly key: TypeExpression;
      readonly value: TypeExpression;
      readonly loc: Span;
    }
  | {
      readonly kind: 'StructOf';
      readonly fields: readonly { readonly name: string; readonly type: TypeExpression }[];
      readonly loc: Span;
    };
