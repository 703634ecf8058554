import { columnsIn } from '../../analyzer/select-items';
import type { Query } from '../../ast/statements';
import type { ParsedStatement } from '../../parser';
import type { PlanningContext } from '../../planner/context';
import { planPullQuery } from '../../planner/pull/plan-pull';
import type { PullQueryPlan } from '../../planner/pull/pull-plan';
import { planPushQuery } from '../../planner/push-query';
import { ERROR_CODES, toWireError, WireError } from '../http/wire-error';
import type { KsqlEngine } from '../statements/ksql-engine';
import { parseRequest } from '../statements/ksql-request';
import { checkOverrides, effectiveConfig, offsetReset } from '../statements/session-config';
import type { EffectiveConfig } from '../statements/session-config';
import { pullTable } from './pull-table';
import { startPush } from './push-query';
import type { QueryAnswer } from './query-answer';

export interface QueryRequest {
  readonly sql: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** Starts the one query of a request. @throws WireError what is wrong with it */
export async function openQuery(engine: KsqlEngine, request: QueryRequest): Promise<QueryAnswer> {
  const parsed = singleStatement(request);
  checkOverrides(request.properties, parsed.text);
  const { statement, text } = parsed;
  if (statement.kind !== 'QueryStatement')
    throw new WireError(
      ERROR_CODES.badStatement,
      `Statement type \`${statement.kind}\` not supported for this resource`,
      text,
    );
  const config = effectiveConfig(engine.deps.config, request.properties);
  const { query } = statement;
  try {
    const context = await planningContext(engine, config, query);
    if (query.emit !== undefined) {
      const plan = planPushQuery(query, context);
      const queryId = isScalable(engine, config, query)
        ? `SCALABLE_PUSH_QUERY_${context.transientId}`
        : plan.queryId;
      return await startPush(engine, { ...plan, queryId }, { config, untilEnd: false }, text);
    }
    if (config['ksql.pull.queries.enable'] === 'false')
      throw new WireError(
        ERROR_CODES.badStatement,
        'Pull queries are disabled. See https://cnfl.io/queries for more info.',
        text,
      );
    return await openPull(engine, planPullQuery(query, text, context), config, text);
  } catch (error) {
    throw toWireError(error, text);
  }
}

/** Only queries that are in order count against the limits. */
async function openPull(
  engine: KsqlEngine,
  plan: PullQueryPlan,
  config: EffectiveConfig,
  text: string,
): Promise<QueryAnswer> {
  const leave = engine.pullLimits.enter();
  try {
    const answer =
      plan.kind === 'TABLE'
        ? await pullTable(engine, plan)
        : await startPush(engine, plan.query, { config, untilEnd: true }, text);
    return engine.pullLimits.watch(answer, leave);
  } catch (error) {
    leave();
    throw error;
  }
}

/** Stock runs these beside the one persistent query that writes their source, and names them so. */
function isScalable(engine: KsqlEngine, config: EffectiveConfig, query: Query): boolean {
  const { from, emit } = query;
  const isOn =
    config['ksql.query.push.v2.enabled'] === 'true' && emit === 'CHANGES' && offsetReset(config) === 'latest';
  if (!isOn || from.kind !== 'Source') return false;
  if (query.groupBy ?? query.partitionBy ?? query.having ?? query.window) return false;
  const expressions = [
    ...query.select.flatMap((item) => (item.kind === 'Column' ? [item.expression] : [])),
    ...(query.where ? [query.where] : []),
  ];
  if (expressions.flatMap(columnsIn).some(({ name }) => RECORD_COLUMNS.has(name))) return false;
  const writers = [...engine.state.queries.values()].filter(({ plan }) => plan.sinkName === from.name);
  return writers.length === 1;
}

/** The persistent query does not hand on where a record lay. */
const RECORD_COLUMNS: ReadonlySet<string> = new Set(['ROWPARTITION', 'ROWOFFSET']);

/** Pull queries on tables ask the brokers nothing: only joins need the topics' partitions. */
async function planningContext(
  engine: KsqlEngine,
  config: Readonly<Record<string, string>>,
  query: Query,
): Promise<PlanningContext> {
  const world =
    query.emit === undefined && query.from.kind === 'Source' ? engine.emptyWorld() : await engine.readWorld();
  return engine.context(engine.state, world, config);
}

function singleStatement({ sql, variables }: QueryRequest): ParsedStatement {
  const parsed = parseQuery(sql, variables);
  if (parsed.length === 1) return parsed[0]!;
  throw new WireError(
    ERROR_CODES.badRequest,
    `Expected exactly one KSQL statement; found ${parsed.length} instead`,
  );
}

/** Where queries are asked stock repeats the statement below a syntax error. */
function parseQuery(sql: string, variables: QueryRequest['variables']): ParsedStatement[] {
  try {
    return parseRequest(sql, variables);
  } catch (error) {
    if (!(error instanceof WireError) || !/^line \d+:\d+: Syntax Error/.test(error.message)) throw error;
    const statement = error.statementText ?? sql;
    throw new WireError(error.errorCode, `${error.message}\nStatement: ${statement}`, statement);
  }
}
