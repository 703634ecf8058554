import type { Expression } from '../../ast/expressions';
import type {
  CreateAsSelect,
  CreateSource,
  Query,
  SelectItem,
  Statement,
  TableElement,
  WithProperties,
} from '../../ast/statements';
import { createScope, qualify } from '../../analyzer/scope';
import type { QueryScope } from '../../analyzer/scope';
import { resolveSelect } from '../../analyzer/select-items';
import type { Catalog, LogicalSchema } from '../../catalog/catalog';
import type { PlanningContext } from '../../planner/context';
import type { StatementPlan } from '../../planner/statement-plan';
import { DEFAULT_RETENTION_MS, cleanupPolicyOf } from '../../planner/topics';
import { formatStatement } from '../../printer/statements';
import { NOWHERE } from '../../source/source';

/**
 * A statement as stock shows it once it was understood: defaults and looked-up columns written out, columns qualified and
 * named, in ksqlDB's layout. `plan` is absent when planning failed: then as far as it can be told.
 */
export function preparedText(
  statement: Statement,
  text: string,
  context: PlanningContext,
  plan?: StatementPlan,
): string {
  switch (statement.kind) {
    case 'CreateSource':
      return formatStatement(preparedSource(statement, context, plan), { aliases: 'always' });
    case 'CreateAsSelect':
      return formatStatement(preparedAsSelect(statement, context, plan), { aliases: 'always' });
    case 'InsertIntoSelect':
      return formatStatement(
        { ...statement, query: preparedQuery(statement.query, context.catalog) },
        { aliases: 'always' },
      );
    case 'DropSource':
      return statement.deleteTopic ? formatStatement({ ...statement, deleteTopic: false }) : text;
    case 'InsertValues':
      return maskedInsert(statement.target, statement.columns, statement.values.length);
    default:
      return text;
  }
}

function preparedSource(
  statement: CreateSource,
  context: PlanningContext,
  plan?: StatementPlan,
): CreateSource {
  const defaults = new Map<string, Expression>();
  if (!statement.properties.has('FORMAT'))
    defaults.set('KEY_FORMAT', text(context.config['ksql.persistence.default.format.key'] ?? 'KAFKA'));
  const defaultValueFormat = context.config['ksql.persistence.default.format.value'];
  if (defaultValueFormat && !statement.properties.has('FORMAT'))
    defaults.set('VALUE_FORMAT', text(defaultValueFormat));
  if (hasKnownFormats(statement.properties))
    defaults.set(
      'CLEANUP_POLICY',
      text(cleanupPolicyOf(statement.sourceKind, statement.properties.has('WINDOW_TYPE'))),
    );
  const elements =
    plan?.kind === 'createSource' && statement.elements.length < columnCount(plan.source.schema)
      ? elementsOf(plan.source.schema, statement.sourceKind)
      : statement.elements;
  return { ...statement, elements, properties: merge(defaults, statement.properties) };
}

/** Stock looks formats up before it looks at topics. */
function hasKnownFormats(properties: WithProperties): boolean {
  const known = ['KAFKA', 'JSON', 'JSON_SR', 'AVRO', 'DELIMITED', 'NONE', 'PROTOBUF', 'PROTOBUF_NOSR'];
  return ['FORMAT', 'KEY_FORMAT', 'VALUE_FORMAT'].every((name) => {
    const value = properties.get(name);
    return value?.kind !== 'StringLiteral' || known.includes(value.value.toUpperCase());
  });
}

function columnCount({ key, value, headers }: LogicalSchema): number {
  return key.length + value.length + headers.length;
}

function elementsOf(schema: LogicalSchema, kind: 'STREAM' | 'TABLE'): TableElement[] {
  const element = (
    name: string,
    type: LogicalSchema['key'][number]['type'],
    constraint: TableElement['constraint'],
  ): TableElement => ({
    name,
    type: { kind: 'BuiltIn', type, loc: NOWHERE },
    constraint,
    loc: NOWHERE,
  });
  return [
    ...schema.key.map(({ name, type }) =>
      element(name, type, { kind: kind === 'TABLE' ? 'PRIMARY KEY' : 'KEY' }),
    ),
    ...schema.value.map(({ name, type }) => element(name, type, { kind: 'NONE' })),
    ...schema.headers.map(({ name, type, headerKey }) =>
      element(name, type, headerKey === undefined ? { kind: 'HEADERS' } : { kind: 'HEADER', key: headerKey }),
    ),
  ];
}

