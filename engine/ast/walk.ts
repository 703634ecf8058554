import { assertNever } from '../source/assert-never';
import type { Expression } from './expressions';
import type { Query, Relation, SelectItem } from './statements';

/** The expressions that stand directly inside `expression`, in the order of the text. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'NullLiteral':
    case 'BooleanLiteral':
    case 'IntegerLiteral':
    case 'LongLiteral':
    case 'DoubleLiteral':
    case 'DecimalLiteral':
    case 'StringLiteral':
    case 'ColumnRef':
    case 'TimeUnitLiteral':
      return [];
    case 'Dereference':
      return [expression.base];
    case 'Subscript':
      return [expression.base, expression.index];
    case 'ArithmeticBinary':
    case 'Comparison':
    case 'LogicalBinary':
      return [expression.left, expression.right];
    case 'ArithmeticUnary':
    case 'Not':
    case 'IsNull':
    case 'Cast':
      return [expression.operand];
    case 'Like':
      return [expression.value, expression.pattern];
    case 'Between':
      return [expression.value, expression.low, expression.high];
    case 'InList':
      return [expression.value, ...expression.items];
    case 'SimpleCase':
      return [expression.operand, ...branches(expression)];
    case 'SearchedCase':
      return branches(expression);
    case 'FunctionCall':
      return expression.args;
    case 'Lambda':
      return [expression.body];
    case 'CreateArray':
      return expression.items;
    case 'CreateMap':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'CreateStruct':
      return expression.fields.map(({ value }) => value);
    default:
      return assertNever(expression, 'expression');
  }
}

function branches({
  whens,
  otherwise,
}: Extract<Expression, { kind: 'SearchedCase' | 'SimpleCase' }>): Expression[] {
  return [
    ...whens.flatMap(({ condition, result }) => [condition, result]),
    ...(otherwise ? [otherwise] : []),
  ];
}

/** `expression` and all below it, parents first. */
export function* walkExpression(expression: Expression): Generator<Expression> {
  const stack = [expression];
  for (let next = stack.pop(); next; next = stack.pop()) {
    yield next;
    stack.push(...[...childrenOf(next)].reverse());
  }
}

/** The topmost expressions of a query, in the order of the text. */
export function expressionsOf(query: Query): readonly Expression[] {
  const { select, from, where, groupBy, partitionBy, having } = query;
  return [
    ...select.flatMap(itemExpression),
    ...joinConditions(from),
    ...(where ? [where] : []),
    ...(groupBy ?? []),
    ...(partitionBy ?? []),
    ...(having ? [having] : []),
  ];
}

function itemExpression(item: SelectItem): readonly Expression[] {
  if (item.kind === 'Column') return [item.expression];
  return item.kind === 'StructStar' ? [item.base] : [];
}

function joinConditions(relation: Relation): readonly Expression[] {
  return relation.kind === 'Source' ? [] : [...joinConditions(relation.left), relation.on];
}

/** Every source that a relation reads, from left to right. */
export function sourcesOf(relation: Relation): readonly Extract<Relation, { kind: 'Source' }>[] {
  return relation.kind === 'Source' ? [relation] : [...sourcesOf(relation.left), relation.right];
}
