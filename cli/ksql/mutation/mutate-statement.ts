import type { Expression, Query, Relation, Span, Statement } from '../../../engine/index';
import { mapChildren } from '../../../engine/index';
import { sameExpression } from '../../../engine/ast/rewrite';
import { formatExpression } from '../../../engine/printer/index';
import { variantsOf } from './variants';

/** One broken form of a statement. */
export interface Mutation {
  readonly rule: string;
  readonly before: string;
  readonly after: string;
  readonly at: Span;
}

type QueryStatement = Extract<Statement, { kind: 'CreateAsSelect' | 'InsertIntoSelect' }>;

export function hasQuery(statement: Statement): statement is QueryStatement {
  return statement.kind === 'CreateAsSelect' || statement.kind === 'InsertIntoSelect';
}

/** Every single way in which a statement can be broken, in the order of its text. */
export function mutationsOf(statement: QueryStatement): Mutation[] {
  const walk = new MutationWalk(undefined);
  walk.statement(statement);
  return walk.found;
}

/** The statement with one of its {@link mutationsOf} made. */
export function mutate(statement: QueryStatement, index: number): QueryStatement {
  return new MutationWalk(index).statement(statement);
}

/** Passes over a statement, counts what could be broken, and breaks the one that is wanted. */
class MutationWalk {
  readonly found: Mutation[] = [];
  private next = 0;

  constructor(private readonly wanted: number | undefined) {}

  statement(statement: QueryStatement): QueryStatement {
    const broken = { ...statement, query: this.query(statement.query) };
    const timestamp = statement.properties.get('TIMESTAMP');
    if (timestamp === undefined) return broken;
    const without = new Map(statement.properties);
    without.delete('TIMESTAMP');
    const drop = this.take('event time dropped', `TIMESTAMP = ${formatExpression(timestamp)}`, '', timestamp.loc);
    return drop ? { ...broken, properties: without } : broken;
  }

  private take(rule: string, before: string, after: string, at: Span): boolean {
    const index = this.next++;
    if (this.wanted === undefined) this.found.push({ rule, before, after, at });
    return index === this.wanted;
  }

  private query(query: Query): Query {
    // What rows are grouped by stands in the projection too: broken in one place alone it would only be refused.
    const keys = [...(query.groupBy ?? []), ...(query.partitionBy ?? [])];
    const inSelect = (node: Expression): Expression => this.expression(node, keys);
    const broken: Query = {
      ...query,
      select: query.select.map((item) =>
        item.kind === 'Column' ? { ...item, expression: inSelect(item.expression) } : item,
      ),
      from: this.relation(query.from),
      window: query.window && this.window(query.window),
      where: query.where && this.condition('WHERE', query.where, keys),
      having: query.having && this.condition('HAVING', query.having, keys),
    };
    return this.keys(broken, keys);
  }

  private expression(node: Expression, without: readonly Expression[] = []): Expression {
    if (without.some((key) => sameExpression(key, node))) return node;
    for (const { rule, to } of variantsOf(node)) {
      if (this.take(rule, formatExpression(node), formatExpression(to), node.loc)) return to;
    }
    return mapChildren(node, (child) => this.expression(child, without));
  }

  private condition(clause: string, node: Expression, keys: readonly Expression[]): Expression | undefined {
    if (this.take(`${clause} dropped`, formatExpression(node), '', node.loc)) return undefined;
    return this.expression(node, keys);
  }

  private relation(relation: Relation): Relation {
    if (relation.kind === 'Source') return relation;
    const other = relation.joinType === 'INNER' ? 'LEFT' : 'INNER';
    const left = this.relation(relation.left);
    if (this.take('join', `${relation.joinType} JOIN`, `${other} JOIN`, relation.loc))
      return { ...relation, left, joinType: other };
    return { ...relation, left, on: this.expression(relation.on) };
  }

  private window(window: NonNullable<Query['window']>): typeof window {
    let broken = window;
    if (window.kind !== 'SESSION') {
      const size = { ...window.size, value: window.size.value * 2 };
      if (this.take('window', `SIZE ${window.size.value}`, `SIZE ${size.value}`, window.loc)) broken = { ...window, size };
    }
    const { grace } = window;
    if (grace && grace.value > 0 && this.take('grace', `GRACE PERIOD ${grace.value}`, 'GRACE PERIOD 0', window.loc))
      broken = { ...broken, grace: { ...grace, value: 0 } };
    return broken;
  }

  /** Breaks a key everywhere at once. */
  private keys(query: Query, keys: readonly Expression[]): Query {
    let result = query;
    for (const key of keys) {
      const broken = this.expression(key);
      if (sameExpression(broken, key)) continue;
      const replace = (node: Expression): Expression =>
        sameExpression(node, key) ? broken : mapChildren(node, replace);
      result = {
        ...result,
        select: result.select.map((item) =>
          item.kind === 'Column' ? { ...item, expression: replace(item.expression) } : item,
        ),
        groupBy: result.groupBy?.map(replace),
        partitionBy: result.partitionBy?.map(replace),
        having: result.having && replace(result.having),
      };
    }
    return result;
  }
}
