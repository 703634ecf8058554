import type { Expression } from '../../engine/index';
import { mapChildren } from '../../engine/index';
import type {
  Query,
  Relation,
  SelectItem,
  Statement,
  WindowDuration,
  WindowExpression,
} from '../../engine/index';
import { parseStatement } from '../../engine/index';
import { assertNever } from '../assert-never';
import { literalText, querySources } from './statement-facts';

/**
 * What a statement says, without how it is written: a server gives a running query back in upper case, with prefixes,
 * aliases and filled-in properties. Two statements of one meaning give trees that {@link sameTree} finds equal.
 */
export type Meaning = Tree;
export type Tree =
  undefined | null | boolean | number | string | readonly Tree[] | { readonly [key: string]: Tree };

/** A column whose source is not named matches the column of any source. */
const COLUMN = 'ColumnRef';
const UNIT_MS: Readonly<Record<string, number>> = {
  MILLISECONDS: 1,
  SECONDS: 1_000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
};
/** Names that the server gives an expression without an alias. */
const GENERATED_ALIAS = /^KSQL_COL_\d+$/;

/** The meaning of one statement. Throws KsqlError when the text is not ksqlDB's language. */
export function meaningOf(text: string): Meaning {
  const parsed = parseStatement(text);
  if (!parsed) throw new Error('expected a statement, found none');
  return statementMeaning(parsed.statement);
}

/** The declared WITH properties of a statement, by upper-case name. */
export function propertiesOf(text: string): Readonly<Record<string, string>> {
  const statement = parseStatement(text)?.statement;
  if (!statement || !('properties' in statement)) return {};
  return Object.fromEntries(
    [...statement.properties].map(([name, value]) => [name, literalText(value) ?? '']),
  );
}

function statementMeaning(statement: Statement): Meaning {
  switch (statement.kind) {
    case 'CreateSource': {
      const { kind, sourceKind, name, isSource, elements } = statement;
      const columns = elements.map(({ name, type, constraint }) => ({
        name,
        type: plain(type),
        constraint: plain(constraint),
      }));
      return { kind, sourceKind, name, isSource, columns };
    }
    case 'CreateAsSelect':
      return {
        kind: statement.kind,
        sourceKind: statement.sourceKind,
        name: statement.name,
        query: queryMeaning(statement.query),
      };
    case 'InsertIntoSelect':
      return { kind: statement.kind, target: statement.target, query: queryMeaning(statement.query) };
    default:
      throw new Error(`a ${statement.kind} statement makes no object`);
  }
}

function queryMeaning(query: Query): Tree {
  const names = new Map<string, string>();
  collectAliases(query.from, names);
  const isSingle = querySources(query).length === 1 && query.from.kind === 'Source';
  const expression = (node: Expression | undefined): Tree =>
    node && expressionMeaning(node, isSingle ? undefined : names);
  return {
    select: query.select.map((item) => selectMeaning(item, expression)),
    from: relationMeaning(query.from, expression),
    window: query.window && windowMeaning(query.window),
    where: expression(query.where),
    groupBy: query.groupBy?.map(expression),
    partitionBy: query.partitionBy?.map(expression),
    having: expression(query.having),
    // A persistent query without EMIT emits changes.
    emit: query.emit ?? 'CHANGES',
    limit: query.limit,
  };
}

function collectAliases(relation: Relation, names: Map<string, string>): void {
  if (relation.kind === 'Source') names.set(relation.alias, relation.name);
  else {
    collectAliases(relation.left, names);
    names.set(relation.right.alias, relation.right.name);
  }
}

type ToTree = (node: Expression | undefined) => Tree;

function selectMeaning(item: SelectItem, expression: ToTree): Tree {
  switch (item.kind) {
    case 'Star':
      return { kind: item.kind, qualifier: item.qualifier };
    case 'StructStar':
      return { kind: item.kind, base: expression(item.base) };
    case 'Column':
      return {
        kind: item.kind,
        value: expression(item.expression),
        alias: ownAlias(item.expression, item.alias),
      };
    default:
      return assertNever(item);
  }
}

