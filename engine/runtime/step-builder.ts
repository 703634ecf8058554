import type { Column, Format, SerdeFeatures } from '../catalog/catalog';
import type { SerdeSpec, Serializer } from '../formats/contracts';
import type {
  AggregateStep,
  FilterStep,
  FlatMapStep,
  ForeignKeyJoinStep,
  Formats,
  GroupByStep,
  SelectKeyStep,
  SelectStep,
  SinkStep,
  SourceStep,
  Step,
  StreamStreamJoinStep,
  StreamTableJoinStep,
  SuppressStep,
  TableTableJoinStep,
} from '../planner/plan';
import { assertNever } from '../source/assert-never';
import type { SqlType } from '../types/sql-type';
import { keyIdentity } from './key-identity';
import { mappedStore } from './mapped-store';
import { NodeCounter } from './node-names';
import { aggregateView, streamAggregate, tableAggregate } from './operators/aggregate';
import { compileAggregation } from './operators/aggregation';
import type { Aggregation } from './operators/aggregation';
import {
  Subscriptions,
  answerSubscriptions,
  publishChanges,
  resolveResponses,
  subscribe,
} from './operators/foreign-key-join';
import type { ForeignKeyParts } from './operators/foreign-key-join';
import { streamGroupBy, streamGroupByKey, tableGroupBy } from './operators/group-by';
import { rowJoiner } from './operators/joined-row';
import { repartitionReader, repartitionWriter } from './operators/repartition';
import type { RepartitionParts } from './operators/repartition';
import { selectKey } from './operators/select-key';
import { sink } from './operators/sink';
import { streamSource } from './operators/source';
import type { SourceParts } from './operators/source';
import {
  filteredView,
  flatMap,
  mappedView,
  rowMapper,
  streamFilter,
  streamSelect,
  tableFilter,
  tableSelect,
} from './operators/stateless';
import { streamStreamJoin } from './operators/stream-stream-join';
import { streamTableJoin } from './operators/stream-table-join';
import { materializedTableSource, plainTableSource, storeChanges } from './operators/table-source';
import { tableTableJoin } from './operators/table-table-join';
import { sessionAggregate, timeWindowedAggregate } from './operators/windowed-aggregate';
import type { Pipe } from './pipe';
import { PlanCompiler } from './plan-compiler';
import { stateCodec } from './state-codec';
import { KeyValueStore } from './stores/key-value-store';
import { SessionStore } from './stores/session-store';
import type { StoreShape } from './stores/state-store';
import { StreamBuffer } from './stores/stream-buffer';
import { UnmatchedStore } from './stores/unmatched-store';
import { WindowStore } from './stores/window-store';
import { usedColumns } from './used-columns';
import { SubTopologyBuild } from './sub-topology-build';
import type { Next, TableView, TaskContext } from './task-context';
import type { StoreSpec, TopologyDeps } from './topology';

const DAY_MS = 86_400_000;
/** Kafka Streams' grace where a join names none. */
const DEFAULT_GRACE_MS = DAY_MS;

/** How many nodes of Kafka Streams ksqlDB makes for its steps, as the names of published topics show. */
const NODES = { streamSource: 2, tableSource: 4, stateless: 1, repartition: 3, tableSelectKey: 4 } as const;

interface Wants {
  /** The table's rows must be in a store, to be looked up or to know what a change replaces. */
  readonly store: boolean;
  /** EMIT FINAL stands above: results of closed windows only. */
  readonly emitFinal: boolean;
}
const NOTHING: Wants = { store: false, emitFinal: false };

/** Turns the steps of one plan into pipes, from the sources to the sink. */
export class StepBuilder {
  readonly subTopologies: SubTopologyBuild[] = [];
  readonly repartitions: {
    readonly name: string;
    readonly from: SubTopologyBuild;
    readonly to: SubTopologyBuild;
    readonly formats?: Formats;
  }[] = [];
  private readonly compiler: PlanCompiler;
  private readonly nodes = new NodeCounter();
  private used: ReturnType<typeof usedColumns> = new Map();
  private readonly writers: SerdeSpec[] = [];

