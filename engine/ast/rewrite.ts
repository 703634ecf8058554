import { assertNever } from '../source/assert-never';
import type { Expression, WhenClause } from './expressions';

type Mapper = (expression: Expression) => Expression;

/**
 * A copy of the node whose direct children are what `map` makes of them, asked in the order of the text; leaves are returned as they
 * are. The one place that knows which children a node has.
 */
export function mapChildren(node: Expression, map: Mapper): Expression {
  switch (node.kind) {
    case 'NullLiteral':
    case 'BooleanLiteral':
    case 'IntegerLiteral':
    case 'LongLiteral':
    case 'DoubleLiteral':
    case 'DecimalLiteral':
    case 'StringLiteral':
    case 'TimeUnitLiteral':
    case 'ColumnRef':
      return node;
    case 'Dereference':
      return { ...node, base: map(node.base) };
    case 'Subscript':
      return { ...node, base: map(node.base), index: map(node.index) };
    case 'ArithmeticBinary':
    case 'Comparison':
    case 'LogicalBinary':
      return { ...node, left: map(node.left), right: map(node.right) };
    case 'ArithmeticUnary':
    case 'Not':
    case 'IsNull':
    case 'Cast':
      return { ...node, operand: map(node.operand) };
    case 'Like':
      return { ...node, value: map(node.value), pattern: map(node.pattern) };
    case 'Between':
      return { ...node, value: map(node.value), low: map(node.low), high: map(node.high) };
    case 'InList':
      return { ...node, value: map(node.value), items: node.items.map(map) };
    case 'SimpleCase':
      return {
        ...node,
        operand: map(node.operand),
        whens: mapWhens(node.whens, map),
        otherwise: mapOptional(node.otherwise, map),
      };
    case 'SearchedCase':
      return { ...node, whens: mapWhens(node.whens, map), otherwise: mapOptional(node.otherwise, map) };
    case 'FunctionCall':
      return { ...node, args: node.args.map(map) };
    case 'Lambda':
      return { ...node, body: map(node.body) };
    case 'CreateArray':
      return { ...node, items: node.items.map(map) };
    case 'CreateMap':
      return {
        ...node,
        entries: node.entries.map((entry) => ({ key: map(entry.key), value: map(entry.value) })),
      };
    case 'CreateStruct':
      return { ...node, fields: node.fields.map((field) => ({ name: field.name, value: map(field.value) })) };
    default:
      return assertNever(node, 'expression');
  }
}

/** `true` when both say the same, wherever they stand in the text. */
export function sameExpression(a: Expression, b: Expression): boolean {
  return sameValue(a, b);
}

function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  names.delete('loc');
  return [...names].every((name) => sameValue(left[name], right[name]));
}

function mapWhens(whens: readonly WhenClause[], map: Mapper): readonly WhenClause[] {
  return whens.map((when) => ({ ...when, condition: map(when.condition), result: map(when.result) }));
}

function mapOptional(node: Expression | undefined, map: Mapper): Expression | undefined {
  return node === undefined ? undefined : map(node);
}
