import type { Expression, FunctionCall } from '../ast/expressions';
import { KsqlError, invariant } from '../diagnostics/diagnostic';
import type { Aggregator, CallTypes, EvalContext } from '../functions/function-row';
import type { FunctionRegistry } from '../functions/registry';
import { STRING } from '../types/type-rules';
import type { SqlType, SqlValue } from '../types/sql-type';
import { formatType } from '../types/type-text';
import { Binder } from './binder';
import { failExpression } from './errors';
import { formatExpression } from '../printer';
import { generate } from './generator';
import type { RowFunction } from './generator';
import type { ColumnScope, TypeResolver } from './scope';

/** Never throws: an expression that fails on a row gives null and is reported to `context.onError`. */
export interface CompiledExpression {
  /** null for an expression made of NULL literals alone. */
  readonly type: SqlType | null;
  readonly evaluate: (row: readonly SqlValue[], context: EvalContext) => SqlValue;
}

/** True only where the condition is TRUE; NULL, FALSE and failure (reported) drop the row. */
export type CompiledPredicate = (row: readonly SqlValue[], context: EvalContext) => boolean;

/** Type of an expression; null for NULL alone. Throws KsqlError in ksqlDB's wording where it has none. */
export function inferType(
  expression: Expression,
  scope: ColumnScope,
  registry: FunctionRegistry,
  types?: TypeResolver,
): SqlType | null {
  return new Binder(scope, registry, types).typeOf(expression);
}

export function compileExpression(
  expression: Expression,
  scope: ColumnScope,
  registry: FunctionRegistry,
  types?: TypeResolver,
): CompiledExpression {
  const bound = new Binder(scope, registry, types).bind(expression);
  return { type: bound.type, evaluate: evaluateOrNull(generate(bound), expression) };
}

/** As {@link compileExpression} for WHERE and HAVING. Throws KsqlError unless the type is BOOLEAN. */
export function compilePredicate(
  expression: Expression,
  scope: ColumnScope,
  registry: FunctionRegistry,
  types?: TypeResolver,
): CompiledPredicate {
  const { type, evaluate } = compileExpression(expression, scope, registry, types);
  if (type !== null && type.kind !== 'BOOLEAN') {
    failExpression(
      'KE2404',
      `Should evaluate to boolean but is ${formatExpression(expression)} (${formatType(type)}) instead.`,
      expression.loc,
    );
  }
  return (row, context) => evaluate(row, context) === true;
}

function evaluateOrNull(run: RowFunction, expression: Expression): CompiledExpression['evaluate'] {
  return (row, context) => {
    try {
      return run(row, context);
    } catch (error) {
      context.onError(
        `Error computing expression ${formatExpression(expression)}: ${(error as Error).message}`,
        error,
      );
      return null;
    }
  };
}

export interface CompiledTableFunction {
  /** Type of one element: of the column that the function makes. */
  readonly type: SqlType;
  /** One value for each row that it gives; none for NULL and on failure (reported). */
  evaluate(row: readonly SqlValue[], context: EvalContext): readonly SqlValue[];
}

/** Compiles `EXPLODE(…)` and its like. */
export function compileTableFunction(
  call: FunctionCall,
  scope: ColumnScope,
  registry: FunctionRegistry,
  types?: TypeResolver,
): CompiledTableFunction {
  const binder = new Binder(scope, registry, types);
  const resolved = binder.resolveCall(call);
  invariant(resolved.row.type === 'TABLE', `${call.name} is a table function`);
  const evaluate = evaluateOrNull(generate(binder.bind(call)), call);
  const type = resolved.result ?? STRING;
  return { type, evaluate: (row, context) => (evaluate(row, context) as readonly SqlValue[] | null) ?? [] };
}

/** One aggregation of a GROUP BY with its arguments compiled against the source's row. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- states are SQL values, typed by stateType
export interface CompiledAggregate<S = any> {
  readonly stateType: SqlType;
  readonly resultType: SqlType;
  /** False: cannot be applied to a table source. */
  readonly supportsUndo: boolean;
  init(): S;
  add(state: S, row: readonly SqlValue[], context: EvalContext): S;
  /** Takes back what `add` did with the same row. */
  remove(state: S, row: readonly SqlValue[], context: EvalContext): S;
  /** Joins two sessions' states, the earlier first. */
  merge(earlier: S, later: S): S;
  result(state: S): SqlValue;
}

/** Compiles one aggregate call; its constants (`k`, `n`, `ignoreNulls`) have to be literals. */
export function compileAggregate(
  call: FunctionCall,
  scope: ColumnScope,
  registry: FunctionRegistry,
  types?: TypeResolver,
): CompiledAggregate {
  const binder = new Binder(scope, registry, types);
  const resolved = binder.resolveCall(call);
  const { row } = resolved;
  invariant(row.type === 'AGGREGATE', `${call.name} is an aggregate function`);
  const variant = row.variants.find((v) => v === resolved.variant)!;
  const callTypes: CallTypes = { args: resolved.args, result: resolved.result ?? STRING, lambdas: [] };
  const inputs = binder.arguments(call, resolved);
  const valueCount = call.args.length - variant.constants;
  const constants = call.args
    .slice(Math.max(valueCount, 0))
    .map((arg, i) => constantOf(arg, inputs[valueCount + i], call, valueCount + i));
  const values = inputs
    .slice(0, Math.max(valueCount, 0))
    .map((input, i) => evaluateOrNull(generate(input), call.args[i]!));
  // COUNT(*) counts rows: its argument is never null.
  const evaluators = values.length === 0 ? [() => 0] : values;
  return withInputs(
    makeAggregator(call, () => variant.make(callTypes, constants)),
    evaluators,
    row.name,
  );
}

/** A constant that the function cannot do with is a mistake in the statement. */
function makeAggregator(call: FunctionCall, make: () => Aggregator): Aggregator {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return failExpression('KE2404', error.message, call.loc);
    throw error;
  }
}

function constantOf(
  arg: Expression,
  bound: ReturnType<Binder['bind']> | undefined,
  call: FunctionCall,
  index: number,
): SqlValue {
  if (bound?.kind === 'Constant') return bound.value;
  return failExpression(
    'KE2404',
    `Parameter ${index + 1} passed to function ${call.name} must be a literal constant, but was expression: '${formatExpression(arg)}'`,
    arg.loc,
  );
}

function withInputs(
  aggregator: Aggregator,
  inputs: readonly CompiledExpression['evaluate'][],
  name: string,
): CompiledAggregate {
  const { stateType, resultType } = aggregator;
  const [first] = inputs as [CompiledExpression['evaluate']];
  const refuse = (what: string) => (): never => {
    throw new KsqlError({ code: 'KE2404', severity: 'error', message: `${name} does not support ${what}.` });
  };
  const remove = aggregator.remove;
  const several = inputs.length > 1;
  return {
    stateType,
    resultType,
    supportsUndo: remove !== undefined,
    init: () => aggregator.init() as SqlValue,
    add: several
      ? (state, row, context) =>
          aggregator.add(state, ...inputs.map((input) => input(row, context))) as SqlValue
      : (state, row, context) => aggregator.add(state, first(row, context)) as SqlValue,
    remove:
      remove === undefined
        ? refuse('table sources')
        : (state, row, context) => remove(state, ...inputs.map((input) => input(row, context))) as SqlValue,
    merge: aggregator.merge ?? refuse('session windows'),
    result: (state) => aggregator.result(state),
  };
}
