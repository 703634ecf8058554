import type { SqlType, SqlValue } from '../types/sql-type';
import { formatParamType, parseSignature } from './param-type';
import type { Parameter, ParamType } from './param-type';

/** What an evaluation may ask of the world; functions never reach for the clock or randomness themselves. */
export interface EvalContext {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** An expression failed on this row (it gave NULL, or dropped the row in WHERE). */
  onError(message: string, cause: unknown): void;
}

export type FunctionCategory =
  | 'AGGREGATE'
  | 'ARRAY'
  | 'CONDITIONAL'
  | 'CONVERSIONS'
  | 'DATE / TIME'
  | 'JSON'
  | 'LAMBDA'
  | 'MAP'
  | 'MATHEMATICAL'
  | 'OTHER'
  | 'REGULAR EXPRESSION'
  | 'STRING'
  | 'TABLE'
  | 'URL';

/** Types of one call after overload resolution: each argument's type as the implementation gets it. */
export interface CallTypes {
  /** Concrete types of the arguments; null for a NULL literal whose type nothing determines, a lambda or a unit. */
  readonly args: readonly (SqlType | null)[];
  readonly result: SqlType;
  /** Result types of the lambdas among the arguments, in order. */
  readonly lambdas: readonly SqlType[];
}

/** A scalar or table function's code for one call: plain arguments, or the context first where the row says so. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments are SQL values, typed by the signature text
export type Implementation = (...args: any[]) => SqlValue;

/** Gives the result type where the signature's text cannot: DECIMAL results, `ARRAY<S>` of TOPK. */
export type ReturnTypeRule = (
  args: readonly (SqlType | null)[],
  lambdas: readonly SqlType[],
) => SqlType | null;

interface VariantBase {
  readonly parameters: readonly Parameter[];
  readonly returns: ParamType;
  readonly description: string;
  readonly returnType?: ReturnTypeRule;
}
export interface ScalarVariant extends VariantBase {
  /** Code specialised by the types of the call. */
  readonly make: (types: CallTypes) => Implementation;
}
export interface AggregateVariant extends VariantBase {
  /** How many of the last arguments are constants of the whole aggregation (`k`, `n`, `ignoreNulls`). */
  readonly constants: number;
  readonly make: (types: CallTypes, constants: readonly SqlValue[]) => Aggregator;
}

/**
 * One aggregation. States are immutable: `add` and its relatives return a new one. A state is a value of `stateType`
 * (what lies in the store and its changelog). With several arguments `add` gets them all in order; constants excluded.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- states are SQL values, typed by stateType
export interface Aggregator<S = any> {
  readonly stateType: SqlType;
  readonly resultType: SqlType;
  readonly init: () => S;
  readonly add: (state: S, ...values: SqlValue[]) => S;
  /** Takes back what `add` did; absent: the function cannot be applied to a table source. */
  readonly remove?: (state: S, ...values: SqlValue[]) => S;
  /** Joins the states of two session windows, the earlier first; absent: not usable in session windows. */
  readonly merge?: (earlier: S, later: S) => S;
  readonly result: (state: S) => SqlValue;
}

/** A call in SQL and the text of its result as CAST(… AS STRING) gives it (`null` for NULL). One test runs them all. */
export interface Example {
  readonly sql: string;
  readonly result: string;
}

interface RowBase {
  /** Upper case; how SQL names it without regard to case. */
  readonly name: string;
  /** As error messages print it. */
  readonly label: string;
  readonly category: FunctionCategory;
  readonly description: string;
  /** `propagate`: any NULL argument gives NULL without a call; `handled`: the implementation gets NULLs. */
  readonly nulls: 'propagate' | 'handled';
  /** `exact`: as stock ksqlDB in all that we know; `close`: differs where `notes` says. */
  readonly status: 'exact' | 'close';
  readonly notes?: string;
  readonly author: string;
  readonly examples: readonly Example[];
}
export interface ScalarFunction extends RowBase {
  readonly type: 'SCALAR';
  /** The implementation gets the {@link EvalContext} as its first argument. */
  readonly usesContext: boolean;
  readonly variants: readonly ScalarVariant[];
}
/** Gives an array: one output row per element. */
export interface TableFunction extends RowBase {
  readonly type: 'TABLE';
  readonly variants: readonly ScalarVariant[];
}
export interface AggregateFunction extends RowBase {
  readonly type: 'AGGREGATE';
  /** True when every variant can take back a row. */
  readonly supportsUndo: boolean;
  readonly variants: readonly AggregateVariant[];
}
export type FunctionRow = ScalarFunction | TableFunction | AggregateFunction;
export type FunctionVariant = FunctionRow['variants'][number];

/** A variant as error messages list it: `SUBSTRING(VARCHAR str, INT pos)`. */
export function formatSignature(label: string, variant: FunctionVariant): string {
  const parameters = variant.parameters.map(
    (p) => `${formatParamType(p.type)}${p.variadic ? '...' : ''} ${p.name}`,
  );
  return `${label}(${parameters.join(', ')})`;
}

type RowDetails = Partial<
  Pick<ScalarFunction, 'label' | 'nulls' | 'status' | 'notes' | 'author' | 'usesContext'>
> & {
  readonly description: string;
  /** `[sql, result]` */
  readonly examples: readonly (readonly [sql: string, result: string])[];
};

function rowBase(name: string, category: FunctionCategory, details: RowDetails): RowBase {
  return {
    name,
    label: details.label ?? name.toLowerCase(),
    category,
    description: details.description,
    nulls: details.nulls ?? 'propagate',
    status: details.status ?? 'exact',
    notes: details.notes,
    author: details.author ?? '',
    examples: details.examples.map(([sql, result]) => ({ sql, result })),
  };
}

export function scalar(
  name: string,
  category: FunctionCategory,
  details: RowDetails,
  ...variants: ScalarVariant[]
): ScalarFunction {
  return {
    ...rowBase(name, category, details),
    type: 'SCALAR',
    usesContext: details.usesContext ?? false,
    variants,
  };
}

export function table(name: string, details: RowDetails, ...variants: ScalarVariant[]): TableFunction {
  return { ...rowBase(name, 'TABLE', details), type: 'TABLE', variants };
}

export function aggregate(
  name: string,
  details: RowDetails & { readonly supportsUndo: boolean },
  ...variants: AggregateVariant[]
): AggregateFunction {
  const base = rowBase(name, 'AGGREGATE', { label: name, nulls: 'handled', ...details });
  return { ...base, type: 'AGGREGATE', supportsUndo: details.supportsUndo, variants };
}

/** A variant whose code is the same for all types. */
export function variant(signature: string, implementation: Implementation, description = ''): ScalarVariant {
  return { ...parseSignature(signature), description, make: () => implementation };
}

/** A variant whose code, and perhaps result type, depends on the types of the call. */
export function typedVariant(
  signature: string,
  make: ScalarVariant['make'],
  returnType?: ReturnTypeRule,
  description = '',
): ScalarVariant {
  return { ...parseSignature(signature), description, make, returnType };
}

export function aggregateVariant(
  signature: string,
  make: AggregateVariant['make'],
  options: {
    readonly constants?: number;
    readonly returnType?: ReturnTypeRule;
    readonly description?: string;
  } = {},
): AggregateVariant {
  const { constants = 0, returnType, description = '' } = options;
  return { ...parseSignature(signature), description, constants, make, returnType };
}
