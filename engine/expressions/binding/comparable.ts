import { implicitCasterOf } from '../../types/cast';
import { comparatorOf, equalityOf } from '../../types/compare';
import type { SqlType } from '../../types/sql-type';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  TIMESTAMP,
  asDecimalType,
  isNumeric,
  typesEqual,
  widerDecimal,
} from '../../types/type-rules';
import type { Bound, Comparing } from '../bound';
import { convert } from './nodes';

/** Both sides brought to one type, and how that type compares. */
export interface ComparableSides {
  readonly left: Bound;
  readonly right: Bound;
  readonly comparing: Comparing;
}

const TEMPORAL = new Set(['DATE', 'TIME', 'TIMESTAMP']);

/** The type that two types are compared as; undefined where ksqlDB does not compare them. */
function comparisonType(l: SqlType, r: SqlType): SqlType | undefined {
  if (isNumeric(l) && isNumeric(r)) {
    if (l.kind === 'DOUBLE' || r.kind === 'DOUBLE') return DOUBLE;
    if (l.kind === 'DECIMAL' || r.kind === 'DECIMAL')
      return widerDecimal(asDecimalType(l)!, asDecimalType(r)!);
    return BIGINT;
  }
  if (l.kind === 'STRING' && TEMPORAL.has(r.kind)) return r;
  if (r.kind === 'STRING' && TEMPORAL.has(l.kind)) return l;
  if ((l.kind === 'DATE' && r.kind === 'TIMESTAMP') || (l.kind === 'TIMESTAMP' && r.kind === 'DATE'))
    return TIMESTAMP;
  if (l.kind !== r.kind) return undefined;
  if (typesEqual(l, r) || implicitCasterOf(r, l) !== undefined) return l;
  return implicitCasterOf(l, r) !== undefined ? r : undefined;
}

/** undefined where the types do not compare. */
export function comparableSides(left: Bound, right: Bound, equality: boolean): ComparableSides | undefined {
  if (left.type === null || right.type === null) return { left, right, comparing: 'primitive' };
  const type = comparisonType(left.type, right.type);
  if (type === undefined) return undefined;
  const ordered = comparatorOf(type) !== undefined && type.kind !== 'BOOLEAN';
  if (!ordered && !equality) return undefined;
  const keep = type.kind === 'BIGINT';
  return {
    left: keep ? left : convert(left, type),
    right: keep ? right : convert(right, type),
    comparing: comparingOf(type),
  };
}

function comparingOf(type: SqlType): Comparing {
  switch (type.kind) {
    case 'DECIMAL':
    case 'BYTES':
      return comparatorOf(type)!;
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return { equal: equalityOf(type) };
    default:
      return 'primitive';
  }
}

export function equalTo(left: Bound, right: Bound, type: SqlType): Bound {
  return {
    kind: 'Compare',
    op: '=',
    comparing: comparingOf(type),
    left,
    right,
    nullSafe: false,
    type: BOOLEAN,
  };
}