  constructor(
    private readonly queryId: string,
    private readonly deps: TopologyDeps,
  ) {
    this.compiler = new PlanCompiler(deps);
  }

  async prepare(): Promise<void> {
    for (const spec of this.writers) await this.deps.serdes.prepareWriter(spec);
  }

  /** Builds everything; gives the pipe that feeds the sink. */
  sink(step: SinkStep): Pipe {
    this.used = usedColumns(step);
    const source = this.build(step.source, NOTHING);
    const { topic } = step;
    const keySpec = this.writer(topic.keyFormat, topic.keyFeatures, step.schema.key, true, topic.name);
    const valueSpec = this.writer(
      topic.valueFormat,
      topic.valueFeatures,
      step.schema.value,
      false,
      topic.name,
    );
    source.sub.find().roots.push((context) => {
      const timestampOf =
        step.timestamp &&
        this.compiler.timestampReader(step.timestamp, step.schema, context.evaluation(step.context));
      const { serdes } = this.deps;
      const parts = {
        topic,
        keySerializer: serdes.serializer(keySpec),
        valueSerializer: serdes.serializer(valueSpec),
        timestampOf,
        stepContext: step.context,
      };
      source.attach(context, sink(parts, context));
    });
    return source;
  }

  /** Builds the steps of a push query: results go to the task's `answer`. */
  answer(step: Step): Pipe {
    const source = this.build(step, NOTHING);
    source.sub.find().roots.push((context) => {
      source.attach(context, {
        push: (key, window, value, _old, timestamp) =>
          context.deps.answer?.({ key, window, value, timestamp }),
      });
    });
    return source;
  }

  private build(step: Step, wants: Wants): Pipe {
    switch (step.kind) {
      case 'StreamSource':
      case 'TableSource':
        return this.source(step, wants);
      case 'StreamFilter':
      case 'TableFilter':
        return this.filter(step, wants);
      case 'StreamSelect':
      case 'TableSelect':
        return this.select(step, wants);
      case 'StreamFlatMap':
        return this.flatMap(step);
      case 'StreamSelectKey':
        return this.streamSelectKey(step);
      case 'TableSelectKey':
        return this.tableSelectKey(step);
      case 'StreamGroupBy':
      case 'StreamGroupByKey':
      case 'TableGroupBy':
        return this.groupBy(step);
      case 'StreamAggregate':
      case 'TableAggregate':
        return this.aggregate(step);
      case 'StreamWindowedAggregate':
        return this.windowedAggregate(step, wants);
      case 'StreamStreamJoin':
        return this.streamStreamJoin(step);
      case 'StreamTableJoin':
        return this.streamTableJoin(step);
      case 'TableTableJoin':
        return this.tableTableJoin(step);
      case 'ForeignKeyTableTableJoin':
        return this.foreignKeyJoin(step);
      case 'TableSuppress':
        return this.suppress(step, wants);
      case 'StreamSink':
      case 'TableSink':
        throw new Error('invariant violated: a sink is the last step');
      default:
        return assertNever(step, 'step');
    }
  }

  // ---- names and specs ----------------------------------------------------------------------------------------

  private topicName(rest: string): string {
    return `_confluent-ksql-${this.deps.serviceId}query_${this.queryId}-${rest}`;
  }

  private newSub(): SubTopologyBuild {
    const sub = new SubTopologyBuild();
    this.subTopologies.push(sub);
    return sub;
  }

  private writer(
    format: Format,
    features: SerdeFeatures,
    columns: readonly Column[],
    isKey: boolean,
    topic: string,
  ): SerdeSpec {
    const spec = { format, features, columns, isKey, topic };
    this.writers.push(spec);
    return spec;
  }

  private storeSpec(
    name: string,
    key: readonly Column[],
    value: readonly Column[],
    more: Partial<StoreSpec>,
  ): StoreSpec {
    return {
      name,
      changelogTopic: this.topicName(`${name}-changelog`),
      kind: 'KEY_VALUE',
      cleanupPolicy: 'compact',
      keyColumns: key,
      valueColumns: value,
      ...more,
    };
  }

