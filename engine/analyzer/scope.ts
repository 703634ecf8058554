import { mapChildren } from '../ast/rewrite';
import type { ColumnRef, Expression } from '../ast/expressions';
import type { AliasedSource, Relation } from '../ast/statements';
import { sourcesOf, walkExpression } from '../ast/walk';
import type { Catalog, Column, DataSource } from '../catalog/catalog';
import { at, fail } from './errors';
import { pseudoColumnsOf } from './pseudo-columns';

/** A source under the name by which the query speaks of it. */
export interface QuerySource {
  readonly alias: string;
  readonly source: DataSource;
}
/** The sources of one query in the order of its FROM clause. */
export interface QueryScope {
  readonly sources: readonly QuerySource[];
  /** With more than one source, columns are known by `ALIAS_COLUMN` in the plan. */
  readonly isJoin: boolean;
}

/** Looks up every source of FROM; unknown ones are refused. */
export function createScope(from: Relation, catalog: Catalog): QueryScope {
  const sources = sourcesOf(from).map((node) => ({ alias: node.alias, source: lookUp(node, catalog) }));
  return { sources, isJoin: sources.length > 1 };
}

function lookUp(node: AliasedSource, catalog: Catalog): DataSource {
  const source = catalog.getSource(node.name);
  if (source !== undefined) return source;
  const message = `Exception while preparing statement: ${node.name} does not exist.${otherCaseHint(node.name, catalog)}`;
  return fail('unknownSource', message, node.loc);
}

/** A second line for a name that exists, but in other letters: quoting decides about case. */
export function otherCaseHint(name: string, catalog: Catalog): string {
  const similar = catalog.sources().find((source) => source.name.toUpperCase() === name.toUpperCase());
  if (similar === undefined) return '';
  return similar.name === similar.name.toUpperCase()
    ? `\nDid you mean ${similar.name}? Hint: try removing double quotes from the source name.`
    : `\nDid you mean "${similar.name}"? Hint: wrap the source name in double quotes to make it case-sensitive.`;
}

/** Key, value, header and pseudo columns of a source by name. */
export function findColumn(source: DataSource, name: string): Column | undefined {
  const { key, value, headers } = source.schema;
  return [...key, ...value, ...headers, ...pseudoColumnsOf(source)].find((column) => column.name === name);
}

export function hasColumn(source: QuerySource, name: string): boolean {
  return findColumn(source.source, name) !== undefined;
}

/** `true` when more than one source has a column of this name, so that it is spoken of with its source. */
export function isClashing(scope: QueryScope, name: string): boolean {
  return scope.sources.filter((source) => hasColumn(source, name)).length > 1;
}

/**
 * Gives every column its qualifier: `SELECT a FROM s` becomes `S.A`. Names that no source has stay as they are (a later check
 * refuses them by clause, or they name a synthesised key). Parameters of lambdas are no columns.
 */
export function qualify(
  expression: Expression,
  scope: QueryScope,
  bound: ReadonlySet<string> = new Set(),
): Expression {
  if (expression.kind === 'ColumnRef')
    return bound.has(expression.name) ? expression : qualifyColumn(expression, scope);
  if (expression.kind === 'Lambda') {
    const inner = new Set([...bound, ...expression.parameters]);
    return { ...expression, body: qualify(expression.body, scope, inner) };
  }
  return mapChildren(expression, (child) => qualify(child, scope, bound));
}

function qualifyColumn(column: ColumnRef, scope: QueryScope): ColumnRef {
  if (column.qualifier !== undefined) {
    requireAlias(column.qualifier, scope, column.loc);
    return column;
  }
  const owners = scope.sources.filter((source) => hasColumn(source, column.name));
  if (owners.length > 1) failAmbiguous(column, owners);
  return owners.length === 0 ? column : { ...column, qualifier: owners[0]!.alias };
}

/** Refuses qualifiers that are no sources of the query. */
export function requireQualifiers(expression: Expression, scope: QueryScope): void {
  for (const node of walkExpression(expression)) {
    if (node.kind === 'ColumnRef' && node.qualifier !== undefined)
      requireAlias(node.qualifier, scope, node.loc);
  }
}

/** Refuses a qualifier that is no source of the query. */
export function requireAlias(
  alias: string,
  scope: QueryScope,
  loc: ColumnRef['loc'],
  prefix = 'Failed to prepare statement: ',
): QuerySource {
  const found = scope.sources.find((source) => source.alias === alias);
  return found ?? fail('unknownAlias', `${prefix}'${alias}' is not a valid stream/table name or alias.`, loc);
}

function failAmbiguous(column: ColumnRef, owners: readonly QuerySource[]): never {
  const names = owners.map((owner) => `${owner.alias}.${column.name}`);
  const choices = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  const message = `Exception while preparing statement: ${at(column.loc)}Column '${column.name}' is ambiguous. Could be ${choices}.`;
  return fail('ambiguousColumn', message, column.loc);
}

/** Name of a source's column in the plan. */
export function physicalName(scope: QueryScope, alias: string, column: string): string {
  return scope.isJoin ? `${alias}_${column}` : column;
}

/** The expression over the plan's column names: qualifiers are gone. */
export function toPhysical(expression: Expression, scope: QueryScope): Expression {
  if (expression.kind === 'ColumnRef') {
    if (expression.qualifier === undefined) return expression;
    return {
      kind: 'ColumnRef',
      name: physicalName(scope, expression.qualifier, expression.name),
      loc: expression.loc,
    };
  }
  return mapChildren(expression, (child) => toPhysical(child, scope));
}

/** All columns of all sources under their names in the plan. */
export function physicalColumns(scope: QueryScope): readonly Column[] {
  return scope.sources.flatMap(({ alias, source }) => {
    const { key, value, headers } = source.schema;
    const columns = [...value, ...headers, ...pseudoColumnsOf(source), ...key];
    return columns.map(({ name, type }) => ({ name: physicalName(scope, alias, name), type }));
  });
}
