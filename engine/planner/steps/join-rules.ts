import type { Expression } from '../../ast/expressions';
import type { JoinType } from '../../ast/statements';
import { fail } from '../../analyzer/errors';
import { isKeyColumn, keyedBy } from '../../analyzer/joins';
import type { JoinNode } from '../../analyzer/joins';
import type { DataSource } from '../../catalog/catalog';
import { typesEqual } from '../../types/type-rules';
import { formatType } from '../../types/type-text';
import { columnsIn } from '../../analyzer/select-items';
import type { QuerySource } from '../../analyzer/scope';
import type { Build, PlanNode } from './node';
import type { SqlType } from '../../types/sql-type';

export type JoinKind = 'STREAM_STREAM' | 'STREAM_TABLE' | 'TABLE_TABLE' | 'FOREIGN_KEY';

/** Which kind of join it is. Refuses what ksqlDB cannot join, in its order and words. */
export function classifyJoin(join: JoinNode, left: PlanNode, build: Build): JoinKind {
  const right = join.right.source;
  const leftSource = sourceOf(join.leftKey, build);
  if (left.isTable && right.source.kind === 'STREAM') refuseOrder(join, leftSource, right);
  if (!left.isTable && right.source.kind === 'TABLE') return streamTable(join, leftSource, right, build);
  if (!left.isTable) return streamStream(join);
  return tableTable(join, leftSource, right, build);
}

function sourceOf(key: Expression, { analysis }: Build): QuerySource {
  const alias = columnsIn(key)[0]!.qualifier;
  return analysis.scope.sources.find((source) => source.alias === alias)!;
}

const JOIN_WORDS: Readonly<Record<JoinType, string>> = {
  INNER: '[INNER] JOIN',
  LEFT: 'LEFT [OUTER] JOIN',
  RIGHT: 'RIGHT [OUTER] JOIN',
  OUTER: '[FULL] OUTER JOIN',
};

function describe(join: JoinNode, left: QuerySource, right: QuerySource): string {
  return `Got ${left.source.name} ${JOIN_WORDS[join.joinType]} ${right.source.name}.`;
}

function refuseOrder(join: JoinNode, left: QuerySource, right: QuerySource): never {
  const message = `Invalid join order: table-stream joins are not supported; only stream-table joins. ${describe(join, left, right)}`;
  return fail('join', message, join.condition.loc);
}

function condition(join: JoinNode, { env }: Build): string {
  return `Got ${env.print(join.condition.left)} = ${env.print(join.condition.right)}.`;
}

function streamStream(join: JoinNode): JoinKind {
  if (join.within !== undefined) return 'STREAM_STREAM';
  const message =
    'Stream-Stream joins must have a WITHIN clause specified. None was provided. To learn about how to specify a WITHIN clause ' +
    'with a stream-stream join, please visit: https://docs.confluent.io/current/ksql/docs/syntax-reference.html#create-stream-as-select';
  return fail('join', message, join.condition.loc);
}

function streamTable(join: JoinNode, left: QuerySource, right: QuerySource, build: Build): JoinKind {
  if (join.within !== undefined) refuseWithin(join, 'Stream-Table');
  if (join.joinType === 'OUTER' || join.joinType === 'RIGHT') {
    const kind = join.joinType === 'OUTER' ? 'full-outer' : 'right-outer';
    fail(
      'join',
      `Invalid join type: ${kind} join not supported for stream-table join. ${describe(join, left, right)}`,
      join.condition.loc,
    );
  }
  if (isKeyColumn(join.rightKey, right)) return 'STREAM_TABLE';
  const message = `Invalid join condition: stream-table joins require to join on the table's primary key. ${condition(join, build)}`;
  return fail('join', message, join.condition.loc);
}

function refuseWithin(join: JoinNode, kind: string): never {
  const message =
    `A window definition was provided for a ${kind} join. These joins are not windowed. ` +
    `Please drop the window definition (ie. the WITHIN clause) and try to execute your join again.`;
  return fail('join', message, join.condition.loc);
}