  // ---- sources ------------------------------------------------------------------------------------------------

  private source(step: SourceStep, wants: Wants): Pipe {
    this.nodes.skip(step.kind === 'StreamSource' ? NODES.streamSource : NODES.tableSource);
    const { serdes } = this.deps;
    const { topic, sourceSchema } = step;
    const sub = this.newSub();
    sub.topics.add(topic.name);
    const base = { topic: topic.name };
    const keyDeserializer = serdes.deserializer({
      ...base,
      format: topic.keyFormat,
      features: topic.keyFeatures,
      columns: sourceSchema.key,
      isKey: true,
    });
    const valueDeserializer = serdes.deserializer({
      ...base,
      format: topic.valueFormat,
      features: topic.valueFeatures,
      columns: sourceSchema.value,
      isKey: false,
      used: this.usedPositions(step),
    });
    const partsFor = (context: TaskContext): SourceParts => ({
      step,
      keyDeserializer,
      valueDeserializer,
      timestampOf:
        step.timestamp &&
        this.compiler.timestampReader(step.timestamp, sourceSchema, context.evaluation(step.context)),
    });
    const window = topic.window && {
      isSession: topic.window.type === 'SESSION',
      sizeMs: topic.window.sizeMs ?? 0,
    };
    const pipe = { sub, schema: step.schema, keyChanged: false, topics: [topic.name], window };
    if (step.kind === 'StreamSource') {
      return {
        ...pipe,
        isTable: false,
        knowsOld: false,
        attach: (context, next) => void streamSource(partsFor(context), context, next),
      };
    }
    if (!step.materialized && !wants.store) {
      return {
        ...pipe,
        isTable: true,
        knowsOld: false,
        attach: (context, next) => void plainTableSource(partsFor(context), context, next),
      };
    }
    const shape = this.store(
      sub,
      this.storeSpec(reduceStoreName(step.context), step.schema.key, step.schema.value, {
        formats: sourceFormats(topic),
      }),
      step.schema.value,
    );
    return {
      ...pipe,
      isTable: true,
      knowsOld: true,
      attach(context, next) {
        const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
        return materializedTableSource(partsFor(context), context, store, next);
      },
      stored: { store: shape.spec.name, map: (view) => view },
    };
  }

  /** Positions of the declared value columns that are read; the timestamp column always is. */
  private usedPositions(step: SourceStep): ReadonlySet<number> | undefined {
    const names = this.used.get(step);
    if (names === undefined) return undefined;
    const positions = step.sourceSchema.value.flatMap(({ name }, index) =>
      names.has(name) || name === step.timestamp?.column ? [index] : [],
    );
    return new Set(positions);
  }

  private store(
    sub: SubTopologyBuild,
    spec: StoreSpec,
    stateColumns: readonly Column[],
    present?: StoreShape['present'],
  ): StoreShape {
    sub.find().stores.push(spec);
    return { spec, stateColumns, present };
  }

  // ---- stateless ----------------------------------------------------------------------------------------------

  private filter(step: FilterStep, wants: Wants): Pipe {
    const source = this.build(step.source, wants);
    this.nodes.skip(NODES.stateless);
    const accepts = this.compiler.predicate(step.predicate, source.schema.value);
    const isTable = step.kind === 'TableFilter';
    return {
      ...source,
      schema: step.schema,
      attach(context, next) {
        const evaluation = context.evaluation(step.context);
        const test = (row: readonly unknown[]): boolean => accepts(row, evaluation);
        const view = source.attach(
          context,
          isTable ? tableFilter(test, source.knowsOld, next) : streamFilter(test, next),
        );
        return view && filteredView(view, test);
      },
      stored: source.stored && {
        store: source.stored.store,
        map: (view) => mappedStore(source.stored!.map(view), (row) => (accepts(row, QUIET) ? row : null)),
      },
    };
  }

