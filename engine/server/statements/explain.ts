import type { Statement } from '../../ast/statements';
import type { LogicalSchema } from '../../catalog/catalog';
import type { PersistentQueryPlan, Step } from '../../planner/plan';
import { isPlannable } from '../../planner/plan-statement';
import { planPushQuery } from '../../planner/push-query';
import { formatType } from '../../types/type-text';
import { ERROR_CODES, WireError } from '../http/wire-error';
import type { PersistentQuery } from './engine-state';
import { consumerGroup } from './query-runner';
import { topologyText } from './topology-text';
import type { KsqlEngine, SessionStatement } from './ksql-engine';
import { fieldEntities } from './schema-entity';
import { displayState } from './query-entities';

/** What stock shows before each step. */
const STEP_LABELS: Readonly<Record<Step['kind'], string>> = {
  StreamSource: 'SOURCE',
  TableSource: 'SOURCE',
  StreamFilter: 'FILTER',
  TableFilter: 'FILTER',
  StreamSelect: 'PROJECT',
  TableSelect: 'PROJECT',
  StreamFlatMap: 'FLAT_MAP',
  StreamSelectKey: 'REKEY',
  TableSelectKey: 'REKEY',
  StreamGroupBy: 'GROUP_BY',
  StreamGroupByKey: 'GROUP_BY',
  TableGroupBy: 'GROUP_BY',
  StreamAggregate: 'AGGREGATE',
  StreamWindowedAggregate: 'AGGREGATE',
  TableAggregate: 'AGGREGATE',
  StreamStreamJoin: 'JOIN',
  StreamTableJoin: 'JOIN',
  TableTableJoin: 'JOIN',
  ForeignKeyTableTableJoin: 'JOIN',
  TableSuppress: 'SUPPRESS',
  StreamSink: 'SINK',
  TableSink: 'SINK',
};

/** EXPLAIN of a query or of a statement; a statement is planned and nothing is made. */
export async function explain(
  engine: KsqlEngine,
  session: SessionStatement,
  statement: Extract<Statement, { kind: 'Explain' }>,
): Promise<object> {
  const text = session.parsed.text;
  if (statement.queryId !== undefined)
    return {
      '@type': 'queryDescription',
      statementText: text,
      queryDescription: explainQuery(engine, statement.queryId, text),
      warnings: [],
    };
  return {
    '@type': 'queryDescription',
    statementText: text,
    queryDescription: await explainStatement(engine, session, statement.statement!, text),
    warnings: [],
  };
}

function explainQuery(engine: KsqlEngine, queryId: string, text: string): object {
  const query = [...engine.state.queries.values()].find(
    ({ id }) => id.toUpperCase() === queryId.toUpperCase(),
  );
  if (!query)
    throw new WireError(
      ERROR_CODES.badStatement,
      `Query with id:${queryId} does not exist, use SHOW QUERIES to view the full set of queries.`,
      text,
    );
  const failure = engine.driver.failure(query.id);
  return {
    ...describe(query.plan, query.sql),
    overriddenProperties: query.overrides,
    ksqlHostQueryStatus: { [hostLabel(engine)]: displayState(engine, query) },
    queryErrors: failure
      ? [{ timestamp: failure.timestamp, errorMessage: failure.message, type: failure.type }]
      : [],
    tasksMetadata: tasks(engine, query),
    consumerGroupId: consumerGroup(engine.deps.config.serviceId, query.id),
    state: engine.driver.state(query.id) === 'ERROR' ? 'ERROR' : 'RUNNING',
  };
}

/** How the server names itself in descriptions. */
export function hostLabel(engine: KsqlEngine): string {
  const listener = engine.deps.config.listeners[0]!;
  return `${listener.host}:${listener.port}`;
}

function tasks(engine: KsqlEngine, query: PersistentQuery): object[] {
  const queues = engine.driver.query(query.id)?.inputQueues ?? [];
  const partitions = [...new Set(queues.map(({ place }) => place.partition))].sort((a, b) => b - a);
  return partitions.map((partition) => ({
    taskId: `0_${partition}`,
    topicOffsets: queues
      .filter(({ place }) => place.partition === partition)
      .map(({ place, position, lag }) => ({
        topicPartitionEntity: { ...place },
        endOffset: position + (lag ?? 0) - 1,
        committedOffset: position,
      })),
    timeCurrentIdlingStarted: null,
  }));
}

