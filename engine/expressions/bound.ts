import type { Implementation } from '../functions/function-row';
import type { Caster } from '../types/cast';
import type { SqlType, SqlValue } from '../types/sql-type';

/**
 * A checked expression: every name is resolved, every conversion is a node of its own, so that the generator has no
 * typing left to do. `type` is null only for the NULL literal and what is made of it alone.
 */
export type Bound = BoundNode & { readonly type: SqlType | null };

/** How operands are compared: `===` and `<` of JavaScript, or a function over two non-null values. */
export type Comparing =
  | 'primitive'
  | ((a: SqlValue, b: SqlValue) => number)
  | { readonly equal: (a: SqlValue, b: SqlValue) => boolean };

export type BoundNode =
  | { readonly kind: 'Constant'; readonly value: SqlValue }
  | { readonly kind: 'Column'; readonly index: number }
  /** Parameter of a lambda around it, unique within the expression. */
  | { readonly kind: 'LambdaParameter'; readonly id: number }
  /** Fails where an operand is NULL, as Java's arithmetic does. */
  | { readonly kind: 'Arithmetic'; readonly op: ArithmeticCode; readonly left: Bound; readonly right: Bound }
  | {
      readonly kind: 'Compare';
      readonly op: '=' | '<>' | '<' | '<=' | '>' | '>=';
      readonly comparing: Comparing;
      readonly left: Bound;
      readonly right: Bound;
      /** IS [NOT] DISTINCT FROM: two NULLs are equal, one NULL differs; otherwise NULL makes it false. */
      readonly nullSafe: boolean;
    }
  | { readonly kind: 'Logical'; readonly op: 'AND' | 'OR'; readonly left: Bound; readonly right: Bound }
  | { readonly kind: 'Not'; readonly operand: Bound }
  | { readonly kind: 'IsNull'; readonly operand: Bound; readonly negated: boolean }
  /** Value evaluated once; `tests` see it as `Reuse`. */
  | { readonly kind: 'Let'; readonly id: number; readonly value: Bound; readonly body: Bound }
  | { readonly kind: 'Reuse'; readonly id: number }
  | {
      readonly kind: 'Case';
      readonly whens: readonly { readonly when: Bound; readonly then: Bound }[];
      readonly otherwise: Bound;
    }
  /** A function over its arguments; when one is NULL, `propagate` gives NULL without a call and `fail` fails. */
  | {
      readonly kind: 'Apply';
      readonly call: Implementation;
      readonly args: readonly Bound[];
      readonly nulls: 'propagate' | 'handled' | 'fail';
      readonly context: boolean;
    }
  /** `guarded`: an operand that fails counts as NULL. */
  | { readonly kind: 'Convert'; readonly caster: Caster; readonly operand: Bound; readonly guarded: boolean }
  | { readonly kind: 'Lambda'; readonly parameters: readonly number[]; readonly body: Bound }
  /** An item of a constructor that fails counts as NULL. */
  | { readonly kind: 'MakeArray'; readonly items: readonly Bound[] }
  | { readonly kind: 'MakeMap'; readonly entries: readonly { readonly key: Bound; readonly value: Bound }[] }
  | { readonly kind: 'Field'; readonly base: Bound; readonly index: number };

export type ArithmeticCode = `${'int' | 'long' | 'double'}${'+' | '-' | '*' | '/' | '%'}` | 'concat';
