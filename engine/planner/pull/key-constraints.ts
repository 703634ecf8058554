import type { ComparisonOperator, Expression } from '../../ast/expressions';
import { walkExpression } from '../../ast/walk';
import type { Column, DataSource } from '../../catalog/catalog';
import { columnScope, compileExpression } from '../../expressions/index';
import { formatExpression } from '../../printer/index';
import { casterOf } from '../../types/cast';
import type { SqlType, SqlValue } from '../../types/sql-type';
import { canImplicitlyCast, typesEqual } from '../../types/type-rules';
import { formatType } from '../../types/type-text';
import { parseTimestampText } from '../../types/temporal-text';
import { fail } from '../../analyzer/errors';
import { isWindowBound } from '../../analyzer/pseudo-columns';
import type { PlanningContext } from '../context';
import type { KeyLookup, KeyRange, TimeBound, TimeRange } from './pull-plan';

/** What one alternative of a condition says about the key. */
type Constraint =
  | { readonly kind: 'lookup'; readonly lookups: readonly KeyLookup[] }
  /** A comparison other than equality with the only key column. */
  | { readonly kind: 'range'; readonly range: KeyRange }
  /** No lookup is possible: `reason` is ksqlDB's, told when scans are forbidden. */
  | { readonly kind: 'scan'; readonly reason: string };

export const NEEDS_SCAN =
  'Query requires table scan to be enabled. ' +
  'Table scans can be enabled by setting ksql.query.pull.table.scan.enabled=true.';
const COMBINED =
  'A comparison condition on the key column cannot be combined with other comparisons such as an IN predicate';
const NOT_DIRECT = 'A comparison must directly reference a key column.';
const UNRESOLVABLE = 'A comparison must be between a key column and a resolvable expression.';
const LIKE_STRINGS = 'Like condition must be between strings';
const EVERY_KEY = 'Multi-column sources must specify every key in the WHERE clause.';

/** Above this, a condition's alternatives are not enumerated: the table is scanned. */
const MAX_ALTERNATIVES = 256;

/** What a condition says about a table's key, all its alternatives together. */
export function keyConstraint(
  condition: Expression,
  table: DataSource,
  context: PlanningContext,
): Constraint {
  const alternatives = disjuncts(condition);
  if (alternatives === undefined) return { kind: 'scan', reason: NEEDS_SCAN };
  const constraints = alternatives.map((terms) => constraintOf(terms, table, context));
  const scan = constraints.find((constraint) => constraint.kind === 'scan');
  if (scan) return scan;
  if (constraints.some(({ kind }) => kind === 'range')) {
    return constraints.length === 1 ? constraints[0]! : { kind: 'scan', reason: NEEDS_SCAN };
  }
  return {
    kind: 'lookup',
    lookups: constraints.flatMap((constraint) => (constraint.kind === 'lookup' ? constraint.lookups : [])),
  };
}

/** The condition as alternatives of conjunctions; undefined when there are too many. */
function disjuncts(node: Expression): readonly (readonly Expression[])[] | undefined {
  if (node.kind !== 'LogicalBinary') return [[node]];
  const [left, right] = [disjuncts(node.left), disjuncts(node.right)];
  if (left === undefined || right === undefined) return undefined;
  const all = node.op === 'OR' ? [...left, ...right] : left.flatMap((a) => right.map((b) => [...a, ...b]));
  return all.length > MAX_ALTERNATIVES ? undefined : all;
}

interface KeyTerm {
  readonly column: string;
  readonly op: ComparisonOperator | 'IN';
  readonly operands: readonly Expression[];
  readonly node: Expression;
}

function constraintOf(terms: readonly Expression[], table: DataSource, context: PlanningContext): Constraint {
  const keys = table.schema.key;
  const keyNames = new Set(keys.map((column) => column.name));
  const keyTerms: KeyTerm[] = [];
  for (const term of terms) {
    const found = keyTermOf(term, keyNames);
    if (typeof found === 'string') return { kind: 'scan', reason: found };
    if (found !== undefined) keyTerms.push(found);
  }
  if (keyTerms.length === 0) return { kind: 'scan', reason: noKeyReason(terms) };
  return combine(keyTerms, terms, table, context);
}

