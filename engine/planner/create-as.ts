import type { CreateAsSelect } from '../ast/statements';
import { fail, inPhase } from '../analyzer/errors';
import { createScope } from '../analyzer/scope';
import type { QuerySource } from '../analyzer/scope';
import type { Column, DataSource, Format } from '../catalog/catalog';
import type { PlanningContext } from './context';
import { refuseExisting, registrationsOf } from './create-source';
import { checkKeyFormat, checkValueFormat, keyFeatures } from './format-facts';
import type { PersistentQueryPlan, SinkStep } from './plan';
import { planSteps } from './plan-query';
import type { PlannedQuery } from './plan-query';
import { existingSource } from './replace-rules';
import { inferColumns } from './inference';
import { defaultKeyFormat, makeFormat, namedKeyFormat, valueFeatures } from './source-formats';
import { leftmostSource, withoutTopicProperties } from './steps/node';
import type { NoChangePlan, StartQueryPlan, TopicPlan } from './statement-plan';
import { failsOnInvalidTime, timestampColumn } from './timestamps';
import { cleanupPolicyOf, sinkTopic } from './topics';
import { compareQueries } from './upgrade/compare-queries';
import { readWith } from './with-properties';
import type { FormatWish, With } from './with-properties';
import { formatColumn, formatKeyColumn } from '../catalog/schema-text';

const PHASE = 'Could not determine output schema for query due to error: ';

/** CREATE STREAM / TABLE … AS SELECT. */
export function planCreateAs(
  statement: CreateAsSelect,
  text: string,
  context: PlanningContext,
): StartQueryPlan | NoChangePlan {
  const wish = readWith(statement.properties, 'CREATE_AS');
  const existing = existingSource(statement, context.catalog);
  if (existing !== undefined && statement.ifNotExists) return alreadyThere(statement, existing);
  const topic = topicOf(statement, wish, context);
  const { query, sink } = planSink(statement, wish, text, context);
  refuseExisting(statement, sink, existing);
  const running = existing && runningQuery(existing, context);
  const plan = queryPlan(statement, query, sink, running?.queryId ?? newQueryId(statement, context), context);
  if (running) refuseUpgrade(running, existing, plan, sink);
  return {
    kind: 'persistentQuery',
    query: plan,
    sink,
    topic,
    schemas: registrationsOf(sink),
    replaces: running !== undefined,
  };
}

function alreadyThere({ name, sourceKind }: CreateAsSelect, existing: DataSource): NoChangePlan {
  const message = `Cannot add ${sourceKind.toLowerCase()} \`${name}\`: A ${existing.kind.toLowerCase()} with the same name already exists.`;
  return { kind: 'noChange', message };
}

/** The query that made the source and still writes to it. */
function runningQuery(source: DataSource, { queries }: PlanningContext): PersistentQueryPlan | undefined {
  return [...queries.values()]
    .map(({ plan }) => plan)
    .find((plan) => plan.kind === 'CREATE_AS' && plan.sinkName === source.name);
}

function refuseUpgrade(
  running: PersistentQueryPlan,
  existing: DataSource,
  plan: PersistentQueryPlan,
  sink: DataSource,
): void {
  const verdict = compareQueries({ query: running, sink: existing }, { query: plan, sink });
  if (verdict.verdict === 'refused') fail('upgrade', verdict.reason);
}

function newQueryId({ sourceKind, name }: CreateAsSelect, { nextQueryNumber }: PlanningContext): string {
  return `${sourceKind === 'STREAM' ? 'CSAS' : 'CTAS'}_${name}_${nextQueryNumber}`;
}

function planSink(
  statement: CreateAsSelect,
  wish: With,
  text: string,
  context: PlanningContext,
): { query: PlannedQuery; sink: DataSource } {
  return inPhase(PHASE, () => {
    const query = planSelect(statement, wish, context);
    return { query, sink: declareSink(statement, query, wish, text, context) };
  });
}

function planSelect(statement: CreateAsSelect, wish: With, context: PlanningContext): PlannedQuery {
  const kind = statement.sourceKind === 'STREAM' ? 'CREATE_STREAM' : 'CREATE_TABLE';
  const sinkKeyFormat =
    wish.key.name === undefined ? undefined : makeFormat(wish.key.name, wish.key.properties);
  const checkColumns = (columns: readonly Column[]) => void timestampColumn(wish, columns);
  const sink = { name: statement.name, checkColumns };
  const query = planSteps(statement.query, { purpose: { kind }, sink, sinkKeyFormat }, context);
  const produced = query.isTable ? 'TABLE' : 'STREAM';
  if (produced !== statement.sourceKind) {
    const message =
      `Invalid result type. Your SELECT query produces a ${produced}. ` +
      `Please use CREATE ${produced} AS SELECT statement instead.`;
    fail('resultType', message, statement.query.loc);
  }
  return query;
}