/** An alias that the server would have given by itself says nothing. */
function ownAlias(value: Expression, alias: string | undefined): string | undefined {
  if (alias === undefined || GENERATED_ALIAS.test(alias)) return undefined;
  if (value.kind === 'ColumnRef')
    return alias === value.name || alias === `${value.qualifier}_${value.name}` ? undefined : alias;
  if (value.kind === 'Dereference') return alias === value.field ? undefined : alias;
  return alias;
}

function relationMeaning(relation: Relation, expression: ToTree): Tree {
  if (relation.kind === 'Source') return relation.name;
  const { before, after, grace } = relation.within ?? {};
  return {
    join: relation.joinType,
    left: relationMeaning(relation.left, expression),
    right: relation.right.name,
    on: expression(relation.on),
    within: relation.within && {
      before: milliseconds(before),
      after: milliseconds(after),
      grace: milliseconds(grace),
    },
  };
}

function windowMeaning(window: WindowExpression): Tree {
  const own = {
    kind: window.kind,
    retention: milliseconds(window.retention),
    grace: milliseconds(window.grace),
  };
  switch (window.kind) {
    case 'TUMBLING':
      return { ...own, size: milliseconds(window.size) };
    case 'HOPPING':
      return { ...own, size: milliseconds(window.size), advance: milliseconds(window.advance) };
    case 'SESSION':
      return { ...own, gap: milliseconds(window.gap) };
    default:
      return assertNever(window);
  }
}

function milliseconds(duration: WindowDuration | undefined): Tree {
  if (!duration) return undefined;
  const size = UNIT_MS[duration.unit];
  return size === undefined ? `${duration.value} ${duration.unit}` : duration.value * size;
}

/** `names` absent: one source, so that a prefix says nothing. */
function expressionMeaning(node: Expression, names: ReadonlyMap<string, string> | undefined): Tree {
  return plain(rewrite(node, names));
}

function rewrite(node: Expression, names: ReadonlyMap<string, string> | undefined): Expression {
  const inner = mapChildren(node, (child) => rewrite(child, names));
  if (inner.kind === 'ColumnRef') {
    const qualifier =
      names && inner.qualifier !== undefined ? (names.get(inner.qualifier) ?? inner.qualifier) : undefined;
    return { ...inner, qualifier };
  }
  return withoutNegation(withoutSign(inner));
}

/** `a NOT IN (…)` comes back as `NOT (a IN (…))`. */
function withoutNegation(node: Expression): Expression {
  if (!('negated' in node) || !node.negated || node.kind === 'IsNull') return node;
  return { kind: 'Not', operand: { ...node, negated: false }, loc: node.loc };
}

/** `-1` is one literal or a sign before one, as the parser likes. */
function withoutSign(node: Expression): Expression {
  if (node.kind !== 'ArithmeticUnary' || node.op !== '-') return node;
  const { operand } = node;
  if (operand.kind === 'IntegerLiteral' || operand.kind === 'DoubleLiteral')
    return { ...operand, value: -operand.value };
  if (operand.kind === 'DecimalLiteral') return { ...operand, text: `-${operand.text}` };
  return node;
}

/** A copy without places in the text. */
function plain(value: unknown): Tree {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value as Tree;
  const entries = Object.entries(value).filter(([key, item]) => key !== 'loc' && item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}

/** Whether two meanings are one. */
export function sameTree(a: Tree, b: Tree): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => sameTree(item as Tree, b[index] as Tree))
    );
  }
  if (!isNode(a) || !isNode(b)) return a === b;
  if (a.kind === COLUMN && b.kind === COLUMN) return sameColumn(a, b);
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameTree(a[key], b[key]));
}

type Node = { readonly [key: string]: Tree };

function isNode(tree: Tree): tree is Node {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

function sameColumn(a: Node, b: Node): boolean {
  if (a.name !== b.name) return false;
  return a.qualifier === undefined || b.qualifier === undefined || a.qualifier === b.qualifier;
}