/** Why a conjunction without a term over the key cannot be looked up. */
function noKeyReason(terms: readonly Expression[]): string {
  if (terms.some((term) => term.kind === 'Like' && term.value.kind !== 'ColumnRef')) return LIKE_STRINGS;
  return terms.some((term) => term.kind === 'Comparison' && !namesColumn(term)) ? NOT_DIRECT : NEEDS_SCAN;
}

function namesColumn(term: Extract<Expression, { kind: 'Comparison' }>): boolean {
  return term.left.kind === 'ColumnRef' || term.right.kind === 'ColumnRef';
}

/** The term if it compares a key column; a text when it does so in a way that cannot be looked up. */
function keyTermOf(term: Expression, keys: ReadonlySet<string>): KeyTerm | string | undefined {
  const isKey = (node: Expression) => node.kind === 'ColumnRef' && keys.has(node.name);
  if (term.kind === 'InList' && !term.negated && isKey(term.value)) {
    return resolvable(term.items, { column: nameOf(term.value), op: 'IN', operands: term.items, node: term });
  }
  if (term.kind !== 'Comparison') return undefined;
  if (isKey(term.left))
    return resolvable([term.right], {
      column: nameOf(term.left),
      op: term.op,
      operands: [term.right],
      node: term,
    });
  if (isKey(term.right))
    return resolvable([term.left], {
      column: nameOf(term.right),
      op: flipped(term.op),
      operands: [term.left],
      node: term,
    });
  return undefined;
}

function nameOf(node: Expression): string {
  return node.kind === 'ColumnRef' ? node.name : '';
}

function resolvable(operands: readonly Expression[], term: KeyTerm): KeyTerm | string {
  const hasColumn = operands.some((operand) =>
    [...walkExpression(operand)].some((node) => node.kind === 'ColumnRef'),
  );
  return hasColumn ? UNRESOLVABLE : term;
}

const FLIPPED: Partial<Record<ComparisonOperator, ComparisonOperator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function flipped(op: ComparisonOperator): ComparisonOperator {
  return FLIPPED[op] ?? op;
}

function combine(
  keyTerms: readonly KeyTerm[],
  terms: readonly Expression[],
  table: DataSource,
  context: PlanningContext,
): Constraint {
  const keys = table.schema.key;
  const names = keyTerms.map((term) => term.column);
  if (new Set(names).size !== names.length) return { kind: 'scan', reason: COMBINED };
  if (keys.some((column) => !names.includes(column.name))) return { kind: 'scan', reason: EVERY_KEY };
  const unequal = keyTerms.filter((term) => term.op !== '=' && term.op !== 'IN');
  if (unequal.length > 0) return unequalConstraint(unequal, keys, context);
  const windowStart = timeRange('WINDOWSTART', terms, context);
  const windowEnd = timeRange('WINDOWEND', terms, context);
  const choices = keys.map((column) =>
    valuesOf(
      keyTerms.find((term) => term.column === column.name)!,
      column,
      context,
    ),
  );
  return { kind: 'lookup', lookups: combinations(choices).map((key) => ({ key, windowStart, windowEnd })) };
}

/** Only a range over the one STRING key column of a table can be read in order. */
function unequalConstraint(
  terms: readonly KeyTerm[],
  keys: readonly Column[],
  context: PlanningContext,
): Constraint {
  const isRange = terms.every((term) => ['<', '<=', '>', '>='].includes(term.op));
  return isRange && keys.length === 1 && keys[0]!.type.kind === 'STRING'
    ? { kind: 'range', range: keyRange(terms[0]!, context) }
    : { kind: 'scan', reason: NEEDS_SCAN };
}

/** Beyond this, the order of code points is not that of UTF-16 code units, by which SQL compares. */
const SAME_ORDER = /^[\0-\uD7FF]*$/;

function keyRange(term: KeyTerm, context: PlanningContext): KeyRange {
  const { value: bound } = constant(term.operands[0]!, context);
  if (typeof bound !== 'string' || !SAME_ORDER.test(bound)) return {};
  const next = `${bound}\0`;
  switch (term.op) {
    case '>':
      return { from: [next] };
    case '>=':
      return { from: [bound] };
    case '<':
      return { below: [bound] };
    default:
      return { below: [next] };
  }
}

