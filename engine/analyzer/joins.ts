import { sameExpression } from '../ast/rewrite';
import type { Comparison, Expression } from '../ast/expressions';
import type { Join, JoinType, Relation } from '../ast/statements';
import { NOWHERE } from '../source/source';
import { durationMs } from './durations';
import { fail } from './errors';
import { isSystemColumn } from './pseudo-columns';
import { qualify } from './scope';
import type { QueryScope, QuerySource } from './scope';
import { columnsIn, requireColumns } from './select-items';
import type { ExpressionPrinter } from './select-items';

/** FROM with its conditions taken apart: left-deep, as it is written. */
export type JoinTree = SourceLeaf | JoinNode;
export interface SourceLeaf {
  readonly kind: 'Source';
  readonly source: QuerySource;
}
export interface JoinNode {
  readonly kind: 'Join';
  readonly joinType: JoinType;
  readonly left: JoinTree;
  readonly right: SourceLeaf;
  /** Over the left side's columns, qualified. */
  readonly leftKey: Expression;
  /** Over the right side's columns, qualified. */
  readonly rightKey: Expression;
  /** The condition as it is written, qualified. */
  readonly condition: Comparison;
  readonly within?: WithinMs;
}
export interface WithinMs {
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly graceMs?: number;
}

/** Takes the conditions of FROM apart and refuses those that ksqlDB cannot join on. */
export function analyzeFrom(from: Relation, scope: QueryScope, print: ExpressionPrinter): JoinTree {
  refuseRepeatedSources(scope);
  return toTree(from, scope, print);
}

function toTree(from: Relation, scope: QueryScope, print: ExpressionPrinter): JoinTree {
  if (from.kind === 'Source') return leaf(from.alias, scope);
  const left = toTree(from.left, scope, print);
  return joinNode(from, left, leaf(from.right.alias, scope), scope, print);
}

function leaf(alias: string, scope: QueryScope): SourceLeaf {
  return { kind: 'Source', source: scope.sources.find((source) => source.alias === alias)! };
}