function declareSink(
  statement: CreateAsSelect,
  query: PlannedQuery,
  wish: With,
  text: string,
  context: PlanningContext,
): DataSource {
  const { schema } = query.node.step;
  const keyFormat = namedKeyFormat(sinkKeyFormat(query, wish.key, context), statement.name);
  const valueFormat = sinkValueFormat(query, wish.value);
  const features = {
    key: keyFeatures(keyFormat, schema.key),
    value: valueFeatures(valueFormat, schema.value, wish.wrapSingleValue, context.config),
  };
  if (keyFormat.name === 'NONE' || schema.key.length > 0) checkKeyFormat(keyFormat, features.key, schema.key);
  checkValueFormat(valueFormat, features.value, schema.value);
  const name = topicName(statement, wish, context);
  const sink: DataSource = {
    kind: statement.sourceKind,
    name: statement.name,
    sql: text,
    schema,
    topic: {
      name,
      keyFormat,
      valueFormat,
      keyFeatures: features.key,
      valueFeatures: features.value,
      window: query.node.window,
    },
    timestamp: timestampColumn(wish, [...schema.key, ...schema.value]),
    isSource: false,
    isCasTarget: true,
  };
  checkFixedSchemas(sink, context);
  return sink;
}

/** As given; else of the first source that has one; NONE for a result without key columns. */
function sinkKeyFormat(query: PlannedQuery, wish: FormatWish, context: PlanningContext): Format {
  const hasKey = query.node.step.schema.key.length > 0;
  if (wish.name !== undefined) {
    if (!hasKey && wish.name !== 'NONE')
      fail('format', 'Key format specified for stream without key columns.');
    return makeFormat(wish.name, wish.properties);
  }
  if (!hasKey) return makeFormat('NONE', {});
  const formats = query.analysis.scope.sources.map(({ source }) => source.topic.keyFormat);
  const inherited =
    formats.find((format) => format.name !== 'NONE') ?? makeFormat(defaultKeyFormat(context.config), {});
  return withWish(inherited, wish);
}

function sinkValueFormat(query: PlannedQuery, wish: FormatWish): Format {
  // Naming the format anew starts from its defaults.
  if (wish.name !== undefined) return makeFormat(wish.name, wish.properties);
  return withWish(leftmostSource(query.analysis).topic.valueFormat, wish);
}

function withWish(inherited: Format, wish: FormatWish): Format {
  return makeFormat(inherited.name, { ...withoutTopicProperties(inherited).properties, ...wish.properties });
}

/** A sink whose schema is fixed by id must produce columns that this schema has. */
function checkFixedSchemas(sink: DataSource, context: PlanningContext): void {
  const { topic, schema } = sink;
  const sides = [
    {
      isKey: true,
      format: topic.keyFormat,
      features: topic.keyFeatures,
      columns: schema.key,
      print: formatKeyColumn,
    },
    {
      isKey: false,
      format: topic.valueFormat,
      features: topic.valueFeatures,
      columns: schema.value,
      print: formatColumn,
    },
  ];
  for (const { print, columns, ...side } of sides) {
    if (side.format.properties['schemaId'] === undefined) continue;
    const registered = inferColumns({ ...side, topic: topic.name }, context);
    refuseForeignColumns(side.isKey ? 'key' : 'value', columns, registered, print);
  }
}

function refuseForeignColumns(
  part: string,
  columns: readonly Column[],
  registered: readonly Column[],
  print: (column: Column) => string,
): void {
  const known = registered.map(print);
  const wrong = columns.map(print).filter((column, i) => column !== known[i]);
  if (wrong.length === 0) return;
  const message =
    `The following ${part} columns are changed, missing or reordered: [${wrong.join(', ')}]. ` +
    `Schema from schema registry is [${known.join(', ')}]`;
  fail('registrySchema', message);
}

/** Settled before all else, as ksqlDB does: the shape of the leftmost source's topic is the default. */
function topicOf(statement: CreateAsSelect, wish: With, context: PlanningContext): TopicPlan {
  const [{ source }] = createScope(statement.query.from, context.catalog).sources as [QuerySource];
  const policy =
    wish.cleanupPolicy ?? cleanupPolicyOf(statement.sourceKind, statement.query.window !== undefined);
  return sinkTopic(topicName(statement, wish, context), wish, source.topic.name, policy, context);
}

function topicName({ name }: CreateAsSelect, { kafkaTopic }: With, { config }: PlanningContext): string {
  return kafkaTopic ?? `${config['ksql.output.topic.name.prefix'] ?? ''}${name}`;
}

function queryPlan(
  statement: CreateAsSelect,
  query: PlannedQuery,
  sink: DataSource,
  queryId: string,
  context: PlanningContext,
): PersistentQueryPlan {
  return {
    queryId,
    kind: 'CREATE_AS',
    sinkName: statement.name,
    sourceNames: query.analysis.scope.sources.map(({ source }) => source.name),
    root: sinkStep(query, sink, context),
  };
}

/** Writes the rows of a query to a source's topic. */
export function sinkStep(query: PlannedQuery, sink: DataSource, context: PlanningContext): SinkStep {
  return {
    kind: query.isTable ? 'TableSink' : 'StreamSink',
    context: sink.name,
    schema: query.node.step.schema,
    source: query.node.step,
    topic: sink.topic,
    timestamp: sink.timestamp,
    failsOnInvalidTime: failsOnInvalidTime(context),
  };
}