  private select(step: SelectStep, wants: Wants): Pipe {
    const source = this.build(step.source, wants);
    this.nodes.skip(NODES.stateless);
    const selects = step.selects.map((select) =>
      this.compiler.expression(select.expression, source.schema.value),
    );
    const isTable = step.kind === 'TableSelect';
    return {
      ...source,
      schema: step.schema,
      attach(context, next) {
        const map = rowMapper(selects, context.evaluation(step.context));
        const view = source.attach(context, isTable ? tableSelect(map, next) : streamSelect(map, next));
        return view && mappedView(view, map);
      },
      stored: source.stored && {
        store: source.stored.store,
        map: (view) => mappedStore(source.stored!.map(view), rowMapper(selects, QUIET)),
      },
    };
  }

  private flatMap(step: FlatMapStep): Pipe {
    const source = this.build(step.source, NOTHING);
    this.nodes.skip(NODES.stateless);
    const functions = step.tableFunctions.map((call) =>
      this.compiler.tableFunction(call, source.schema.value),
    );
    return {
      ...source,
      schema: step.schema,
      attach: (context, next) => source.attach(context, flatMap(functions, context, step.context, next)),
    };
  }

  // ---- keys and partitions ------------------------------------------------------------------------------------

  private streamSelectKey(step: SelectKeyStep): Pipe {
    const source = this.build(step.source, NOTHING);
    this.nodes.skip(NODES.stateless);
    const keys = step.keyExpressions.map((expression) =>
      this.compiler.expression(expression, source.schema.value),
    );
    const parts = {
      keys,
      sourceValue: source.schema.value,
      sourceKey: source.schema.key,
      key: step.schema.key,
      value: step.schema.value,
      context: step.context,
    };
    return {
      ...source,
      schema: step.schema,
      keyChanged: true,
      attach: (context, next) => source.attach(context, selectKey(parts, context, next)),
    };
  }

  /** A table under another key format: its rows travel to their new partition and are stored there. */
  private tableSelectKey(step: SelectKeyStep): Pipe {
    const source = this.build(step.source, NOTHING);
    this.nodes.skip(NODES.tableSelectKey);
    const moved = this.repartition(
      {
        ...source,
        isTable: false,
        schema: step.schema,
        attach: (context, next) => source.attach(context, rekeyedTable(next)),
      },
      `${step.context}-SelectKey-repartition`,
      step.formats,
    );
    const name = `${step.context}-Materialize`;
    const shape = this.store(
      moved.sub,
      this.storeSpec(name, step.schema.key, step.schema.value, { formats: step.formats }),
      step.schema.value,
    );
    return {
      ...moved,
      isTable: true,
      knowsOld: true,
      attach(context, next) {
        const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
        const pass = storeChanges(context, store, next);
        moved.attach(context, {
          push: (key, _window, value, _old, timestamp) => key !== null && pass(key, value, timestamp),
        });
        return store;
      },
      stored: { store: name, map: (view) => view },
    };
  }

  /** Sends rows through a repartition topic: what follows is another sub-topology. */
  private repartition(source: Pipe, name: string, formats: Formats): Pipe {
    this.nodes.skip(NODES.repartition);
    const topic = this.topicName(name);
    const to = this.newSub();
    const from = source.sub;
    to.topics.add(topic);
    to.repartitionTopics.add(topic);
    this.repartitions.push({ name: topic, from, to, formats });
    const parts = this.repartitionParts(source, topic, name, formats);
    from.find().roots.push((context) => void source.attach(context, repartitionWriter(parts(), context)));
    return {
      sub: to,
      schema: source.schema,
      isTable: source.isTable,
      keyChanged: false,
      knowsOld: source.knowsOld,
      topics: [topic],
      window: source.window,
      attach: (context, next) => void context.addSource(topic, repartitionReader(parts(), context, next)),
    };
  }