function tableTable(join: JoinNode, left: QuerySource, right: QuerySource, build: Build): JoinKind {
  if (join.within !== undefined) refuseWithin(join, 'Table-Table');
  if (!isKeyColumn(join.rightKey, right)) {
    const message =
      'Invalid join condition: table-table joins require to join on the primary key of the right input table. ' +
      condition(join, build);
    return fail('join', message, join.condition.loc);
  }
  if (keyedBy(join.left, join.leftKey)) return 'TABLE_TABLE';
  return foreignKey(join, left, right, build);
}

function foreignKey(join: JoinNode, left: QuerySource, right: QuerySource, build: Build): JoinKind {
  const { loc } = join.condition;
  if (join.left.kind === 'Join') {
    const message =
      'Invalid join condition: foreign-key table-table joins are not supported as part of n-way joins. ';
    fail('join', message + condition(join, build), loc);
  }
  if (join.joinType === 'RIGHT' || join.joinType === 'OUTER') {
    const type = join.joinType === 'RIGHT' ? 'RIGHT OUTER' : 'FULL OUTER';
    fail('join', `${type} JOIN on a foreign key is not supported`, loc);
  }
  if ([left, right].some(({ source }) => source.topic.window !== undefined)) {
    fail('join', 'Foreign-key table-table joins are not supported on windowed tables.', loc);
  }
  return 'FOREIGN_KEY';
}

/** Refuses sides of different types; nothing is converted for a join. */
export function requireSameTypes(
  join: JoinNode,
  leftType: SqlType | null,
  rightType: SqlType | null,
  build: Build,
): void {
  if (leftType !== null && rightType !== null && typesEqual(leftType, rightType)) return;
  const typeOf = (side: Expression) => (side === join.leftKey ? leftType : rightType);
  const shown = (side: Expression) => {
    const type = typeOf(side);
    return `${build.env.print(side)}{${type === null ? 'null' : formatType(type)}}`;
  };
  const { left, right } = join.condition;
  const message = `Invalid join condition: types don't match. Got ${shown(left)} = ${shown(right)}.`;
  fail('join', message, join.condition.loc);
}

/** Refuses inputs whose partitions do not correspond. Foreign keys are looked up across partitions. */
export function requireCoPartitioned(join: JoinNode, build: Build): void {
  const left = sourceOf(join.leftKey, build);
  const right = join.right.source;
  const partitions = ({ topic }: DataSource) => build.context.topics.get(topic.name)?.partitions;
  const [ofLeft, ofRight] = [partitions(left.source), partitions(right.source)];
  if (ofLeft === undefined || ofRight === undefined || ofLeft === ofRight) return;
  const message =
    `Can't join \`${left.alias}\` with \`${right.alias}\` since the number of partitions don't match. ` +
    `\`${left.alias}\` partitions = ${ofLeft}; \`${right.alias}\` partitions = ${ofRight}. ` +
    `Please repartition either one so that the number of partitions match.`;
  fail('coPartitioning', message, join.condition.loc);
}

/**
 * Refuses sides whose keys cannot be equal: one of them windowed, or sessions joined to windows of a fixed size, as only the keys of
 * sessions hold both bounds.
 */
export function requireSameWindowing(join: JoinNode, build: Build): void {
  const left = sourceOf(join.leftKey, build);
  const right = join.right.source;
  const [ofLeft, ofRight] = [left.source.topic.window, right.source.topic.window];
  const sides = `\n${describeWindow(left)}\n${describeWindow(right)}`;
  if ((ofLeft === undefined) !== (ofRight === undefined))
    fail('join', `Can not join windowed source to non-windowed source.${sides}`, join.condition.loc);
  if ((ofLeft?.type === 'SESSION') !== (ofRight?.type === 'SESSION'))
    fail('join', `Incompatible windowed sources.${sides}`, join.condition.loc);
}

function describeWindow({ alias, source }: QuerySource): string {
  const { window } = source.topic;
  return `\`${alias}\` is ${window === undefined ? 'not' : window.type} windowed`;
}

/** Windowed keys cannot be made anew: rows would need new windows. */
export function refuseRekeyOfWindowed(node: PlanNode): void {
  if (node.window === undefined) return;
  fail(
    'window',
    'Implicit repartitioning of windowed sources is not supported. See https://github.com/confluentinc/ksql/issues/4385.',
  );
}
