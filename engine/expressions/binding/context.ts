import type { Expression, Lambda } from '../../ast/expressions';
import type { FunctionRegistry } from '../../functions/registry';
import type { SqlType } from '../../types/sql-type';
import type { Bound } from '../bound';
import type { TypedExpression } from '../coercion';
import type { TypeResolver } from '../scope';

/** What the binding of one kind of expression needs of the others. */
export interface BindingContext {
  readonly registry: FunctionRegistry;
  readonly types?: TypeResolver;
  bind(e: Expression): Bound;
  typeOf(e: Expression): SqlType | null;
  /** Unique within the whole expression. */
  newId(): number;
  /** The body of a lambda sees its parameters besides. */
  inLambda(
    e: Lambda,
    inputs: readonly SqlType[],
  ): { readonly body: BindingContext; readonly ids: readonly number[] };
}

export function typed(b: BindingContext, expression: Expression): TypedExpression {
  return { expression, type: b.typeOf(expression) };
}