  private repartitionParts(
    source: Pipe,
    topic: string,
    stepContext: string,
    formats: Formats,
  ): () => RepartitionParts {
    const { serdes } = this.deps;
    const keySpec = this.writer(formats.keyFormat, formats.keyFeatures, source.schema.key, true, topic);
    const valueSpec = this.writer(
      formats.valueFormat,
      formats.valueFeatures,
      source.schema.value,
      false,
      topic,
    );
    return () => ({
      topic,
      keySerializer: serdes.serializer(keySpec),
      valueSerializer: serdes.serializer(valueSpec),
      keyDeserializer: serdes.deserializer(keySpec),
      valueDeserializer: serdes.deserializer(valueSpec),
      window: source.window,
      isTable: source.isTable,
      stepContext,
    });
  }

  private groupBy(step: GroupByStep): Pipe {
    const isTable = step.kind === 'TableGroupBy';
    const source = this.build(step.source, { ...NOTHING, store: isTable });
    if (step.kind === 'StreamGroupByKey') {
      const grouped: Pipe = {
        ...source,
        schema: step.schema,
        attach: (context, next) => source.attach(context, streamGroupByKey(next)),
      };
      return source.keyChanged
        ? this.repartition(grouped, `${step.context}-repartition`, step.formats)
        : grouped;
    }
    const groupBy = step.groupBy.map((expression) =>
      this.compiler.expression(expression, source.schema.value),
    );
    const identity = keyIdentity(step.schema.key);
    const grouped: Pipe = {
      ...source,
      schema: step.schema,
      attach: (context, next) =>
        source.attach(
          context,
          isTable
            ? tableGroupBy(groupBy, (a, b) => identity(a) === identity(b), context, step.context, next)
            : streamGroupBy(groupBy, context, step.context, next),
        ),
    };
    return this.repartition(grouped, `${step.context}-repartition`, step.formats);
  }

  // ---- aggregation --------------------------------------------------------------------------------------------

  private aggregate(step: AggregateStep): Pipe {
    const source = this.build(step.source, NOTHING);
    const aggregation = compileAggregation(step, this.compiler);
    const spec = this.storeSpec(aggregateStoreName(step.context), step.schema.key, step.schema.value, {
      formats: step.formats,
    });
    const shape = this.store(source.sub, spec, aggregation.stateColumns, (state) =>
      aggregation.present(state, null, []),
    );
    const operator = step.kind === 'TableAggregate' ? tableAggregate : streamAggregate;
    return {
      ...source,
      schema: step.schema,
      isTable: true,
      knowsOld: true,
      attach(context, next) {
        const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
        source.attach(context, operator(aggregation, store, context, step.context, next));
        return aggregateView(aggregation, store);
      },
      stored: { store: spec.name, map: (view) => view },
    };
  }

  private windowedAggregate(step: AggregateStep, wants: Wants): Pipe {
    const { window } = step;
    if (window === undefined) throw new Error('invariant violated: a windowed aggregation has a window');
    const source = this.build(step.source, NOTHING);
    const aggregation = compileAggregation(step, this.compiler);
    const isSession = window.type === 'SESSION';
    const spec = this.storeSpec(aggregateStoreName(step.context), step.schema.key, step.schema.value, {
      formats: step.formats,
      kind: isSession ? 'SESSION' : 'WINDOW',
      cleanupPolicy: 'compact,delete',
      retentionMs: window.retentionMs,
      changelogRetentionMs: window.retentionMs + DAY_MS,
      windowSizeMs: isSession ? undefined : window.sizeMs,
    });
    const shape = this.store(source.sub, spec, aggregation.stateColumns, (state) =>
      aggregation.present(state, null, []),
    );
    const parts = {
      aggregation,
      window,
      emitFinal: wants.emitFinal,
      stepContext: step.context,
      compareKeys: this.keyOrder(step),
    };
    return {
      ...source,
      schema: step.schema,
      isTable: true,
      knowsOld: true,
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
      stored: { store: spec.name, map: (view) => view },
    };
  }

  /** Kafka Streams keeps keys in the order of their serialized bytes. */
  private keyOrder(step: AggregateStep): (a: readonly unknown[], b: readonly unknown[]) => number {
    const { formats, schema } = step;
    const topic = this.topicName(`${aggregateStoreName(step.context)}-changelog`);
    const spec = this.writer(formats.keyFormat, formats.keyFeatures, schema.key, true, topic);
    let serializer: ReturnType<TopologyDeps['serdes']['serializer']> | undefined;
    return (a, b) => {
      serializer ??= this.deps.serdes.serializer(spec);
      return Buffer.compare(
        serializer.serialize(a) ?? Buffer.alloc(0),
        serializer.serialize(b) ?? Buffer.alloc(0),
      );
    };
  }

