import type { Expression } from '../../ast/expressions';
import type { Column, Format } from '../../catalog/catalog';
import { formatFacts } from '../format-facts';
import { ownKeys, viableKeys } from '../../analyzer/joins';
import type { JoinNode, JoinTree } from '../../analyzer/joins';
import { toPhysical } from '../../analyzer/scope';
import type { SqlType } from '../../types/sql-type';
import type { SelectKeyStep, Step } from '../plan';
import {
  classifyJoin,
  refuseRekeyOfWindowed,
  requireCoPartitioned,
  requireSameTypes,
  requireSameWindowing,
} from './join-rules';
import type { JoinKind } from './join-rules';
import { internalFormats, keyFormatFor, schemaOf } from './node';
import type { Build, PlanNode } from './node';
import { prefixNode, sourceNode } from './source-steps';
import { sameExpression } from '../../ast/rewrite';

/** Steps for FROM. A single source is read as it is; a join's columns are prefixed by their sources' aliases. */
export function buildFrom(build: Build): PlanNode {
  const { from } = build.analysis;
  if (from.kind === 'Source') return sourceNode(from.source.source, 'KsqlTopic-Source', build.context);
  return buildJoin(from, '', build);
}

/** `path` is `` for the outermost join and `L_` for each one to its left. */
function buildJoin(join: JoinNode, path: string, build: Build): PlanNode {
  requireWindowsAndPartitions(join, build);
  const left = buildSide(join.left, 'Left', path, build);
  const kind = classifyJoin(join, left, build);
  const right = buildSide(join.right, 'Right', path, build);
  const sides = typedSides(join, left, right, build);
  requireSameTypes(join, sides.left.type, sides.right.type, build);
  if (kind === 'FOREIGN_KEY') return foreignKeyJoin(join, left, right, sides.left.key, path, build);
  const keyed = keySides(left, right, sides, path, build);
  return joinStep(kind, join, keyed, path, build);
}

function requireWindowsAndPartitions(join: JoinNode, build: Build): void {
  requireSameWindowing(join, build);
  const isTableJoin = build.analysis.scope.sources.every(({ source }) => source.kind === 'TABLE');
  if (!isTableJoin || isPrimaryKeyJoin(join)) requireCoPartitioned(join, build);
}

function isPrimaryKeyJoin(join: JoinNode): boolean {
  return viableKeys(join).some((key) => sameExpression(key, join.rightKey));
}

function buildSide(tree: JoinTree, side: 'Left' | 'Right', path: string, build: Build): PlanNode {
  if (tree.kind === 'Join') return buildJoin(tree, `L_${path}`, build);
  const { alias, source } = tree.source;
  const read = sourceNode(source, `${path}KafkaTopic_${side}-Source`, build.context);
  return prefixNode(read, alias, `${path}PrependAlias${side}`);
}

interface TypedKey {
  readonly key: Expression;
  readonly type: SqlType | null;
}
interface Sides {
  readonly left: TypedKey;
  readonly right: TypedKey;
}

function typedSides(join: JoinNode, left: PlanNode, right: PlanNode, build: Build): Sides {
  const typed = (key: Expression, node: PlanNode): TypedKey => {
    const physical = toPhysical(key, build.analysis.scope);
    return { key: physical, type: build.env.typeOf(physical, node.step.schema.value) };
  };
  return { left: typed(join.leftKey, left), right: typed(join.rightKey, right) };
}

/** Gives both sides the same key in the same bytes. */
function keySides(
  left: PlanNode,
  right: PlanNode,
  sides: Sides,
  path: string,
  build: Build,
): { left: PlanNode; right: PlanNode } {
  const leftKeyed = isKeyedBy(left, sides.left.key);
  const rightKeyed = isKeyedBy(right, sides.right.key);
  const format = sharedKeyFormat({ left, leftKeyed, right, rightKeyed }, build);
  return {
    left:
      leftKeyed && hasKeyBytesOf(left, format)
        ? left
        : rekey(left, sides.left, format, `${path}LeftSourceKeyed`),
    right:
      rightKeyed && hasKeyBytesOf(right, format)
        ? right
        : rekey(right, sides.right, format, `${path}RightSourceKeyed`),
  };
}

function isKeyedBy({ step }: PlanNode, key: Expression): boolean {
  return key.kind === 'ColumnRef' && step.schema.key.length === 1 && step.schema.key[0]!.name === key.name;
}

interface Keyedness {
  readonly left: PlanNode;
  readonly leftKeyed: boolean;
  readonly right: PlanNode;
  readonly rightKeyed: boolean;
}

