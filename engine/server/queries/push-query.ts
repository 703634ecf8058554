import type { PushQueryPlan } from '../../planner/plan';
import { MissingSchemaError } from '../../formats/contracts';
import type { ProcessingLogger, Row } from '../../runtime/contracts';
import { externalTopics, repartitionTopicPartitions } from '../../runtime/topology';
import { buildPushTopology } from '../../runtime/topology-builder';
import type { QueryResult, Topology } from '../../runtime/topology';
import type { Subscription, TopicPartition } from '../broker/broker';
import { partitionKey } from '../broker/broker';
import { RunningQuery } from '../driver/running-query';
import { Turn, yieldToEventLoop } from '../driver/turn';
import type { KsqlEngine } from '../statements/ksql-engine';
import { offsetReset, usesCache } from '../statements/session-config';
import type { EffectiveConfig } from '../statements/session-config';
import type { QueryAnswer } from './query-answer';
import { tombstoneMaker } from './tombstones';
import type { TombstoneMaker } from './tombstones';

const SLICE_MS = 4;
/** Rows that wait for a slow client; above that the query waits too. */
const MAX_WAITING_ROWS = 10_000;

export interface PushOptions {
  readonly config: EffectiveConfig;
  /** Ends once everything that was there at the start is read: a pull query on a stream. */
  readonly untilEnd: boolean;
}

/** A query that runs for one client, from topics into its answer: nothing is written, nothing is kept. */
export class PushQuery implements AsyncIterable<readonly Row[]> {
  private readonly topology: Topology;
  private readonly makeTombstone: TombstoneMaker;
  private readonly tombstones = new WeakSet<Row>();
  private query: RunningQuery | undefined;
  private subscriptions: Subscription[] = [];
  private ends: ReadonlyMap<string, number> = new Map();
  private waiting: Row[] = [];
  private given = 0;
  private ended = false;
  private reason: string | undefined;
  private failure: Error | undefined;
  private busy = false;
  /** More came while a run was under way. */
  private calledAgain = false;
  private wake: (() => void) | undefined;

  constructor(
    private readonly engine: KsqlEngine,
    private readonly plan: PushQueryPlan,
    private readonly options: PushOptions,
  ) {
    const { serdes, functions, config } = engine.deps;
    this.makeTombstone = tombstoneMaker(plan);
    this.topology = buildPushTopology(plan, {
      serviceId: config.serviceId,
      serdes,
      functions,
      types: (name) => engine.catalog.getType(name),
    });
  }

  async start(): Promise<void> {
    const { broker, processingLog, clock } = this.engine.deps;
    await this.topology.prepare();
    const counts = new Map<string, number>();
    for (const topic of new Set(this.topology.subTopologies.flatMap(externalTopics))) {
      counts.set(topic, (await broker.topic(topic))?.partitions ?? 1);
    }
    const logger: ProcessingLogger = processingLog;
    this.query = new RunningQuery(
      {
        id: this.plan.queryId,
        topology: this.topology,
        group: '',
        offsetReset: 'latest',
        caching: usesCache(this.options.config),
      },
      {
        logger,
        clock,
        write: () => undefined,
        partitionsOf: (topic) => counts.get(topic) ?? 1,
        repartitionPartitions: repartitionTopicPartitions(this.topology, (topic) => counts.get(topic) ?? 1),
        answer: (result) => this.onResult(result),
      },
    );
    await this.open(this.query);
  }

  private async open(query: RunningQuery): Promise<void> {
    const { broker } = this.engine.deps;
    const places: TopicPartition[] = query.inputQueues.map(({ place }) => place);
    const fromStart = this.options.untilEnd || offsetReset(this.options.config) === 'earliest';
    const [starts, ends] = await Promise.all([
      broker.offsets(places, fromStart ? 'EARLIEST' : 'LATEST'),
      broker.offsets(places, 'LATEST'),
    ]);
    this.ends = ends;
    query.seek(starts);
    this.subscriptions = query.inputQueues.map((queue) =>
      broker.subscribe(
        { ...queue.place, offset: queue.readFrom },
        {
          wantsMore: () => queue.hasRoom && !this.ended,
          onRecords: (records, nextOffset, endOffset) => {
            queue.push(
              this.options.untilEnd
                ? records.filter(
                    ({ offset }) =>
                      offset < (ends.get(partitionKey(queue.place.topic, queue.place.partition)) ?? 0),
                  )
                : records,
              nextOffset,
              endOffset,
            );
            void this.work();
          },
          onFailure: (error) => this.fail(error),
        },
      ),
    );
    if (this.isAtEnd()) this.end('Query Completed');
  }