  private suppress(step: SuppressStep, wants: Wants): Pipe {
    const source = this.build(step.source, { ...wants, emitFinal: true });
    return { ...source, schema: step.schema };
  }

  // ---- joins --------------------------------------------------------------------------------------------------

  /** Both inputs in one sub-topology, with the same number of partitions. */
  private copartition(left: Pipe, right: Pipe): SubTopologyBuild {
    const sub = left.sub.merge(right.sub);
    sub.groups.push([...left.topics, ...right.topics]);
    return sub;
  }

  private repartitioned(pipe: Pipe, name: string, formats: Formats): Pipe {
    return pipe.keyChanged ? this.repartition(pipe, name, formats) : pipe;
  }

  private streamStreamJoin(step: StreamStreamJoinStep): Pipe {
    const left = this.repartitioned(
      this.build(step.left, NOTHING),
      `${step.context}-left-repartition`,
      step.leftFormats,
    );
    const right = this.repartitioned(
      this.build(step.right, NOTHING),
      `${step.context}-right-repartition`,
      step.rightFormats,
    );
    const sub = this.copartition(left, right);
    const shapes = this.joinStores(step, left, right, sub);
    const join = rowJoiner(step.schema, left.schema.value, right.schema.value);
    return {
      sub,
      schema: step.schema,
      isTable: false,
      keyChanged: false,
      knowsOld: false,
      topics: [...left.topics, ...right.topics],
      window: left.window,
      attach(context, next) {
        const parts = {
          step,
          join,
          left: context.addStore(new StreamBuffer(shapes.left, context.writeChangelog)),
          right: context.addStore(new StreamBuffer(shapes.right, context.writeChangelog)),
          unmatched:
            shapes.unmatched &&
            context.addStore(new UnmatchedStore(shapes.unmatched, context.writeChangelog)),
        };
        const sides = streamStreamJoin(parts, next);
        left.attach(context, sides.left);
        right.attach(context, sides.right);
        return undefined;
      },
    };
  }

  private joinStores(step: StreamStreamJoinStep, left: Pipe, right: Pipe, sub: SubTopologyBuild) {
    const padsRight = step.joinType === 'RIGHT' || step.joinType === 'OUTER';
    const padsLeft = step.joinType === 'LEFT' || step.joinType === 'OUTER';
    this.nodes.skip(2);
    const thisName = this.nodes.name(padsRight ? 'KSTREAM-OUTERTHIS' : 'KSTREAM-JOINTHIS');
    const otherName = this.nodes.name(padsLeft ? 'KSTREAM-OUTEROTHER' : 'KSTREAM-JOINOTHER');
    this.nodes.skip(1);
    const retentionMs = step.beforeMs + step.afterMs + (step.graceMs ?? DEFAULT_GRACE_MS);
    const key = left.window === undefined ? left.schema.key : [...left.schema.key, ...WINDOW_COLUMNS];
    const spec = (name: string, columns: readonly Column[], formats: Formats): StoreSpec =>
      this.storeSpec(`${name}-store`, key, columns, {
        formats,
        cleanupPolicy: 'delete',
        retentionMs,
        changelogRetentionMs: retentionMs + DAY_MS,
      });
    const shared = {
      ...spec(thisName.replace(/^(KSTREAM-)\w+/, '$1OUTERSHARED'), left.schema.value, step.leftFormats),
      cleanupPolicy: 'compact' as const,
    };
    const needsUnmatched = step.graceMs !== undefined && (padsLeft || padsRight);
    return {
      left: this.store(sub, spec(thisName, left.schema.value, step.leftFormats), left.schema.value),
      right: this.store(sub, spec(otherName, right.schema.value, step.rightFormats), right.schema.value),
      unmatched: needsUnmatched
        ? { ...this.store(sub, shared, left.schema.value), rightColumns: right.schema.value }
        : undefined,
    };
  }

