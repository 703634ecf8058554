import type { AggregateStep, SuppressStep } from '../../planner/plan';
import { keyIdentity } from '../key-identity';
import { aggregateView, streamAggregate, tableAggregate } from '../operators/aggregate';
import { compileAggregation } from '../operators/aggregation';
import type { Aggregation } from '../operators/aggregation';
import { sessionAggregate, timeWindowedAggregate } from '../operators/windowed-aggregate';
import {
  sessionGroups,
  timeWindowGroups,
  windowedSourceAggregate,
} from '../operators/windowed-source-aggregate';
import type { Pipe, PipeWindow } from '../pipe';
import { KeyValueStore } from '../stores/key-value-store';
import { SessionStore } from '../stores/session-store';
import { WindowStore } from '../stores/window-store';
import type { StoreSpec } from '../topology';
import { NOTHING } from './assembly';
import type { Assembly, Wants } from './assembly';
import { keyOrder } from './key-order';
import { DAY_MS } from './retention';

/** Aggregates without a window of their own. */
export function buildAggregate(step: AggregateStep, assembly: Assembly): Pipe {
  const source = assembly.build(step.source, NOTHING);
  const aggregation = compileAggregation(step, assembly.compiler);
  if (source.window !== undefined) return windowedSource(step, source, source.window, aggregation, assembly);
  const spec = assembly.storeSpec(storeName(step), step.schema.key, step.schema.value, {
    formats: step.formats,
  });
  const shape = assembly.store(source.sub, spec, aggregation.stateColumns, aggregation.present);
  const operator = step.kind === 'TableAggregate' ? tableAggregate : streamAggregate;
  return {
    ...aggregated(step, source, spec),
    attach(context, next) {
      const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
      source.attach(context, operator(aggregation, store, context, step.context, next));
      return aggregateView(aggregation, store);
    },
  };
}

/** Everything about the result but how its operators are made. */
function aggregated(step: AggregateStep, source: Pipe, spec: StoreSpec): Pipe {
  return {
    ...source,
    schema: step.schema,
    isTable: true,
    knowsOld: true,
    stored: { store: spec.name, map: (view) => view },
  };
}

function windowedSource(
  step: AggregateStep,
  source: Pipe,
  { isSession, sizeMs }: PipeWindow,
  aggregation: Aggregation,
  assembly: Assembly,
): Pipe {
  const spec = assembly.storeSpec(storeName(step), step.schema.key, step.schema.value, {
    formats: step.formats,
    kind: isSession ? 'SESSION' : 'WINDOW',
    windowSizeMs: isSession ? undefined : sizeMs,
  });
  const shape = assembly.store(source.sub, spec, aggregation.stateColumns, aggregation.present);
  const keyOf = keyIdentity(step.schema.key);
  return {
    ...aggregated(step, source, spec),
    attach(context, next) {
      const groups = isSession
        ? sessionGroups(context.addStore(new SessionStore(shape, context.writeChangelog)))
        : timeWindowGroups(context.addStore(new WindowStore(shape, context.writeChangelog)));
      const operator = windowedSourceAggregate(aggregation, groups, keyOf, context, step.context, next);
      source.attach(context, operator);
      return undefined;
    },
  };
}

/** TUMBLING, HOPPING and SESSION. */
export function buildWindowedAggregate(step: AggregateStep, wants: Wants, assembly: Assembly): Pipe {
  const { window } = step;
  if (window === undefined) throw new Error('invariant violated: a windowed aggregation has a window');
  const source = assembly.build(step.source, NOTHING);
  const aggregation = compileAggregation(step, assembly.compiler);
  const isSession = window.type === 'SESSION';
  const spec = assembly.storeSpec(storeName(step), step.schema.key, step.schema.value, {
    formats: step.formats,
    kind: isSession ? 'SESSION' : 'WINDOW',
    cleanupPolicy: 'compact,delete',
    retentionMs: window.retentionMs,
    changelogRetentionMs: window.retentionMs + DAY_MS,
    windowSizeMs: isSession ? undefined : window.sizeMs,
  });
  const shape = assembly.store(source.sub, spec, aggregation.stateColumns, aggregation.present);
  const parts = {
    aggregation,
    window,
    emitFinal: wants.emitFinal,
    stepContext: step.context,
    compareKeys: keyOrder(
      step.formats,
      step.schema.key,
      assembly.topicName(`${storeName(step)}-changelog`),
      assembly,
    ),
  };
  return {
    ...aggregated(step, source, spec),
    window: { isSession, sizeMs: window.sizeMs },
    attach(context, next) {
      if (isSession) {
        const store = context.addStore(new SessionStore(shape, context.writeChangelog));
        source.attach(context, sessionAggregate(parts, store, context, next));
      } else {
        const store = context.addStore(new WindowStore(shape, context.writeChangelog));
        source.attach(context, timeWindowedAggregate(parts, store, context, next));
      }
      return undefined;
    },
  };
}

/** EMIT FINAL: the aggregation below holds its results back. */
export function buildSuppress(step: SuppressStep, wants: Wants, assembly: Assembly): Pipe {
  const source = assembly.build(step.source, { ...wants, emitFinal: true });
  return { ...source, schema: step.schema };
}

function storeName({ context }: AggregateStep): string {
  return `${context.replace(/-Aggregate-Aggregate$/, '-Aggregate')}-Materialize`;
}