function preparedAsSelect(
  statement: CreateAsSelect,
  context: PlanningContext,
  plan?: StatementPlan,
): CreateAsSelect {
  const given = statement.properties.get('KAFKA_TOPIC');
  const prefix = context.config['ksql.output.topic.name.prefix'] ?? '';
  const topicName = given?.kind === 'StringLiteral' ? given.value : prefix + statement.name;
  const shape = topicShape(statement, topicName, context, plan);
  const windowed = statement.query.window !== undefined;
  const defaults = new Map<string, Expression>([
    ['CLEANUP_POLICY', text(cleanupPolicyOf(statement.sourceKind, windowed))],
    ['KAFKA_TOPIC', text(topicName)],
    ['PARTITIONS', integer(shape.partitions)],
    ['REPLICAS', integer(shape.replicas)],
    ['RETENTION_MS', integer(shape.retentionMs)],
  ]);
  return {
    ...statement,
    properties: merge(defaults, statement.properties),
    query: preparedQuery(statement.query, context.catalog),
  };
}

function topicShape(
  statement: CreateAsSelect,
  topicName: string,
  context: PlanningContext,
  plan?: StatementPlan,
) {
  const created = plan?.kind === 'persistentQuery' ? plan.topic.create : undefined;
  const existing =
    context.topics.get(topicName) ?? context.topics.get(leftmostTopic(statement.query, context.catalog));
  return {
    partitions: created?.partitions ?? existing?.partitions ?? 1,
    replicas: created?.replicas ?? existing?.replicas ?? 1,
    retentionMs: created?.retentionMs ?? DEFAULT_RETENTION_MS,
  };
}

function leftmostTopic({ from }: Query, catalog: Catalog): string {
  let relation = from;
  while (relation.kind === 'Join') relation = relation.left;
  return catalog.getSource(relation.name)?.topic.name ?? '';
}

/** Columns with their source's alias, every column named; a bare star stays. Unknown sources leave the query as it is. */
function preparedQuery(query: Query, catalog: Catalog): Query {
  try {
    const scope = createScope(query.from, catalog);
    const qualified = (expression: Expression) => qualify(expression, scope);
    return {
      ...query,
      select: preparedSelect(query.select, scope),
      where: query.where && qualified(query.where),
      groupBy: query.groupBy?.map(qualified),
      partitionBy: query.partitionBy?.map(qualified),
      having: query.having && qualified(query.having),
      emit: query.emit ?? 'CHANGES',
    };
  } catch {
    return { ...query, emit: query.emit ?? 'CHANGES' };
  }
}

function preparedSelect(select: readonly SelectItem[], scope: QueryScope): readonly SelectItem[] {
  const resolved = resolveSelect(
    select.filter(({ kind }) => kind === 'Column'),
    scope,
    { expandStars: false, windowBounds: false, typeOf: () => null },
  );
  const columns = resolved.map((item): SelectItem =>
    item.kind === 'Star'
      ? { kind: 'Star', loc: item.loc }
      : { kind: 'Column', expression: item.expression, alias: item.alias, loc: item.loc },
  );
  let next = 0;
  return select.map((item) => (item.kind === 'Column' ? columns[next++]! : item));
}

/** Values of an INSERT may be private: stock masks them. */
function maskedInsert(target: string, columns: readonly string[], values: number): string {
  const names = columns.length > 0 ? ` (${columns.map((name) => `\`${name}\``).join(', ')})` : '';
  return `INSERT INTO \`${target}\`${names} VALUES (${Array.from({ length: values }, () => "'[value]'").join(', ')});`;
}

function merge(defaults: ReadonlyMap<string, Expression>, given: WithProperties): WithProperties {
  return new Map([...defaults, ...given].sort(([a], [b]) => (a < b ? -1 : 1)));
}
function text(value: string): Expression {
  return { kind: 'StringLiteral', value, loc: NOWHERE };
}
function integer(value: number): Expression {
  return Math.abs(value) <= 0x7fffffff
    ? { kind: 'IntegerLiteral', value, loc: NOWHERE }
    : { kind: 'LongLiteral', value, loc: NOWHERE };
}