  private streamTableJoin(step: StreamTableJoinStep): Pipe {
    const right = this.build(step.right, { ...NOTHING, store: true });
    const left = this.repartitioned(
      this.build(step.left, NOTHING),
      `${step.context}-repartition`,
      step.formats,
    );
    const sub = this.copartition(left, right);
    const join = rowJoiner(step.schema, left.schema.value, right.schema.value);
    return {
      ...left,
      sub,
      schema: step.schema,
      attach(context, next) {
        const table = viewOf(right.attach(context, IGNORE), step.context);
        left.attach(context, streamTableJoin(step.joinType === 'LEFT', join, table, next));
        return undefined;
      },
    };
  }

  private tableTableJoin(step: TableTableJoinStep): Pipe {
    const left = this.build(step.left, { ...NOTHING, store: true });
    const right = this.build(step.right, { ...NOTHING, store: true });
    const sub = this.copartition(left, right);
    const join = rowJoiner(step.schema, left.schema.value, right.schema.value);
    const shape = this.resultStore(step, sub);
    return {
      sub,
      schema: step.schema,
      isTable: true,
      keyChanged: false,
      knowsOld: true,
      topics: [...left.topics, ...right.topics],
      attach(context, next) {
        const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
        const pass = storeChanges(context, store, next);
        const result: Next = { push: (key, _window, value, _old, timestamp) => pass(key!, value, timestamp) };
        const later = new DeferredNext();
        const laterRight = new DeferredNext();
        const views = {
          left: viewOf(left.attach(context, later), step.context),
          right: viewOf(right.attach(context, laterRight), step.context),
        };
        const sides = tableTableJoin(step.joinType, join, views, result);
        later.target = sides.left;
        laterRight.target = sides.right;
        return store;
      },
      stored: { store: shape.spec.name, map: (view) => view },
    };
  }

  private resultStore(step: TableTableJoinStep | ForeignKeyJoinStep, sub: SubTopologyBuild): StoreShape {
    return this.store(
      sub,
      this.storeSpec(`${step.context}-Materialize`, step.schema.key, step.schema.value, {}),
      step.schema.value,
    );
  }

  private foreignKeyJoin(step: ForeignKeyJoinStep): Pipe {
    const left = this.build(step.left, { ...NOTHING, store: true });
    const right = this.build(step.right, { ...NOTHING, store: true });
    const parts = this.foreignKeyParts(step, left, right);
    const subscriptionShape = this.subscriptionStore(parts, left, right);
    const shape = this.resultStore(step, left.sub);
    const rightSub = right.sub;
    rightSub.find().roots.push((context) => {
      const subscriptions = new Subscriptions(
        context.addStore(new KeyValueStore(subscriptionShape, context.writeChangelog)),
      );
      const view = viewOf(right.attach(context, publishChanges(parts, context, subscriptions)), step.context);
      context.addSource(parts.registrationTopic, answerSubscriptions(parts, context, subscriptions, view));
    });
    return {
      ...left,
      schema: step.schema,
      knowsOld: true,
      attach(context, next) {
        const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
        const pass = storeChanges(context, store, next);
        const direct: Next = { push: (key, _window, value, _old, timestamp) => pass(key!, value, timestamp) };
        const view = viewOf(left.attach(context, subscribe(parts, context, direct)), step.context);
        context.addSource(parts.responseTopic, resolveResponses(parts, context, view, pass));
        return store;
      },
      stored: { store: shape.spec.name, map: (view) => view },
    };
  }