function refuseRepeatedSources({ sources }: QueryScope): void {
  const names = sources.map(({ source }) => source.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  const message =
    sources.length === 2
      ? `Can not join '${repeated}' to '${repeated}': self joins are not yet supported.`
      : `N-way joins do not support multiple occurrences of the same source. Source: '${repeated}'`;
  fail('selfJoin', message);
}

function joinNode(
  join: Join,
  left: JoinTree,
  right: SourceLeaf,
  scope: QueryScope,
  print: ExpressionPrinter,
): JoinNode {
  const condition = equalityOf(qualify(join.on, scope), print);
  requireColumns(condition, scope, 'JOIN ON', new Set());
  const [leftKey, rightKey] = sidesOf(condition, left, right, print);
  return {
    kind: 'Join',
    joinType: join.joinType,
    left,
    right,
    leftKey,
    rightKey,
    condition,
    within: withinMs(join),
  };
}

function equalityOf(condition: Expression, print: ExpressionPrinter): Comparison {
  if (condition.kind === 'LogicalBinary') {
    const message = `Invalid join condition: joins on multiple conditions are not yet supported. Got ${print(condition)}.`;
    return fail('join', message, condition.loc);
  }
  const hint = 'Join on one expression over each side: ON a.x = b.y.';
  if (condition.kind !== 'Comparison') {
    return fail('join', `Unsupported join expression: ${print(condition)}.`, condition.loc, hint);
  }
  if (condition.op !== '=') fail('join', 'Only equality join criteria is supported.', condition.loc, hint);
  return condition;
}

/** Which operand of the condition is over the left side and which is over the right one. */
function sidesOf(
  condition: Comparison,
  left: JoinTree,
  right: SourceLeaf,
  print: ExpressionPrinter,
): [Expression, Expression] {
  const first = onlySourceOf(condition.left, condition, print);
  const second = onlySourceOf(condition.right, condition, print);
  const rightAlias = right.source.alias;
  const leftAliases = new Set(leavesOf(left).map(({ source }) => source.alias));
  if (leftAliases.has(first) && second === rightAlias) return [condition.left, condition.right];
  if (first === rightAlias && leftAliases.has(second)) return [condition.right, condition.left];
  const message =
    `Each side of the join must reference exactly one source and not the same source. ` +
    `Left side references \`${first}\` and right references \`${second}\``;
  return fail('join', message, condition.loc);
}

function onlySourceOf(side: Expression, condition: Comparison, print: ExpressionPrinter): string {
  const aliases = new Set(columnsIn(side).map((column) => column.qualifier!));
  if (aliases.size === 1) return [...aliases][0]!;
  const message =
    `Invalid comparison expression '${print(side)}' in join '${print(condition)}'. ` +
    `Each side of the join comparision must contain references from exactly one source.`;
  return fail('join', message, side.loc);
}

function withinMs(join: Join): WithinMs | undefined {
  const { within } = join;
  if (within === undefined) return undefined;
  const graceMs = within.grace === undefined ? undefined : durationMs(within.grace);
  return { beforeMs: durationMs(within.before), afterMs: durationMs(within.after), graceMs };
}

/** The sources of a tree, left to right. */
export function leavesOf(tree: JoinTree): readonly SourceLeaf[] {
  return tree.kind === 'Source' ? [tree] : [...leavesOf(tree.left), tree.right];
}

/** `true` when the tree's rows are keyed by this expression already. */
export function isKeyColumn(expression: Expression, { source }: QuerySource): boolean {
  const [only, ...others] = source.schema.key;
  return expression.kind === 'ColumnRef' && others.length === 0 && expression.name === only?.name;
}

/** The expressions that the key of the tree's rows may be called by in a projection, the preferred one first. */
export function viableKeys(tree: JoinTree): readonly Expression[] {
  if (tree.kind === 'Source') return [];
  if (isForeignKeyJoin(tree)) return primaryKeys(tree.left);
  const own = ownKeys(tree);
  const inherited = tree.left.kind === 'Join' ? viableKeys(tree.left) : [];
  const leftKeyIsInherited = inherited.some((key) => sameExpression(key, tree.leftKey));
  return leftKeyIsInherited
    ? [...inherited, ...own.filter((key) => !sameExpression(key, tree.leftKey))]
    : own;
}

/** The columns that this join's own condition names, without those of joins to its left. */
export function ownKeys(tree: JoinNode): readonly Expression[] {
  if (tree.joinType === 'OUTER') return [];
  const keys = tree.joinType === 'RIGHT' ? [tree.rightKey, tree.leftKey] : [tree.leftKey, tree.rightKey];
  return keys.filter((key) => key.kind === 'ColumnRef' && !isSystemColumn(key.name));
}

/** Key columns of the leftmost source, as a foreign-key join keeps them. */
export function primaryKeys(tree: JoinTree): readonly Expression[] {
  if (tree.kind === 'Join') return viableKeys(tree);
  const { alias, source } = tree.source;
  return source.schema.key.map((column) => ({
    kind: 'ColumnRef',
    qualifier: alias,
    name: column.name,
    loc: NOWHERE,
  }));
}

/** A join of two tables on something other than the left one's primary key. */
export function isForeignKeyJoin(join: JoinNode): boolean {
  if (leavesOf(join).some(({ source }) => source.source.kind !== 'TABLE')) return false;
  if (!isKeyColumn(join.rightKey, join.right.source)) return false;
  return !keyedBy(join.left, join.leftKey);
}

/** `true` when the rows of the tree have exactly this expression as their key. */
export function keyedBy(tree: JoinTree, key: Expression): boolean {
  if (tree.kind === 'Source') return isKeyColumn(key, tree.source);
  return viableKeys(tree).some((viable) => sameExpression(viable, key));
}
