import type { Expression } from './expressions';
import { mapChildren } from './rewrite';
import type { Query, Relation, SelectItem } from './statements';

/** The expressions that stand directly inside `expression`, in the order of the text. */
export function childrenOf(expression: Expression): readonly Expression[] {
  const children: Expression[] = [];
  mapChildren(expression, (child) => {
    children.push(child);
    return child;
  });
  return children;
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
