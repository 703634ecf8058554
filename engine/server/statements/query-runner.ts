import type { DataSource } from '../../catalog/catalog';
import type { TypeResolver } from '../../expressions';
import type { StartQueryPlan } from '../../planner/statement-plan';
import { buildPushTopology, buildTopology } from '../../runtime/topology-builder';
import type { Topology } from '../../runtime/topology';
import type { NewTopic } from '../broker/broker';
import { internalTopicNames } from '../driver/internal-topics';
import type { QueryDriver } from '../driver/query-driver';
import type { EngineDeps } from './engine-deps';
import type { PersistentQuery } from './engine-state';
import { offsetReset, usesCache } from './session-config';
import { sourceTablePlan } from './source-table';
import { TopicCounters } from './topic-counters';

/** Hands queries to the driver, and knows the topologies of those that run. */
export class QueryRunner {
  private readonly topologies = new Map<string, Topology>();
  /** Records that the queries, and INSERT VALUES, wrote since the server started. */
  readonly counters: TopicCounters;

  constructor(
    private readonly deps: EngineDeps,
    private readonly driver: QueryDriver,
    private readonly types: TypeResolver,
  ) {
    this.counters = new TopicCounters(deps.clock);
  }

  topology(queryId: string): Topology | undefined {
    return this.topologies.get(queryId);
  }

  /** Makes what a query will write to, before it is recorded. */
  async prepare(plan: Pick<StartQueryPlan, 'query'>, sink: NewTopic | undefined): Promise<void> {
    await this.driver.prepare(this.topologyOf(plan), sink);
  }

  /** Takes back what {@link prepare} made for a statement that is not recorded after all. */
  async discard(plan: Pick<StartQueryPlan, 'query'>): Promise<void> {
    await this.deps.broker.deleteTopics(internalTopicNames(this.topologyOf(plan)));
  }

  private topologyOf(plan: Pick<StartQueryPlan, 'query'>): Topology {
    const { serdes, functions, config } = this.deps;
    return buildTopology(plan.query, {
      serviceId: config.serviceId,
      serdes,
      functions,
      types: this.types,
    });
  }

  /** Starts a query, or puts it in the place of the one before. */
  async start(plan: Pick<StartQueryPlan, 'query' | 'replaces'>, query: PersistentQuery): Promise<void> {
    const { serviceId } = this.deps.config;
    const topology = this.topologyOf(plan);
    const counter = this.counters.of(topology.sinkTopic);
    const spec = {
      id: query.id,
      topology,
      group: consumerGroup(serviceId, query.id),
      offsetReset: offsetReset(query.config),
      caching: usesCache(query.config),
      onSinkRecord: () => counter.add(),
    };
    if (plan.replaces) await this.driver.replace(spec);
    else await this.driver.add(spec, query.paused);
    this.topologies.set(query.id, topology);
  }

  /** Keeps the rows of a CREATE SOURCE TABLE, from its topic's beginning on, so that they can be pulled. */
  async keep(table: DataSource, id: string): Promise<void> {
    const { serdes, functions, config } = this.deps;
    const plan = sourceTablePlan(table, id);
    const topology = buildPushTopology(plan, { serviceId: config.serviceId, serdes, functions });
    await this.driver.add({
      id,
      topology,
      group: consumerGroup(config.serviceId, id),
      offsetReset: 'earliest',
      caching: true,
    });
    this.topologies.set(id, topology);
  }

  async end(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.driver.remove(id);
      this.topologies.delete(id);
    }
  }

  /** Starts a query after a restart; one that cannot be started is shown as failed. */
  async startAgain(plan: StartQueryPlan, query: PersistentQuery): Promise<void> {
    try {
      await this.start({ query: plan.query, replaces: false }, query);
    } catch (error) {
      this.deps.log(`query ${query.id} could not be started: ${messageOf(error)}`);
      this.driver.addFailed(query.id, error);
    }
  }
}

/** Group under which a query's progress is kept, named as stock's. */
export function consumerGroup(serviceId: string, queryId: string): string {
  return `_confluent-ksql-${serviceId}query_${queryId}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
