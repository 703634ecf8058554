import type { Implementation } from '../../functions/function-row';
import { casterOf, implicitCasterOf } from '../../types/cast';
import type { SqlType, SqlValue } from '../../types/sql-type';
import { BOOLEAN, typesEqual } from '../../types/type-rules';
import { formatType } from '../../types/type-text';
import type { ArithmeticCode, Bound } from '../bound';

export function constant(value: SqlValue, type: SqlType | null): Bound {
  return { kind: 'Constant', value, type };
}

/** A call that gives NULL for a NULL argument. */
export function apply(call: Implementation, args: readonly Bound[], type: SqlType): Bound {
  return { kind: 'Apply', call, args, nulls: 'propagate', context: false, type };
}

/** A call that fails for a NULL argument. */
export function failingOnNull(call: Implementation, args: readonly Bound[], type: SqlType): Bound {
  return { kind: 'Apply', call, args, nulls: 'fail', context: false, type };
}

export function arithmetic(op: ArithmeticCode, left: Bound, right: Bound, type: SqlType): Bound {
  return { kind: 'Arithmetic', op, left, right, type };
}

export function negated(bound: Bound, negate: boolean): Bound {
  return negate ? { kind: 'Not', operand: bound, type: BOOLEAN } : bound;
}

/** Brings a value to a type; constants at once, unless that fails: then each row fails, as in ksqlDB. */
export function convert(bound: Bound, type: SqlType): Bound {
  if (bound.type === null)
    return bound.kind === 'Constant' ? constant(bound.value, type) : { ...bound, type };
  if (typesEqual(bound.type, type)) return bound;
  const caster = implicitCasterOf(bound.type, type) ?? casterOf(bound.type, type);
  if (caster === undefined)
    throw new Error(`no conversion from ${formatType(bound.type)} to ${formatType(type)}`);
  if (bound.kind === 'Constant' && bound.value !== null) {
    try {
      return constant(caster(bound.value), type);
    } catch {
      // Left to the rows.
    }
  }
  return { kind: 'Convert', caster, operand: bound, guarded: false, type };
}
