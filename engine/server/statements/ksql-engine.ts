import type { Catalog, DataSource } from '../../catalog/catalog';
import type { Statement } from '../../ast/statements';
import { parseStatements } from '../../parser';
import type { ParsedStatement } from '../../parser';
import type { PlanningContext } from '../../planner/context';
import { isPlannable, planStatement } from '../../planner/plan-statement';
import type { PlannableStatement } from '../../planner/plan-statement';
import type { StartQueryPlan, StatementPlan } from '../../planner/statement-plan';
import type { ProcessingLogger } from '../../runtime/contracts';
import type { Topology } from '../../runtime/topology';
import { createSource } from '../../source/source';
import { QueryDriver } from '../driver/query-driver';
import { ERROR_CODES, toWireError, WireError } from '../http/wire-error';
import { PullLimits } from '../queries/pull-limits';
import { TransientQueries } from '../queries/transient-queries';
import { stateDiskIn } from '../state/open-disk';
import { CommandLog } from './command-log';
import type { NumberedCommand } from './command-log';
import { commandId, commandMessage } from './command-text';
import type { EngineDeps } from './engine-deps';
import { advance, EMPTY_STATE } from './engine-state';
import type { AppliedStatement, EngineState } from './engine-state';
import { effectiveConfig } from './session-config';
import type { EffectiveConfig } from './session-config';
import { planningError } from './statement-error';
import { preparedText } from './statement-text';
import { deleteTopic, prepareTopics } from './topic-preparation';
import { QueryRunner } from './query-runner';
import type { TopicCounter } from './topic-counters';
import { World } from './world';
import { writeInsert } from './insert-values';

/** A statement with the settings that hold where it stands. */
export interface SessionStatement {
  readonly parsed: ParsedStatement;
  readonly overrides: Readonly<Record<string, string>>;
  readonly config: EffectiveConfig;
  /** Variables of the request and of DEFINEs before the statement. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A statement's plan with what it was made from. */
export interface PlannedStatement {
  readonly plan: StatementPlan;
  readonly context: PlanningContext;
}

/** What a statement would do; without a plan for those that only ask. */
interface Rehearsal {
  readonly state: EngineState;
  readonly planned?: PlannedStatement;
}

export interface CommandOutcome {
  readonly commandId: string;
  readonly offset: number;
  readonly message: string;
  readonly queryId: string | null;
  readonly statementText: string;
}

/** The sources, types and queries of one server, and what changes them. */
export class KsqlEngine {
  private current: EngineState = EMPTY_STATE;
  private readonly runner: QueryRunner;
  private readonly statuses = new Map<string, { status: string; message: string; queryId: string | null }>();
  private queue: Promise<unknown> = Promise.resolve();
  private transient = 0;
  readonly transientQueries: TransientQueries;
  readonly pullLimits: PullLimits;

  private constructor(
    readonly deps: EngineDeps,
    readonly driver: QueryDriver,
    private readonly commands: CommandLog,
  ) {
    this.runner = new QueryRunner(deps, driver, (name) => this.catalog.getType(name));
    this.transientQueries = new TransientQueries(deps.config.limits.maxPushQueries);
    this.pullLimits = new PullLimits(deps.config.limits, deps.clock);
  }

  /** Opens the command topic, brings back what it says, and starts the queries. */
  static async start(deps: EngineDeps): Promise<KsqlEngine> {
    const { broker, config, processingLog, clock, log } = deps;
    const driver = new QueryDriver({
      broker,
      transactionalId: `_confluent-ksql-${config.serviceId}engine`,
      logger: processingLog satisfies ProcessingLogger,
      clock,
      internalReplicas: config.internalReplicas,
      disk: config.inMemory
        ? undefined
        : stateDiskIn({
            directory: config.stateDirectory,
            applicationId: `_confluent-ksql-${config.serviceId}engine`,
            clusterId: broker.clusterId,
            log,
          }),
      stateMemoryBytes: config.stateMemoryBytes,
      log,
    });
    const [{ log: commands, commands: past }] = await Promise.all([
      CommandLog.open(broker, config.serviceId, config.internalReplicas),
      driver.start(),
    ]);
    const engine = new KsqlEngine(deps, driver, commands);
    await engine.replay(past);
    return engine;
  }