async function explainStatement(
  engine: KsqlEngine,
  session: SessionStatement,
  statement: Statement,
  text: string,
): Promise<object> {
  const inner = text.replace(/^\s*EXPLAIN\s+(?:ANALYZE\s+)?/i, '');
  const idle = {
    overriddenProperties: session.overrides,
    ksqlHostQueryStatus: {},
    queryErrors: [],
    tasksMetadata: [],
    state: null,
  };
  const world = await engine.readWorld();
  await world.fetchSchemas(statement);
  const context = engine.context(engine.state, world, session.config);
  if (statement.kind === 'QueryStatement') {
    if (statement.query.emit === undefined) return explainPull(inner, idle);
    const plan = planPushQuery(statement.query, context);
    const { id, fields } = { id: plan.queryId, fields: fieldEntities(plan.root.schema) };
    const serviceId = engine.deps.config.serviceId;
    return {
      id,
      statementText: inner,
      windowType: null,
      fields,
      sources: plan.sourceNames,
      sinks: [],
      topology: topologyText(plan.root),
      executionPlan: executionPlan(plan.root, id),
      ...idle,
      queryType: 'PUSH',
      consumerGroupId: `_confluent-ksql-${serviceId}transient_${id}`,
    };
  }
  if (statement.kind !== 'CreateAsSelect' && statement.kind !== 'InsertIntoSelect') {
    throw new WireError(
      ERROR_CODES.badStatement,
      `The provided statement does not run a ksql query: ${inner}`,
      text,
    );
  }
  if (!isPlannable(statement)) throw new Error('unreachable');
  const plan = engine.planAs(statement, inner, context, text);
  if (plan.kind !== 'persistentQuery')
    throw new WireError(ERROR_CODES.badStatement, 'The provided statement does not run a ksql query', text);
  return {
    ...describe(plan.query, inner),
    ...idle,
    consumerGroupId: consumerGroup(engine.deps.config.serviceId, plan.query.queryId),
  };
}

function explainPull(inner: string, idle: object): object {
  return {
    id: '',
    statementText: inner,
    windowType: null,
    fields: [],
    sources: [],
    sinks: [],
    topology: '',
    executionPlan: '',
    ...idle,
    queryType: 'PULL',
    consumerGroupId: '',
  };
}

function describe(plan: PersistentQueryPlan, statementText: string): object {
  return {
    id: plan.queryId,
    statementText,
    windowType: plan.root.topic.window?.type ?? null,
    fields: fieldEntities(plan.root.schema),
    sources: plan.sourceNames,
    sinks: [plan.sinkName],
    topology: topologyText(plan.root),
    executionPlan: executionPlan(plan.root, plan.queryId),
    queryType: 'PERSISTENT',
  };
}

/** The steps from the last to the sources, one a line, indented as stock does. */
export function executionPlan(step: Step, queryId: string, depth = 0): string {
  const indent = depth === 0 ? ' ' : `${'\t\t'.repeat(depth)} `;
  const logger = [queryId, ...step.context.split('-')].join('.');
  const line = `${indent}> [ ${STEP_LABELS[step.kind]} ] | Schema: ${schemaText(step.schema)} | Logger: ${logger}\n`;
  return (
    line +
    inputsOf(step)
      .map((input) => executionPlan(input, queryId, depth + 1))
      .join('')
  );
}

function schemaText({ key, value }: LogicalSchema): string {
  return [
    ...key.map(({ name, type }) => `${name} ${formatType(type).replaceAll('`', '')} KEY`),
    ...value.map(({ name, type }) => `${name} ${formatType(type).replaceAll('`', '')}`),
  ].join(', ');
}

export function inputsOf(step: Step): readonly Step[] {
  if ('left' in step) return [step.left, step.right];
  return 'source' in step ? [step.source] : [];
}
