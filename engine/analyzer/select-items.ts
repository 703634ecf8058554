import { walkExpression } from '../ast/walk';
import type { Expression } from '../ast/expressions';
import type { SelectItem } from '../ast/statements';
import { NOWHERE } from '../source/source';
import type { Span } from '../source/source';
import type { SqlType } from '../types/sql-type';
import { fail } from './errors';
import { NameGenerator } from './name-generator';
import { isSystemColumn, WINDOW_BOUNDS } from './pseudo-columns';
import { findColumn, isClashing, qualify, requireAlias } from './scope';
import type { QueryScope, QuerySource } from './scope';

/** One column of the answer: what it is, and its name. */
export interface Projection {
  readonly kind: 'Column';
  /** Qualified: see {@link qualify}. */
  readonly expression: Expression;
  readonly alias: string;
  readonly loc: Span;
  /** Came from a star, not from the text. */
  readonly fromStar: boolean;
}
/** A star that only the plan can expand: `SELECT * … PARTITION BY`. */
export interface StarProjection {
  readonly kind: 'Star';
  readonly loc: Span;
}
export type ProjectionItem = Projection | StarProjection;

/** Prints an expression as ksqlDB does in messages. */
export type ExpressionPrinter = (expression: Expression) => string;

/** Which columns of a source a star stands for, beside its key, value and header columns. */
export interface StarOptions {
  /** The window bounds of windowed sources, after their key columns. */
  readonly windowBounds: boolean;
}

export interface SelectOptions extends StarOptions {
  /** `false`: a bare star stays a star. */
  readonly expandStars: boolean;
  /** Type of an expression over the scope's columns, for `base->*`. */
  typeOf(expression: Expression): SqlType | null;
}

/** Expands stars, qualifies columns and names every column that has no alias. */
export function resolveSelect(
  items: readonly SelectItem[],
  scope: QueryScope,
  options: SelectOptions,
): readonly ProjectionItem[] {
  const names = new AliasGenerator(scope, items);
  return items.flatMap((item): readonly ProjectionItem[] => {
    switch (item.kind) {
      case 'Star':
        return item.qualifier === undefined && !options.expandStars
          ? [{ kind: 'Star', loc: item.loc }]
          : expandStar(item, scope, options);
      case 'StructStar':
        return expandStructStar(item, scope, options, names);
      case 'Column':
        return [resolveColumn(item, scope, names)];
    }
  });
}

function resolveColumn(
  item: Extract<SelectItem, { kind: 'Column' }>,
  scope: QueryScope,
  names: AliasGenerator,
): Projection {
  refuseReservedAlias(item);
  const expression = qualify(item.expression, scope);
  const alias = item.alias ?? names.aliasFor(expression);
  return { kind: 'Column', expression, alias, loc: item.loc, fromStar: false };
}

function refuseReservedAlias(item: Extract<SelectItem, { kind: 'Column' }>): void {
  const { alias, expression } = item;
  if (alias === undefined || !isSystemColumn(alias)) return;
  if (expression.kind === 'ColumnRef' && expression.name === alias) return;
  fail(
    'reservedColumn',
    `\`${alias}\` is a reserved column name. You cannot use it as an alias for a column.`,
    item.loc,
  );
}

function expandStar(
  item: Extract<SelectItem, { kind: 'Star' }>,
  scope: QueryScope,
  options: StarOptions,
): readonly Projection[] {
  const sources =
    item.qualifier === undefined ? scope.sources : [requireAlias(item.qualifier, scope, item.loc, '')];
  return sources.flatMap((source) =>
    starColumns(source, options).map((name) => starColumn(source, name, scope, item.loc)),
  );
}

function starColumns({ source }: QuerySource, options: StarOptions): readonly string[] {
  const { key, value, headers } = source.schema;
  const bounds = options.windowBounds && source.topic.window !== undefined ? WINDOW_BOUNDS : [];
  return [...key, ...bounds, ...value, ...headers].map((column) => column.name);
}

function declaredColumns({ source }: QuerySource): readonly string[] {
  const { key, value, headers } = source.schema;
  return [...key, ...value, ...headers].map((column) => column.name);
}