  get state(): EngineState {
    return this.current;
  }
  get catalog(): Catalog {
    return this.current.catalog;
  }
  topology(queryId: string): Topology | undefined {
    return this.runner.topology(queryId);
  }
  /** Of records that this server wrote to a topic. */
  counter(topic: string): TopicCounter {
    return this.runner.counters.of(topic);
  }
  status(id: string) {
    return this.statuses.get(id);
  }
  allStatuses(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.statuses].map(([id, { status }]) => [id, status]));
  }

  /** Runs changes one after the other: a request is validated against the state that it then changes. */
  exclusively<T>(action: () => Promise<T>): Promise<T> {
    const result = this.queue.then(action);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** What the brokers hold now, and what the registry knows of the schemas that planning `first` may ask for. */
  readWorld(first?: Statement): Promise<World> {
    return World.read(this.deps.broker, this.deps.registry, first);
  }

  emptyWorld(): World {
    return World.empty(this.deps.registry);
  }

  context(
    state: EngineState,
    world: World,
    config: EffectiveConfig,
    nextQueryNumber = this.commands.nextOffset,
  ): PlanningContext {
    return {
      catalog: state.catalog,
      functions: this.deps.functions,
      config,
      topics: world.topics,
      schemas: world.schemas,
      translator: this.deps.translator,
      queries: state.queries,
      nextQueryNumber,
      evaluation: { now: this.deps.clock, random: Math.random },
      transientId: this.nextTransientId(),
    };
  }

  /** Arbitrary but unique, of the length that stock's have. */
  private nextTransientId(): string {
    return String(BigInt(this.deps.clock()) * 1_000_000n + BigInt(this.transient++ % 1_000_000));
  }

  /** Plans a statement in a state; user errors become answers that show the statement as stock does. */
  plan(statement: PlannableStatement, text: string, context: PlanningContext): StatementPlan {
    this.refuseEndOfSourceTable(statement, text);
    try {
      return planStatement(statement, text, context);
    } catch (error) {
      throw planningError(error, statement, text, context);
    }
  }

  private refuseEndOfSourceTable(statement: PlannableStatement, text: string): void {
    if (statement.kind !== 'TerminateQuery' || statement.queryId === undefined) return;
    const id = statement.queryId;
    if ([...this.current.sourceQueries.values()].includes(id))
      throw new WireError(
        ERROR_CODES.badStatement,
        `Cannot terminate query '${id}' as it is linked to a source table.`,
        text,
      );
  }

  /** As {@link plan}, for a statement inside of another (EXPLAIN): errors show the outer one as typed. */
  planAs(
    statement: PlannableStatement,
    text: string,
    context: PlanningContext,
    outerText: string,
  ): StatementPlan {
    try {
      return planStatement(statement, text, context);
    } catch (error) {
      throw toWireError(error, outerText);
    }
  }

  /** The sandbox: what the state would be after the statement, and the plan that says so. */
  async rehearse(
    state: EngineState,
    world: World,
    { parsed, overrides, config }: SessionStatement,
    position: number,
  ): Promise<Rehearsal> {
    if (!isPlannable(parsed.statement)) return { state };
    await world.fetchSchemas(parsed.statement);
    const context = this.context(state, world, config, this.commands.nextOffset + position);
    const plan = this.plan(parsed.statement, parsed.text, context);
    this.refuseTooManyQueries(state, plan, parsed.text);
    world.apply(plan);
    const next = advance(state, plan, {
      sql: preparedText(parsed.statement, parsed.text, context, plan),
      config,
      overrides,
      queryNumber: context.nextQueryNumber,
    });
    return { state: next, planned: { plan, context } };
  }

  private refuseTooManyQueries(state: EngineState, plan: StatementPlan, text: string): void {
    const limit = this.deps.config.limits.maxPersistentQueries;
    if (plan.kind !== 'persistentQuery' || plan.replaces || state.queries.size < limit) return;
    const message =
      `Not executing statement(s) '${text}' as it would cause the number of active, persistent queries to exceed the configured limit. ` +
      `Use the TERMINATE command to terminate existing queries, or increase the 'ksql.query.persistent.active.limit' setting via the 'ksql-server.properties' file. ` +
      `Current persistent query count: ${state.queries.size}. Configured limit: ${limit}.`;
    throw new WireError(ERROR_CODES.badRequest, message);
  }

  /**
   * Carries a statement out; `planned` is its rehearsal's plan where nothing has changed since. Gives undefined for INSERT VALUES,
   * which answers nothing.
   */
  async execute(
    { parsed, overrides, config }: SessionStatement,
    planned?: PlannedStatement,
  ): Promise<CommandOutcome | { readonly warning: string } | undefined> {
    const statement = parsed.statement as PlannableStatement;
    const { plan, context } = planned ?? (await this.planNow(statement, parsed.text, config));
    if (plan.kind === 'insertValues') {
      await writeInsert(plan, this.deps, parsed.text);
      this.counter(plan.source.topic.name).add();
      return undefined;
    }
    if (
      plan.kind === 'noChange' &&
      (statement.kind === 'CreateSource' || statement.kind === 'CreateAsSelect')
    )
      return { warning: plan.message };
    const text = preparedText(statement, parsed.text, context, plan);
    await this.prepare(plan);
    const id = commandId(statement, plan);
    const offset = await this.commands.append({
      id,
      statement: text,
      streamsProperties: overrides,
      queryNumber: context.nextQueryNumber,
    });
    const before = this.current;
    await this.apply(plan, { sql: text, config, overrides, queryNumber: context.nextQueryNumber });
    const message = commandMessage(statement, plan, before, this.current);
    const queryId = startedQuery(plan, this.current);
    this.statuses.set(id, { status: 'SUCCESS', message, queryId });
    return { commandId: id, offset, message, queryId, statementText: text };
  }

  private async planNow(
    statement: PlannableStatement,
    text: string,
    config: EffectiveConfig,
  ): Promise<PlannedStatement> {
    const world = await this.readWorld(statement);
    const context = this.context(this.current, world, config);
    return { plan: this.plan(statement, text, context), context };
  }

  private async prepare(plan: StatementPlan): Promise<void> {
    try {
      await prepareTopics(plan, this.deps, (query, sink) => this.runner.prepare(query, sink));
    } catch (error) {
      if (plan.kind === 'persistentQuery' && !plan.replaces) await this.runner.discard(plan);
      throw error;
    }
  }

  private async apply(plan: StatementPlan, applied: AppliedStatement): Promise<void> {
    const next = advance(this.current, plan, applied);
    await this.applyToDriver(plan, next);
    this.current = next;
    if (plan.kind === 'dropSource' && plan.deleteTopic) await deleteTopic(plan.source.topic.name, this.deps);
  }

  private sourceQueriesOf({ name }: DataSource): readonly string[] {
    const id = this.current.sourceQueries.get(name);
    return id === undefined ? [] : [id];
  }

  private async keepSourceTable(source: DataSource, { sourceQueries }: EngineState): Promise<void> {
    const id = sourceQueries.get(source.name);
    if (id !== undefined) await this.runner.keep(source, id);
  }

  private async applyToDriver(plan: StatementPlan, next: EngineState): Promise<void> {
    switch (plan.kind) {
      case 'persistentQuery':
        return this.runner.start(plan, next.queries.get(plan.query.queryId)!);
      case 'dropSource':
        return this.runner.end([...plan.terminates, ...this.sourceQueriesOf(plan.source)]);
      case 'createSource':
        await this.runner.end(this.sourceQueriesOf(plan.source));
        return this.keepSourceTable(plan.source, next);
      case 'terminateQueries':
        return this.runner.end(plan.queryIds);
      case 'pauseQueries':
        return plan.queryIds.forEach((id) => this.driver.pause(id));
      case 'resumeQueries':
        return plan.queryIds.forEach((id) => this.driver.resume(id));
      case 'alterSource':
      case 'registerType':
      case 'dropType':
      case 'insertValues':
      case 'noChange':
        return;
    }
  }

  /** Brings back the state that the commands made; only queries that are still there are started. */
  private async replay(commands: readonly NumberedCommand[]): Promise<void> {
    if (commands.length === 0) return;
    const world = await this.readWorld();
    const started = new Map<string, StartQueryPlan>();
    for (const command of commands) {
      try {
        await this.replayOne(command, world, started);
      } catch (error) {
        this.statuses.set(command.id, { status: 'ERROR', message: messageOf(error), queryId: null });
        this.deps.log(
          `the command at offset ${command.offset} (${command.id}) cannot be brought back: ${messageOf(error)}`,
        );
      }
    }
    const surviving = [...this.current.queries.values()].filter(({ id }) => started.has(id));
    await Promise.all([
      ...surviving.map((query) => this.runner.startAgain(started.get(query.id)!, query)),
      ...this.catalog.sources().map((source) => this.keepSourceTable(source, this.current)),
    ]);
  }

  private async replayOne(
    command: NumberedCommand,
    world: World,
    started: Map<string, StartQueryPlan>,
  ): Promise<void> {
    const config = effectiveConfig(this.deps.config, command.streamsProperties);
    for (const { statement, text } of parseStatements(createSource(command.statement))) {
      if (!isPlannable(statement)) continue;
      await world.fetchSchemas(statement);
      const plan = this.plan(statement, text, this.context(this.current, world, config, command.queryNumber));
      const before = this.current;
      const { streamsProperties: overrides, queryNumber } = command;
      this.current = advance(before, plan, { sql: text, config, overrides, queryNumber });
      const message = commandMessage(statement, plan, before, this.current);
      world.apply(plan);
      if (plan.kind === 'persistentQuery') started.set(plan.query.queryId, plan);
      this.statuses.set(command.id, {
        status: 'SUCCESS',
        message,
        queryId: startedQuery(plan, this.current),
      });
    }
  }

  async stop(): Promise<void> {
    this.transientQueries.closeAll();
    await this.driver.stop();
    await this.deps.processingLog.flush();
  }
}

/** The query that a statement started, if it did. */
function startedQuery(plan: StatementPlan, { sourceQueries }: EngineState): string | null {
  if (plan.kind === 'persistentQuery') return plan.query.queryId;
  return (plan.kind === 'createSource' ? sourceQueries.get(plan.source.name) : undefined) ?? null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
