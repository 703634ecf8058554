import type { InsertIntoSelect } from '../ast/statements';
import { fail } from '../analyzer/errors';
import { otherCaseHint } from '../analyzer/scope';
import type { Column, DataSource, LogicalSchema } from '../catalog/catalog';
import { formatSchema } from '../catalog/schema-text';
import type { SqlType } from '../types/sql-type';
import { canImplicitlyCast, isNumeric, typesEqual } from '../types/type-rules';
import type { PlanningContext } from './context';
import { sinkStep } from './create-as';
import { planSteps } from './plan-query';
import type { PlannedQuery } from './plan-query';
import type { NamedExpression } from './plan';
import type { StartQueryPlan } from './statement-plan';
import { readWith } from './with-properties';

/** INSERT INTO … SELECT: one more query that writes to a stream's topic. */
export function planInsertInto(statement: InsertIntoSelect, context: PlanningContext): StartQueryPlan {
  const wish = readWith(statement.properties, 'INSERT_INTO');
  const sink = insertableStream(statement, context);
  const purpose = { kind: 'INSERT' } as const;
  const query = planSteps(
    statement.query,
    { purpose, sink: { name: sink.name }, sinkKeyFormat: sink.topic.keyFormat },
    context,
  );
  if (query.isTable) refuseTable(sink);
  requireSameSchema(query, sink);
  const queryId = wish.queryId?.toUpperCase() ?? `INSERTQUERY_${context.nextQueryNumber}`;
  if (context.queries.has(queryId)) fail('unknownQuery', `Query ID '${queryId}' already exists.`);
  return {
    kind: 'persistentQuery',
    query: {
      queryId,
      kind: 'INSERT',
      sinkName: sink.name,
      sourceNames: query.analysis.scope.sources.map(({ source }) => source.name),
      root: sinkStep(castToSink(query, sink), sink, context),
    },
    topic: { name: sink.topic.name },
    schemas: [],
    replaces: false,
  };
}

function insertableStream(statement: InsertIntoSelect, { catalog }: PlanningContext): DataSource {
  const sink = catalog.getSource(statement.target);
  if (sink === undefined) {
    const hint = otherCaseHint(statement.target, catalog);
    return fail(
      'unknownSource',
      `Sink '${statement.target}' does not exist for the INSERT INTO statement.${hint}`,
      statement.loc,
    );
  }
  if (sink.kind === 'TABLE') {
    fail(
      'insert',
      `INSERT INTO can only be used to insert into a stream. ${sink.name} is a table.`,
      statement.loc,
    );
  }
  if (sink.isSource) fail('insert', `Cannot insert into read-only stream: ${sink.name}`, statement.loc);
  if (sink.schema.headers.length > 0) {
    fail('insert', `Cannot insert into ${sink.name} because it has header columns`, statement.loc);
  }
  return sink;
}

function refuseTable(sink: DataSource): never {
  const message =
    'Incompatible data sink and query result. ' +
    `Data sink (${sink.name}) type is K${sink.kind[0]}${sink.kind.slice(1).toLowerCase()} but select query result is KTable.`;
  return fail('resultType', message);
}

function requireSameSchema(query: PlannedQuery, sink: DataSource): void {
  const result = query.node.step.schema;
  if (isCompatible(result, sink.schema)) return;
  const message =
    `Incompatible schema between results and sink.\n` +
    `Result schema is ${formatSchema(result)}\nSink schema is ${formatSchema(sink.schema)}`;
  fail('schemaMismatch', message);
}

/** Key types must be equal; values need the same names in the same order, and types that widen. */
function isCompatible(result: LogicalSchema, sink: LogicalSchema): boolean {
  if (result.key.length !== sink.key.length || result.value.length !== sink.value.length) return false;
  const sameKeys = result.key.every((column, i) => typesEqual(column.type, sink.key[i]!.type));
  return sameKeys && result.value.every((column, i) => isAssignable(column, sink.value[i]!));
}

function isAssignable(from: Column, to: Column): boolean {
  return from.name === to.name && (typesEqual(from.type, to.type) || widens(from.type, to.type));
}

/** A DECIMAL widens to one with no fewer digits on either side of the point. */
function widens(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'DECIMAL' && to.kind === 'DECIMAL') {
    return from.scale <= to.scale && from.precision - from.scale <= to.precision - to.scale;
  }
  return isNumeric(from) && from.kind !== to.kind && canImplicitlyCast(from.kind, to.kind);
}

/** The last select with its values cast to the sink's types, where they differ. */
function castToSink(query: PlannedQuery, sink: DataSource): PlannedQuery {
  const { step } = query.node;
  if (step.kind !== 'StreamSelect') return query;
  const selects = step.selects.map((item, i): NamedExpression => {
    const { type } = sink.schema.value[i]!;
    if (typesEqual(step.schema.value[i]!.type, type)) return item;
    const { loc } = item.expression;
    return {
      ...item,
      expression: { kind: 'Cast', operand: item.expression, type: { kind: 'BuiltIn', type, loc }, loc },
    };
  });
  const schema = { ...step.schema, value: sink.schema.value };
  return { ...query, node: { ...query.node, step: { ...step, schema, selects } } };
}