  /** Processes what waits, a slice at a time; one run at once. */
  private async work(): Promise<void> {
    this.calledAgain = true;
    if (this.busy || this.ended || !this.query) return;
    this.busy = true;
    try {
      while (!this.ended && this.waiting.length < MAX_WAITING_ROWS) {
        this.calledAgain = false;
        const processed = await this.slice(this.query);
        await new Turn().through(this.query.flush());
        if (this.isAtEnd()) this.end('Query Completed');
        if (processed === 0 && !this.calledAgain) break;
        for (const subscription of this.subscriptions) subscription.resume();
        await yieldToEventLoop();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.busy = false;
    }
  }

  private async slice(query: RunningQuery): Promise<number> {
    try {
      return query.process(performance.now() + SLICE_MS, () => performance.now());
    } catch (error) {
      if (!(error instanceof MissingSchemaError)) throw error;
      await error.load();
      return 1;
    }
  }

  private isAtEnd(): boolean {
    if (!this.options.untilEnd || !this.query) return false;
    return this.query.inputQueues.every(
      ({ place, position }) => position >= (this.ends.get(partitionKey(place.topic, place.partition)) ?? 0),
    );
  }

  private onResult(result: QueryResult): void {
    if (this.ended || (result.value === null && !this.plan.isTable)) return;
    const value = result.value ?? this.tombstone(result);
    if (this.plan.limit !== undefined && this.given >= this.plan.limit) return this.end('Limit Reached');
    this.waiting.push(value);
    this.given++;
    if (this.plan.limit !== undefined && this.given >= this.plan.limit) this.end('Limit Reached');
    this.wake?.();
  }

  private tombstone(result: QueryResult): Row {
    const row = this.makeTombstone(result);
    this.tombstones.add(row);
    return row;
  }

  isTombstone(row: Row): boolean {
    return this.tombstones.has(row);
  }

  private fail(error: unknown): void {
    this.failure = error instanceof Error ? error : new Error(String(error));
    this.end(undefined);
  }

  end(reason: string | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.reason = reason;
    for (const subscription of this.subscriptions) subscription.close();
    this.engine.transientQueries.unregister(this.plan.queryId);
    this.wake?.();
  }

  finalMessage(): string | undefined {
    return this.reason;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<readonly Row[]> {
    if (this.plan.limit === 0) this.end('Limit Reached');
    for (;;) {
      const rows = this.waiting;
      this.waiting = [];
      if (rows.length > 0) yield rows;
      if (this.waiting.length > 0) continue;
      if (this.failure) throw this.failure;
      if (this.ended) return;
      void this.work();
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
    }
  }
}

/** Starts a push query and gives its answer. */
export async function startPush(
  engine: KsqlEngine,
  plan: PushQueryPlan,
  options: PushOptions,
  sql: string,
): Promise<QueryAnswer> {
  const query = new PushQuery(engine, plan, options);
  engine.transientQueries.register({ id: plan.queryId, sql, close: () => query.end(undefined) });
  try {
    await query.start();
  } catch (error) {
    engine.transientQueries.unregister(plan.queryId);
    throw error;
  }
  return {
    queryId: plan.queryId,
    kind: options.untilEnd ? 'PULL' : 'PUSH',
    columns: plan.columns.map((column) => ({ ...column, isKey: false })),
    rows: query,
    isTombstone: (row) => query.isTombstone(row),
    finalMessage: () => query.finalMessage(),
    close: () => query.end(undefined),
  };
}
