import type { Query } from '../ast/statements';
import type { QueryAnalysis, QueryPurpose } from '../analyzer/analysis';
import { analyzeQuery, columnsOf } from '../analyzer/analyze-query';
import { producesTable } from '../analyzer/clause-rules';
import { createEnvironment } from '../analyzer/environment';
import type { Projection } from '../analyzer/select-items';
import type { Expression } from '../ast/expressions';
import type { Format } from '../catalog/catalog';
import type { PlanningContext } from './context';
import type { Step } from './plan';
import { buildAggregate } from './steps/aggregate-steps';
import { buildPartitionBy, buildTableFunctions, buildWhere } from './steps/clauses';
import { buildFrom } from './steps/join-steps';
import { internalFormats } from './steps/node';
import type { Build, PlanNode } from './steps/node';
import { expandProjection, selectForClient, selectForSink } from './steps/projection';
import type { SinkWish } from './steps/projection';

/** A query's steps without a sink, and what was found out on the way. */
export interface PlannedQuery {
  readonly node: PlanNode;
  readonly analysis: QueryAnalysis;
  readonly isTable: boolean;
}

export interface QueryWish {
  readonly purpose: QueryPurpose;
  /** Where a persistent query writes to. */
  readonly sink?: SinkWish;
  /** Key format that the statement asks for. */
  readonly sinkKeyFormat?: Format;
}

/** Analyses a query and builds its steps, in the order in which rows pass them. */
export function planSteps(query: Query, wish: QueryWish, context: PlanningContext): PlannedQuery {
  const env = createEnvironment(context.functions, context.catalog);
  const analysis = analyzeQuery(query, wish.purpose, context.catalog, env);
  const build: Build = { analysis, env, context, sinkKeyFormat: wish.sinkKeyFormat };
  const filtered = buildWhere(buildFrom(build), build);
  const keyed = buildPartitionBy(buildTableFunctions(filtered, build), build);
  const node = suppress(project(keyed, wish, build), build);
  return { node, analysis, isTable: producesTable(analysis) };
}

function project(node: PlanNode, wish: QueryWish, build: Build): PlanNode {
  const { analysis } = build;
  if (analysis.isAggregation) {
    const aggregated = buildAggregate(node, columnsOf(analysis.projections), build);
    return selectFrom(aggregated, columnsOf(analysis.projections), aggregated.rewrite, wish, build);
  }
  return selectFrom(
    node,
    expandProjection(node, analysis.projections, build),
    (expression) => expression,
    wish,
    build,
  );
}

function selectFrom(
  node: PlanNode,
  items: readonly Projection[],
  rewrite: (e: Expression) => Expression,
  wish: QueryWish,
  build: Build,
): PlanNode {
  if (wish.sink === undefined) return selectForClient(node, items, rewrite, build);
  return selectForSink(node, items, rewrite, wish.sink, build);
}

/** EMIT FINAL. */
function suppress(node: PlanNode, build: Build): PlanNode {
  if (build.analysis.emit !== 'FINAL') return node;
  const { schema } = node.step;
  const formats = internalFormats(node.keyFormat, node.valueFormat, schema.key);
  const step: Step = { kind: 'TableSuppress', context: 'Suppress', schema, source: node.step, formats };
  return { ...node, step };
}