/** Of a join, all columns of a star carry their source's name, whether or not they clash. */
function starColumn(source: QuerySource, name: string, scope: QueryScope, loc: Span): Projection {
  const alias = scope.isJoin ? `${source.alias}_${name}` : name;
  return {
    kind: 'Column',
    expression: { kind: 'ColumnRef', qualifier: source.alias, name, loc },
    alias,
    loc,
    fromStar: true,
  };
}

function expandStructStar(
  item: Extract<SelectItem, { kind: 'StructStar' }>,
  scope: QueryScope,
  options: SelectOptions,
  names: AliasGenerator,
): readonly Projection[] {
  const base = qualify(item.base, scope);
  const type = options.typeOf(base);
  if (type?.kind !== 'STRUCT') {
    const found = type?.kind ?? 'NULL';
    return fail(
      'expression',
      `Cannot apply '->*' to an expression of type ${found}: only a STRUCT has fields.`,
      item.loc,
    );
  }
  return type.fields.map((field) => {
    const expression: Expression = { kind: 'Dereference', base, field: field.name, loc: item.loc };
    return { kind: 'Column', expression, alias: names.aliasFor(expression), loc: item.loc, fromStar: false };
  });
}

/** Names for columns without an alias: none that a source's column or an alias of the projection has. */
class AliasGenerator {
  private readonly names: NameGenerator;

  constructor(
    private readonly scope: QueryScope,
    items: readonly SelectItem[],
  ) {
    const declared = scope.sources.flatMap((source) => declaredColumns(source));
    const aliases = items.flatMap((item) =>
      item.kind === 'Column' && item.alias !== undefined ? [item.alias] : [],
    );
    this.names = new NameGenerator([...declared, ...aliases]);
  }

  /** A column's own name (with its source's where it clashes), a field's name, or `KSQL_COL_n`. */
  aliasFor(expression: Expression): string {
    if (expression.kind === 'ColumnRef') {
      const clashes = expression.qualifier !== undefined && isClashing(this.scope, expression.name);
      return clashes ? `${expression.qualifier}_${expression.name}` : expression.name;
    }
    return expression.kind === 'Dereference' ? this.names.unique(expression.field) : this.names.generated();
  }
}

/** Refuses columns that no source has. `clause` is how ksqlDB names the place, e.g. `SELECT`. */
export function requireColumns(
  expression: Expression,
  scope: QueryScope,
  clause: string,
  alsoKnown: ReadonlySet<string>,
): void {
  for (const node of columnsIn(expression)) {
    const known =
      node.qualifier === undefined
        ? alsoKnown.has(node.name)
        : alsoKnown.has(node.name) || ownerHas(scope, node.qualifier, node.name);
    if (known) continue;
    const name = node.qualifier === undefined ? node.name : `${node.qualifier}.${node.name}`;
    const place = node.loc === NOWHERE ? '' : `Line: ${node.loc.line}, Col: ${node.loc.column}: `;
    fail(
      'unknownColumn',
      `${place}${clause} column '${name}' cannot be resolved.`,
      node.loc,
      suggestion(node.name, scope),
    );
  }
}

function ownerHas(scope: QueryScope, alias: string, name: string): boolean {
  const owner = scope.sources.find((source) => source.alias === alias);
  return owner !== undefined && findColumn(owner.source, name) !== undefined;
}

function suggestion(name: string, scope: QueryScope): string | undefined {
  const all = scope.sources.flatMap((source) => declaredColumns(source));
  const similar = all.find((candidate) => candidate.toUpperCase() === name.toUpperCase());
  if (similar !== undefined) return `Did you mean \`${similar}\`? Quote names that are not all upper case.`;
  return all.length === 0 ? undefined : `Columns there are: ${all.join(', ')}.`;
}

/** The columns of an expression in the order of the text; parameters of lambdas are left out. */
export function columnsIn(expression: Expression): readonly Extract<Expression, { kind: 'ColumnRef' }>[] {
  const bound = new Set(
    [...walkExpression(expression)].flatMap((node) => (node.kind === 'Lambda' ? node.parameters : [])),
  );
  return [...walkExpression(expression)].filter(
    (node): node is Extract<Expression, { kind: 'ColumnRef' }> =>
      node.kind === 'ColumnRef' && !(node.qualifier === undefined && bound.has(node.name)),
  );
}
