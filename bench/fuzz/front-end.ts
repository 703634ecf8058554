import {
  advance,
  builtinFunctions,
  createSchemaTranslator,
  createSource,
  emptyCatalog,
  formatStatement,
  isPlannable,
  KsqlError,
  parseStatements,
  planPullQuery,
  planPushQuery,
  planStatement,
  SerdeError,
} from '../../engine/index';
import type { PlanningContext } from '../../engine/index';
import { KSQL_PROPERTIES, STREAMS_DEFAULTS } from '../../engine/server/config/known-properties';
import { WORLD } from './world';

/** Lexer, parser, analyzer and planner under test: texts against the sources of {@link WORLD}. */
export class FrontEnd {
  private readonly context: PlanningContext = plannedWorld();

  /** Parses, prints and plans a text. @returns whether it was taken; throws what is not a diagnostic: a bug */
  try(text: string): 'planned' | 'refused' {
    try {
      for (const { statement, text: own } of parseStatements(createSource(text))) {
        formatStatement(statement);
        if (isPlannable(statement)) advance(this.context, planStatement(statement, own, this.context));
        else if (statement.kind === 'QueryStatement' && statement.query.emit)
          planPushQuery(statement.query, this.context);
        else if (statement.kind === 'QueryStatement') planPullQuery(statement.query, own, this.context);
      }
      return 'planned';
    } catch (error) {
      // A schema of the registry that columns cannot be taken from is told as such by the server.
      if (error instanceof KsqlError || error instanceof SerdeError) return 'refused';
      throw error;
    }
  }
}

function plannedWorld(): PlanningContext {
  const config = Object.fromEntries(
    KSQL_PROPERTIES.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])),
  );
  let context: PlanningContext = {
    catalog: emptyCatalog(),
    functions: builtinFunctions,
    config: { ...STREAMS_DEFAULTS, ...config },
    topics: new Map(),
    schemas: { latest: () => undefined, byId: () => undefined },
    translator: createSchemaTranslator(),
    queries: new Map(),
    nextQueryNumber: 0,
    evaluation: { now: () => 0, random: () => 0 },
    transientId: '0',
  };
  const topics = new Map<string, { partitions: number; replicas: number }>();
  for (const { statement, text } of parseStatements(createSource(WORLD))) {
    if (!isPlannable(statement)) throw new Error(`not to be planned: ${text}`);
    const plan = planStatement(statement, text, context);
    if (plan.kind === 'createSource' || plan.kind === 'persistentQuery')
      topics.set(plan.topic.name, { partitions: 1, replicas: 1 });
    context = { ...advance(context, plan), topics };
  }
  return context;
}
