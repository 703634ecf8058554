import { sameExpression } from '../../ast/rewrite';
import type { Expression } from '../../ast/expressions';
import type { DataSource } from '../../catalog/catalog';
import { formatSchema } from '../../catalog/schema-text';
import { formatExpression } from '../../printer/index';
import { quoteName } from '../../types/type-text';
import type {
  AggregateStep,
  FilterStep,
  GroupByStep,
  PersistentQueryPlan,
  SelectKeyStep,
  SinkStep,
  SourceStep,
  Step,
} from '../plan';
import { upgradeRefusal } from './compare-sources';

/** A persistent query and the source that it declares. */
export interface QueryAndSink {
  readonly query: PersistentQueryPlan;
  readonly sink: DataSource;
}
export type UpgradeVerdict =
  | { readonly verdict: 'unchanged' }
  | { readonly verdict: 'inPlace' }
  | { readonly verdict: 'refused'; readonly reason: string };

/**
 * Whether a changed query can take over the state and the offsets of a running one, as ksqlDB decides it for CREATE OR REPLACE:
 * first the declarations are compared, then the steps, from the sink to the sources.
 * https://docs.confluent.io/platform/7.9/ksqldb/how-to-guides/update-a-running-persistent-query.html
 */
export function compareQueries(old: QueryAndSink, next: QueryAndSink): UpgradeVerdict {
  const reason = upgradeRefusal(old.sink, next.sink) ?? refusal(old.query.root, next.query.root);
  if (reason !== undefined) return { verdict: 'refused', reason };
  return sameSteps(old.query.root, next.query.root) ? { verdict: 'unchanged' } : { verdict: 'inPlace' };
}

/** The plans say the same, wherever their texts say it. */
function sameSteps(a: Step, b: Step): boolean {
  const print = (step: Step) =>
    JSON.stringify(step, (key, value: unknown) =>
      key === 'loc' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    );
  return print(a) === print(b);
}

/** Why `next` cannot run on with what `old` has stored; undefined when it can. */
function refusal(old: Step, next: Step): string | undefined {
  if (isFilter(old)) return filterRefusal(old, next);
  if (isOptionalFilter(old, next)) return refusal(old, next.source);
  if (old.kind !== next.kind)
    return notSupported(old) ?? mismatch(old, 'class', className(old), className(next));
  switch (old.kind) {
    case 'StreamSource':
    case 'TableSource':
      return sourceRefusal(old, next as SourceStep);
    case 'StreamSelect':
    case 'TableSelect':
      return refusal(old.source, (next as typeof old).source);
    case 'StreamSelectKey':
      return selectKeyRefusal(old, next as SelectKeyStep);
    case 'StreamGroupBy':
    case 'StreamGroupByKey':
      return groupByRefusal(old, next as GroupByStep);
    case 'StreamAggregate':
      return aggregateRefusal(old, next as AggregateStep);
    case 'StreamSink':
    case 'TableSink':
      return sinkRefusal(old, next as SinkStep);
    default:
      return notSupported(old);
  }
}

/** Steps whose state ksqlDB never hands on, not even to the same query. */
const NEVER: ReadonlySet<Step['kind']> = new Set([
  'StreamFlatMap',
  'TableSelectKey',
  'TableGroupBy',
  'StreamWindowedAggregate',
  'TableAggregate',
  'StreamStreamJoin',
  'StreamTableJoin',
  'TableTableJoin',
  'ForeignKeyTableTableJoin',
  'TableSuppress',
]);

function notSupported(step: Step): string | undefined {
  return NEVER.has(step.kind) ? `Upgrades not yet supported for ${step.kind}` : undefined;
}

function mismatch(step: Step, what: string, a: string, b: string): string {
  return `Query is not upgradeable. Plan step of type ${step.kind} must have matching ${what}. Values differ: ${a} vs. ${b}`;
}

/** ksqlDB names the Java classes of its steps. */
function className(step: Step): string {
  return `class io.confluent.ksql.execution.plan.${step.kind}`;
}

function isFilter(step: Step): step is FilterStep {
  return step.kind === 'StreamFilter' || step.kind === 'TableFilter';
}

/** A filter may be changed, and taken away; ksqlDB then compares what was under it the other way round. */
function filterRefusal(old: FilterStep, next: Step): string | undefined {
  return next.kind === old.kind ? refusal(old.source, next.source) : refusal(next, old.source);
}

/** A filter may be put in front of a source. */
function isOptionalFilter(old: Step, next: Step): next is FilterStep {
  return isFilter(next) && (old.kind === 'StreamSource' || old.kind === 'TableSource');
}

function listText(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

function differing(step: Step, what: string, a: string, b: string): string | undefined {
  return a === b ? undefined : mismatch(step, what, a, b);
}

function sourceRefusal(old: SourceStep, next: SourceStep): string | undefined {
  return (
    differing(old, 'topic name', old.topic.name, next.topic.name) ??
    differing(old, 'formats', formatsText(old), formatsText(next)) ??
    differing(old, 'source schema', formatSchema(old.sourceSchema), formatSchema(next.sourceSchema))
  );
}

function formatsText({ topic }: SourceStep): string {
  return `${topic.keyFormat.name}/${topic.valueFormat.name}`;
}

function expressionsText(expressions: readonly Expression[]): string {
  return listText(expressions.map(formatExpression));
}

function selectKeyRefusal(old: SelectKeyStep, next: SelectKeyStep): string | undefined {
  const same =
    old.keyExpressions.length === next.keyExpressions.length &&
    old.keyExpressions.every((key, i) => sameExpression(key, next.keyExpressions[i]!));
  if (!same)
    return mismatch(
      old,
      'key expressions',
      expressionsText(old.keyExpressions),
      expressionsText(next.keyExpressions),
    );
  return refusal(old.source, next.source);
}

function groupByRefusal(old: GroupByStep, next: GroupByStep): string | undefined {
  const changed = differing(
    old,
    'group by expressions',
    expressionsText(old.groupBy),
    expressionsText(next.groupBy),
  );
  return changed ?? refusal(old.source, next.source);
}

function aggregateRefusal(old: AggregateStep, next: AggregateStep): string | undefined {
  const columns = (step: AggregateStep) => listText(step.nonAggregateColumns.map(quoteName));
  const functions = (step: AggregateStep) => expressionsText(step.aggregates);
  return (
    differing(old, 'columns not part of aggregate', columns(old), columns(next)) ??
    differing(old, 'aggregate functions', functions(old), functions(next)) ??
    refusal(old.source, next.source)
  );
}

function sinkRefusal(old: SinkStep, next: SinkStep): string | undefined {
  return differing(old, 'topic name', old.topic.name, next.topic.name) ?? refusal(old.source, next.source);
}
