import { assertNever } from '../source/assert-never';
import type { Expression, WhenClause } from './expressions';

type Mapper = (expression: Expression) => Expression;

/**
 * The node with what `map` makes of its direct children, asked in the order of the text: the node itself where they stay what they
 * are, else a copy. The one place that knows which children a node has.
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
      return changed(node, { base: map(node.base) });
    case 'Subscript':
      return changed(node, { base: map(node.base), index: map(node.index) });
    case 'ArithmeticBinary':
    case 'Comparison':
    case 'LogicalBinary':
      return changed(node, { left: map(node.left), right: map(node.right) });
    case 'ArithmeticUnary':
    case 'Not':
    case 'IsNull':
    case 'Cast':
      return changed(node, { operand: map(node.operand) });
    case 'Like':
      return changed(node, { value: map(node.value), pattern: map(node.pattern) });
    case 'Between':
      return changed(node, { value: map(node.value), low: map(node.low), high: map(node.high) });
    case 'InList':
      return changed(node, { value: map(node.value), items: shared(node.items, map) });
    case 'SimpleCase':
      return changed(node, {
        operand: map(node.operand),
        whens: mapWhens(node.whens, map),
        otherwise: mapOptional(node.otherwise, map),
      });
    case 'SearchedCase':
      return changed(node, {
        whens: mapWhens(node.whens, map),
        otherwise: mapOptional(node.otherwise, map),
      });
    case 'FunctionCall':
      return changed(node, { args: shared(node.args, map) });
    case 'Lambda':
      return changed(node, { body: map(node.body) });
    case 'CreateArray':
      return changed(node, { items: shared(node.items, map) });
    case 'CreateMap':
      return changed(node, {
        entries: shared(node.entries, (one) => changed(one, { key: map(one.key), value: map(one.value) })),
      });
    case 'CreateStruct':
      return changed(node, {
        fields: shared(node.fields, (field) => changed(field, { value: map(field.value) })),
      });
    default:
      return assertNever(node, 'expression');
  }
}

/** `true` when both say the same, wherever they stand in the text. */
export function sameExpression(a: Expression, b: Expression): boolean {
  return sameValue(a, b);
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const name in left) if (name !== 'loc' && !sameValue(left[name], right[name])) return false;
  // What is undefined is not said.
  for (const name in right) if (!(name in left) && name !== 'loc' && right[name] !== undefined) return false;
  return true;
}

/** `node` with `properties`; itself where it has them already. */
function changed<N extends object>(node: N, properties: Partial<N>): N {
  for (const name in properties) if (node[name] !== properties[name]) return { ...node, ...properties };
  return node;
}

/** The list of what `map` makes of each; the list itself where all stay what they are. */
function shared<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  const mapped = list.map(map);
  return mapped.every((item, at) => item === list[at]) ? list : mapped;
}

function mapWhens(whens: readonly WhenClause[], map: Mapper): readonly WhenClause[] {
  return shared(whens, (when) => changed(when, { condition: map(when.condition), result: map(when.result) }));
}

function mapOptional(node: Expression | undefined, map: Mapper): Expression | undefined {
  return node === undefined ? undefined : map(node);
}