function combinations(choices: readonly (readonly SqlValue[])[]): readonly (readonly SqlValue[])[] {
  return choices.reduce<readonly (readonly SqlValue[])[]>(
    (rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
}

function valuesOf(term: KeyTerm, column: Column, context: PlanningContext): readonly SqlValue[] {
  return term.operands.map((operand) => keyValue(operand, column, context));
}

/** The constant as a value of the key column; what is of another kind is refused, not converted. */
function keyValue(operand: Expression, column: Column, context: PlanningContext): SqlValue {
  const { type, value } = constant(operand, context);
  if (type === null) return null;
  if (typesEqual(type, column.type)) return value;
  const widens =
    canImplicitlyCast(type.kind, column.type.kind) ||
    fitsAsText(type, column.type) ||
    type.kind === column.type.kind;
  const cast = widens ? casterOf(type, column.type) : undefined;
  if (cast !== undefined) return cast(value);
  const shown = `${column.name} ${formatType(column.type)} KEY`;
  return fail(
    'pullQuery',
    `'${textOf(operand)}' can not be converted to the type of the key column: ${shown}`,
    operand.loc,
  );
}

/** Dates and times are written as text. */
function fitsAsText(from: SqlType, to: SqlType): boolean {
  return from.kind === 'STRING' && ['DATE', 'TIME', 'TIMESTAMP'].includes(to.kind);
}

function textOf(operand: Expression): string {
  return operand.kind === 'StringLiteral' ? operand.value : formatExpression(operand);
}

function constant(
  node: Expression,
  context: PlanningContext,
): { readonly type: SqlType | null; readonly value: SqlValue } {
  const types = (name: string) => context.catalog.getType(name);
  const compiled = compileExpression(node, columnScope([]), context.functions, types);
  const onError = (message: string) =>
    fail('pullQuery', `Failed to evaluate ${formatExpression(node)}: ${message}`, node.loc);
  return { type: compiled.type, value: compiled.evaluate([], { ...context.evaluation, onError }) };
}

// ---- window bounds ----------------------------------------------------------------------------------------------

/** What the conjunction says about one bound of the window; terms that say it otherwise are left to the predicate. */
function timeRange(bound: string, terms: readonly Expression[], context: PlanningContext): TimeRange {
  let range: TimeRange = {};
  for (const term of terms) {
    const found = boundTerm(bound, term, context);
    if (found !== undefined) range = narrow(range, found.op, found.ms);
  }
  return range;
}

function boundTerm(
  bound: string,
  term: Expression,
  context: PlanningContext,
): { op: ComparisonOperator; ms: number } | undefined {
  if (term.kind !== 'Comparison') return undefined;
  const isBound = (node: Expression) =>
    node.kind === 'ColumnRef' && isWindowBound(node.name) && node.name === bound;
  const [op, other] = isBound(term.left)
    ? [term.op, term.right]
    : isBound(term.right)
      ? [flipped(term.op), term.left]
      : [term.op, undefined];
  if (other === undefined || [...walkExpression(other)].some((node) => node.kind === 'ColumnRef'))
    return undefined;
  const ms = milliseconds(other, context);
  return ms === undefined ? undefined : { op, ms };
}

/** A text beside a window bound is a date and time, perhaps only the first part of one. */
function milliseconds(node: Expression, context: PlanningContext): number | undefined {
  if (node.kind === 'StringLiteral') return parseTimestampText(node.value);
  const { type, value } = constant(node, context);
  const isWhole = type?.kind === 'INTEGER' || type?.kind === 'BIGINT';
  return isWhole && value !== null ? Number(value) : undefined;
}

function narrow(range: TimeRange, op: ComparisonOperator, ms: number): TimeRange {
  switch (op) {
    case '=':
      return { lower: { ms, inclusive: true }, upper: { ms, inclusive: true } };
    case '>':
    case '>=':
      return { ...range, lower: tighter(range.lower, { ms, inclusive: op === '>=' }, 1) };
    case '<':
    case '<=':
      return { ...range, upper: tighter(range.upper, { ms, inclusive: op === '<=' }, -1) };
    case '<>':
    case 'IS DISTINCT FROM':
    case 'IS NOT DISTINCT FROM':
      return range;
  }
}

/** `direction` 1: the later bound is tighter; -1: the earlier one. */
function tighter(known: TimeBound | undefined, bound: TimeBound, direction: 1 | -1): TimeBound {
  if (known === undefined || (bound.ms - known.ms) * direction > 0) return bound;
  return known.ms === bound.ms && !bound.inclusive ? bound : known;
}