/** The side that need not be re-keyed decides; of two such, or of none, the left one. */
function sharedKeyFormat({ left, leftKeyed, right, rightKeyed }: Keyedness, { context }: Build): Format {
  if (!leftKeyed && rightKeyed) return right.keyFormat;
  const preferred = left.keyFormat.name === 'NONE' ? right.keyFormat : left.keyFormat;
  return keyFormatFor(preferred, context);
}

/** Equal keys of two topics are equal bytes only when their format is, and when no schema id stands in them. */
function hasKeyBytesOf(node: PlanNode, format: Format): boolean {
  const { keyFormat } = node;
  const idsMayDiffer = formatFacts(keyFormat.name).usesRegistry && node.isKeyFromTopic;
  return (
    !idsMayDiffer &&
    keyFormat.name === format.name &&
    keyFormat.properties['delimiter'] === format.properties['delimiter']
  );
}

function rekey(node: PlanNode, { key, type }: TypedKey, format: Format, context: string): PlanNode {
  refuseRekeyOfWindowed(node);
  const column: Column = { name: key.kind === 'ColumnRef' ? key.name : 'KSQL_COL_0', type: type! };
  const step: SelectKeyStep = {
    kind: node.isTable ? 'TableSelectKey' : 'StreamSelectKey',
    context,
    source: node.step,
    schema: schemaOf([column], node.step.schema.value),
    keyExpressions: [key],
    repartitions: true,
    formats: internalFormats(format, node.valueFormat, [column]),
  };
  return { ...node, step, keyFormat: format, isKeyFromTopic: false };
}

function joinStep(
  kind: JoinKind,
  join: JoinNode,
  { left, right }: { left: PlanNode; right: PlanNode },
  path: string,
  build: Build,
): PlanNode {
  const keyName = keyNameOf(join, build);
  const key: Column = { name: keyName, type: left.step.schema.key[0]!.type };
  const values = [...left.step.schema.value, ...right.step.schema.value];
  const isSynthetic = !values.some((column) => column.name === keyName);
  const schema = schemaOf([key], isSynthetic ? [...values, key] : values);
  const base = { context: `${path}Join`, schema, left: left.step, right: right.step, keyName };
  const formats = (node: PlanNode) => internalFormats(left.keyFormat, node.valueFormat, [key]);
  const step = stepOf(kind, join, base, formats(left), formats(right));
  return { ...left, step, isTable: left.isTable };
}

type JoinBase = Pick<
  Extract<Step, { kind: 'TableTableJoin' }>,
  'context' | 'schema' | 'left' | 'right' | 'keyName'
>;
type JoinFormats = ReturnType<typeof internalFormats>;

function stepOf(
  kind: JoinKind,
  join: JoinNode,
  base: JoinBase,
  leftFormats: JoinFormats,
  rightFormats: JoinFormats,
): Step {
  if (kind === 'STREAM_STREAM') {
    return {
      kind: 'StreamStreamJoin',
      ...base,
      joinType: join.joinType,
      ...join.within!,
      leftFormats,
      rightFormats,
    };
  }
  if (kind === 'STREAM_TABLE') {
    return {
      kind: 'StreamTableJoin',
      ...base,
      joinType: join.joinType as 'INNER' | 'LEFT',
      formats: leftFormats,
    };
  }
  return { kind: 'TableTableJoin', ...base, joinType: join.joinType };
}

/** The key's column: the one that the condition names, the left one first; else a synthesised one. */
function keyNameOf(join: JoinNode, build: Build): string {
  const { scope, syntheticKey } = build.analysis;
  const physical = (key: Expression) => toPhysical(key, scope);
  const [first] = ownKeys(join).map(physical);
  if (first?.kind === 'ColumnRef') return first.name;
  return join === build.analysis.from ? syntheticKey! : 'ROWKEY';
}

function foreignKeyJoin(
  join: JoinNode,
  left: PlanNode,
  right: PlanNode,
  foreignKey: Expression,
  path: string,
  build: Build,
): PlanNode {
  const { schema } = left.step;
  const keyFormat = keyFormatFor(left.keyFormat, build.context);
  const step: Step = {
    kind: 'ForeignKeyTableTableJoin',
    context: `${path}FkJoin`,
    schema: schemaOf(schema.key, [...schema.value, ...right.step.schema.value]),
    joinType: join.joinType as 'INNER' | 'LEFT',
    left: left.step,
    right: right.step,
    foreignKey,
    formats: internalFormats(keyFormat, left.valueFormat, schema.key),
  };
  return { ...left, step };
}