  private foreignKeyParts(step: ForeignKeyJoinStep, left: Pipe, right: Pipe): ForeignKeyParts {
    const codec = (columns: readonly Column[]) => stateCodec(columns.map((column) => column.type));
    this.nodes.skip(1);
    const registration = this.nodes.name('KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION');
    const response = this.nodes.name('KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE');
    return {
      isLeftJoin: step.joinType === 'LEFT',
      foreignKey: this.compiler.expression(step.foreignKey, left.schema.value),
      join: rowJoiner(step.schema, left.schema.value, right.schema.value),
      registrationTopic: this.topicName(`${registration}-topic`),
      responseTopic: this.topicName(`${response}-topic`),
      subscriptionKey: this.keySerdesOf(tableSource(step.right)),
      foreignKeyCodec: codec(right.schema.key),
      primaryKeyCodec: codec(left.schema.key),
      leftCodec: codec(left.schema.value),
      rightCodec: codec(right.schema.value),
      stepContext: step.context,
    };
  }

  /** Writes and reads keys with the very bytes that a source's topic has. */
  private keySerdesOf({ topic, sourceSchema }: SourceStep): ForeignKeyParts['subscriptionKey'] {
    const { serdes } = this.deps;
    const spec = this.writer(topic.keyFormat, topic.keyFeatures, sourceSchema.key, true, topic.name);
    let serializer: Serializer | undefined;
    return {
      serializer: { serialize: (key) => (serializer ??= serdes.serializer(spec)).serialize(key) },
      deserializer: serdes.deserializer(spec),
    };
  }

  private subscriptionStore(parts: ForeignKeyParts, left: Pipe, right: Pipe): StoreShape {
    const bytes: SqlType = { kind: 'BYTES' };
    for (const [topic, from, to] of [
      [parts.registrationTopic, left.sub, right.sub],
      [parts.responseTopic, right.sub, left.sub],
    ] as const) {
      to.find().topics.add(topic);
      to.find().repartitionTopics.add(topic);
      this.repartitions.push({ name: topic, from, to });
    }
    right.sub.find().groups.push([...right.topics, parts.registrationTopic]);
    left.sub.find().groups.push([...left.topics, parts.responseTopic]);
    const name = this.nodes.name('KTABLE-FK-JOIN-SUBSCRIPTION-STATE-STORE');
    const key = [
      { name: 'FOREIGN_KEY', type: bytes },
      { name: 'PRIMARY_KEY', type: bytes },
    ];
    const value = [{ name: 'HASH', type: bytes }];
    return this.store(right.sub, this.storeSpec(name, key, value, {}), value);
  }
}

/** The table under the projections and filters of a join's right side, which is always one source. */
function tableSource(step: Step): SourceStep {
  if (step.kind === 'TableSource') return step;
  if ('source' in step) return tableSource(step.source);
  throw new Error(`invariant violated: a ${step.kind} is no single table`);
}

const WINDOW_COLUMNS: readonly Column[] = [
  { name: 'WINDOWSTART', type: { kind: 'BIGINT' } },
  { name: 'WINDOWEND', type: { kind: 'BIGINT' } },
];

const IGNORE: Next = { push: () => undefined };
/** Reading a store for a client: what fails on a row gives NULL, as it did when the row was made, and was reported then. */
const QUIET = { now: Date.now, random: Math.random, onError: () => undefined };

/** Stands in for an operator that is made later. */
class DeferredNext implements Next {
  target: Next = IGNORE;
  push(...change: Parameters<Next['push']>): void {
    this.target.push(...change);
  }
}

/** Formats of a table source's rows without what belongs to its topic alone. */
function sourceFormats({ keyFormat, valueFormat, keyFeatures, valueFeatures }: SourceStep['topic']): Formats {
  return { keyFormat, valueFormat, keyFeatures, valueFeatures };
}

function viewOf(view: TableView | undefined, context: string): TableView {
  if (view === undefined)
    throw new Error(`invariant violated: ${context} needs a table that can be looked up`);
  return view;
}

/** The key stays what it was, its format changes. */
function rekeyedTable(next: Next): Next {
  return { push: (key, window, value, _old, timestamp) => next.push(key, window, value, null, timestamp) };
}

function reduceStoreName(context: string): string {
  return `${context.replace(/-Source$/, '')}-Reduce`;
}

function aggregateStoreName(context: string): string {
  return `${context.replace(/-Aggregate-Aggregate$/, '-Aggregate')}-Materialize`;
}

export type { Aggregation };
